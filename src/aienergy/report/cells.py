"""Cells of tables whose rows are claims: figures with their own digits, deviations, inputs."""

from aienergy.contracts.claims import split_inputs
from aienergy.prose import significant

_MOST_DIGITS = 10  # of a printed figure; a computed one is told with five
_LARGE, _SMALL = 1e12, 1e-4


def plain_figure(value: float | str) -> str:
    """Return a figure with its digits, thousands separated, or with a power of ten."""
    if value == "":
        return "–"
    number = float(value)
    if number and not _SMALL <= abs(number) < _LARGE:
        return significant(number, 3)
    text = f"{number:,.{_MOST_DIGITS}g}" if abs(number) < 1e9 else f"{number:,.0f}"
    whole, point, part = text.partition(".")
    if len(part) > 4 or "e" in text:
        return significant(number, 5).rstrip("0").rstrip(".") if part else text
    return whole + point + part


def deviation_text(share: float | str) -> str:
    """Return a deviation in percent with its sign, as a factor where it is far off."""
    if share == "":
        return "–"
    number = float(share)
    if number > 1 or number < -0.5:
        return f"× {significant(1 + number, 2)}"
    if abs(number) < 5e-5:
        return "0 %"
    sign = "+" if number > 0 else "\u2212"
    return f"{sign}{significant(abs(100 * number), 2)} %"


def inputs_text(cell: str) -> str:
    """Return the inputs of a claim as a reader sees them."""
    pairs = split_inputs(cell).items()
    shown = [f"{name.replace('_', ' ')} {value.replace('|', ', ')}" for name, value in pairs]
    return "; ".join(shown)
