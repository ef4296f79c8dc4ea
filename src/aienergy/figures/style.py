"""One visual language: colours, type, and markers whose fill tells how a value is known."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager

from aienergy.prose import significant

INK, MUTED, HAIRLINE, PAPER = "#1b2230", "#5b6472", "#d9dde3", "#ffffff"
# Okabe and Ito's colours, told apart by readers with any kind of colour vision.
BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, GREY = "#56B4E9", "#CC79A7", "#7f8790"
WIDTH = 5.2  # inches
SIZE, SMALL = 9.0, 8.5  # points
FAMILY = "IBM Plex Sans"
# Characters of headings: Basic Latin, no-break space, times, division, dash, minus, subscript two.
_LATIN = [*range(32, 127), 0xA0, 0xD7, 0xF7, 0x2013, 0x2212, 0x2082]
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SI_KWH = ((1e6, "GWh"), (1e3, "MWh"), (1.0, "kWh"), (1e-3, "Wh"), (1e-6, "mWh"))
SI_WH = ((1e3, "kWh"), (1.0, "Wh"), (1e-3, "mWh"), (1e-6, "µWh"), (1e-9, "nWh"))
MASS_KG = ((1e3, "t"), (1.0, "kg"), (1e-3, "g"), (1e-6, "mg"))
MONEY = ((1e6, "m"), (1e3, "k"), (1.0, ""))
Look = dict[str, Any]
SHAPES = {"facility": "o", "it": "D", "node": "s", "board": "^", "chip": "v"}

_PARAMETERS: dict[str, Any] = {
    "font.family": [FAMILY],
    "font.size": SIZE,
    "text.color": INK,
    "text.hinting": "none",
    "text.parse_math": False,  # a dollar is a dollar
    "text.usetex": False,
    "axes.edgecolor": HAIRLINE,
    "axes.labelcolor": MUTED,
    "axes.labelsize": SMALL,
    "axes.titlesize": SIZE,
    "axes.axisbelow": True,
    "axes.linewidth": 0.7,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.color": HAIRLINE,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "ytick.alignment": "center",
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "figure.dpi": 72,  # one pixel is one point while labels are laid out
    "figure.facecolor": PAPER,
    "axes.facecolor": "none",
    "lines.solid_capstyle": "butt",
    "path.simplify": False,
    "svg.fonttype": "none",
}


def use_style() -> None:
    """Set matplotlib up, whatever the user's own settings are."""
    mpl.rcdefaults()
    palette = [BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE, GREY]
    sns.set_theme(context="paper", style="white", palette=palette, rc=_PARAMETERS)
    _register_fonts()


@cache
def _register_fonts() -> tempfile.TemporaryDirectory[str]:
    """Register the regular and the semibold face that the drawings are measured with.

    The package holds one variable font. matplotlib draws its default instance, which is the
    regular face; the semibold one is cut from it, with the glyphs that headings use.

    Returns:
        The folder of the semibold face, which is removed at exit.
    """
    from fontpkg_ibm_plex_sans import ROOT
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    variable = ROOT / "files" / "IBMPlexSans[wdth,wght].ttf"
    font = TTFont(variable, recalcTimestamp=False, lazy=True)
    options = subset.Options(hinting=False, layout_features=[], recalc_timestamp=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_LATIN)
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, {"wght": 600, "wdth": 100}, inplace=True)
    folder = tempfile.TemporaryDirectory(prefix="aienergy-fonts-")
    semibold = Path(folder.name) / "semibold.ttf"
    font.save(semibold)
    for path, weight in ((variable, 400), (semibold, 600)):
        entry = font_manager.FontEntry(
            fname=str(path), name=FAMILY, style="normal", variant="normal", weight=weight,
            stretch="normal", size="scalable",
        )  # fmt: skip
        font_manager.fontManager.ttflist.insert(0, entry)
    return folder


def tint(colour: str, share: float) -> str:
    """Mix a colour with the paper.

    Args:
        colour: `#rrggbb`.
        share: How much of the colour stays, 0 to 1.
    """
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


def shade(colour: str, share: float = 0.72) -> str:
    """Mix a colour with black, so that text in it has enough contrast."""
    return "#" + "".join(f"{round(int(colour[i : i + 2], 16) * share):02x}" for i in (1, 3, 5))


def known_how(evidence: str, said_by: str) -> str:
    """Return `measured`, `stated` or `outside`: the three fills of a marker.

    Measured is metered, counted or read from a counter; stated is modelled or stated by whoever
    runs the system, or by this ledger; outside is a third party's estimate, or a nameplate.
    """
    if evidence in ("metered", "counter", "counted"):
        return "measured"
    return "outside" if evidence == "nameplate" or said_by == "third_party" else "stated"


def marker(colour: str, known: str = "measured", shape: str = "o", size: float = 5.3) -> Look:
    """Return the style of a marker whose fill tells how its value is known."""
    face = {"measured": colour, "stated": tint(colour, 0.4), "outside": PAPER}[known]
    # shapes of one nominal size don't look equally large
    optical = {"^": 1.12, "v": 1.12, "s": 0.92, "D": 0.88}.get(shape, 1.0)
    return {
        "marker": shape,
        "markersize": size * optical,
        "markerfacecolor": face,
        "markeredgecolor": colour,
        "markeredgewidth": 1.0,
        "linestyle": "none",
    }


def bar_end(colour: str, length: float, width: float = 1.6) -> Look:
    """Return the style of a short upright stroke, so many points long."""
    return {"marker": "|", "markersize": length, "markeredgewidth": width, "color": colour,
            "linestyle": "none"}  # fmt: skip


def power_of_ten(value: float) -> str:
    """Return `10²³` for a power of ten; other values get no label."""
    text = f"{value:.0e}"
    mantissa, _sign, power = text.partition("e")
    if mantissa != "1":
        return ""
    return f"10{str(int(power)).translate(_SUPERSCRIPT)}"


def scaled(value: float, steps: tuple[tuple[float, str], ...], digits: int = 2) -> str:
    """Return a value with the unit that suits its size, `1.3 GWh`.

    Args:
        value: Value in the unit whose step is 1.
        steps: Size and name of each unit, the largest first.
        digits: Significant digits.
    """
    step, unit = next((s for s in steps if value >= s[0] * 0.9995), steps[-1])
    return f"{significant(value / step, digits)}\u00a0{unit}".rstrip("\u00a0")


def brief(value: float, steps: tuple[tuple[float, str], ...], digits: int = 3) -> str:
    """Return `scaled`, without zeros behind the point that say nothing."""
    number, space, unit = scaled(value, steps, digits).partition("\u00a0")
    return (number.rstrip("0").rstrip(".") if "." in number else number) + space + unit


def money(value: float, digits: int = 2) -> str:
    """Return `$1.4m`."""
    return "$" + scaled(value, MONEY, digits).replace("\u00a0", "")
