"""Cells of tables: figures with their own digits, deviations, inputs, the state of a rule."""

from collections.abc import Mapping

from markupsafe import Markup, escape

from aienergy.contracts.claims import CLAIM, OBSERVATION, split_inputs
from aienergy.contracts.columns import known_date
from aienergy.prose import significant, unit_text
from aienergy.report.register import parameter_text
from aienergy.unit_names import unit_of_name

_MOST_DIGITS = 10  # of a printed figure
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


def computed_figure(value: float | str) -> str:
    """Return a computed value with six significant digits, trailing zeros left out."""
    if value == "":
        return "–"
    text = significant(float(value), 6)
    return text.rstrip("0").rstrip(".") if "." in text and "×" not in text else text


def deviation_text(share: float | str) -> str:
    """Return a deviation in percent with its sign, as a factor where it is far off."""
    if share == "":
        return "–"
    number = float(share)
    if number > 1 or number < -0.5:
        return f"×\u00a0{significant(1 + number, 2)}"
    if abs(number) < 5e-5:
        return "0\u00a0%"
    sign = "+" if number > 0 else "\u2212"
    return f"{sign}{significant(abs(100 * number), 2)}\u00a0%"


STANDING = {
    "in_force": "In force since",
    "adopted": "Adopted",
    "proposed": "Proposal of",
    "draft": "Draft of",
    "voluntary_standard": "Voluntary standard of",
    "guidance": "Guidance of",
    "superseded": "Superseded; of",
}


def standing_text(instrument: Mapping[str, str], as_of: str) -> Markup:
    """Say how a law or a standard stands on a day, and since when or from when it applies.

    No date is broken at the end of a line.

    Args:
        instrument: Row of `instruments`.
        as_of: The day, ISO.
    """
    told, first = instrument["status_date"], instrument["applies_from"]
    day = Markup('<span class="day">{}</span>').format
    since = day(known_date(told, instrument["date_precision"]))
    state = Markup("{} {}").format(STANDING[instrument["status"]], since)
    if not first or first == told <= as_of:
        return state
    applies = "; applies since " if first <= as_of else "; applies from "
    return state + applies + day(first)


def inputs_text(cell: str) -> Markup:
    """Return the inputs of a claim as a reader sees them, references linked to their rows.

    A number printed without a unit gets the one that its parameter carries.
    """
    shown = []
    for name, value in split_inputs(cell).items():
        values = Markup(", ").join(map(_value, value.split("|")))
        unit = unit_text(unit_of_name(name)) if value[-1].isdigit() and ":" not in value else ""
        tail = Markup("&nbsp;") + escape(unit) if unit else Markup("")
        shown.append(escape(parameter_text(name)) + " " + values + tail)
    return Markup("; ").join(shown)


def _value(text: str) -> Markup:
    if text.startswith(CLAIM):
        return Markup('<a href="#claim-{}">another figure</a>').format(text.removeprefix(CLAIM))
    if text.startswith(OBSERVATION):
        return Markup('<span class="e-id">{}</span>').format(text.removeprefix(OBSERVATION))
    return escape(text)
