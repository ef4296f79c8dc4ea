"""Texts, rows and axes that several figures share."""

from collections.abc import Callable, Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from aienergy.figures.style import HAIRLINE, INK, MUTED, SIZE, SMALL

_PAPER = {"boxstyle": "square,pad=0.12", "fc": "white", "ec": "none"}
Formatter = Callable[[float], str]


def note(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    shift: tuple[float, float] = (0.0, 0.0),
    *,
    ha: str = "left",
    va: str = "center",
    colour: str = INK,
    bold: bool = False,
    on_paper: bool = False,
    zorder: float = 4,
) -> None:
    """Write beside a place.

    Args:
        axes: Where.
        text: What; may have two lines.
        at: Place in data coordinates.
        shift: Points to the right and upwards.
        ha: Which side of the text stands there.
        va: Which height of the text stands there.
        colour: Colour of the text.
        bold: Whether it is semibold.
        on_paper: Whether it hides the lines behind it.
        zorder: What it lies upon.
    """
    axes.annotate(
        text, at, shift, textcoords="offset points", ha=ha, va=va, color=colour, fontsize=SMALL,
        fontweight=600 if bold else 400, bbox=_PAPER if on_paper else None, zorder=zorder,
        linespacing=1.0, annotation_clip=False,
    )  # fmt: skip


def row_label(axes: Axes, text: str, y: float, gap: float = 6.0) -> None:
    """Name a row at the left of the axes."""
    axes.annotate(
        text, (0, y), (-gap, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        ha="right", va="center", fontsize=SMALL,
    )  # fmt: skip


def row_heading(axes: Axes, text: str, y: float, left: float, colour: str = INK) -> None:
    """Head a group of rows, so many inches to the left of the axes."""
    axes.annotate(
        text, (0, y), (-left * 72, 0), xycoords=("axes fraction", "data"), va="center",
        textcoords="offset points", fontsize=SIZE, fontweight=600, color=colour,
    )  # fmt: skip


def stripe(axes: Axes, y: float, pitch: float) -> None:
    """Shade one row, so that the eye keeps to it."""
    half = pitch / 2
    axes.axhspan(y - half, y + half, color=HAIRLINE, alpha=0.32, linewidth=0, zorder=0)


def label_axis(axes: Axes, text: str, shift: tuple[float, float] = (0.0, 5.0)) -> None:
    """Say above axes what their vertical axis shows, where it is read first."""
    axes.annotate(
        text, (0, 1), shift, xycoords="axes fraction", textcoords="offset points", ha="left",
        va="bottom", color=MUTED, fontsize=SMALL,
    )  # fmt: skip


def heading(axes: Axes, text: str, lift: float = 19.0, shift: float = 0.0) -> None:
    """Put a panel's heading above what its axis says.

    Args:
        axes: The panel.
        text: The heading.
        lift: Points above the panel.
        shift: Points to the left of the panel, where tick labels stand.
    """
    axes.annotate(
        text, (0, 1), (-shift, lift), xycoords="axes fraction", textcoords="offset points",
        ha="left", va="bottom", fontweight=600, fontsize=SIZE,
    )  # fmt: skip


def grid(axes: Axes, which: str, *, minor: bool = False) -> None:
    """Draw the light grid of the axis that is read."""
    axes.grid(True, axis=which, which="both" if minor else "major")  # type: ignore[arg-type]
    axes.grid(False, axis="x" if which == "y" else "y")


def ticks(axes: Axes, which: str, places: Iterable[float], say: Formatter | None = None) -> None:
    """Set the ticks of one axis, and how their values are written."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(FixedLocator(list(places)))
    axis.set_minor_locator(FixedLocator([]))
    if say is not None:
        axis.set_major_formatter(FuncFormatter(lambda value, _: say(value)))


def rows_axis(
    axes: Axes,
    limits: tuple[float, float],
    tall: float,
    places: Sequence[float],
    say: Formatter,
    minor: Sequence[float] = (),
    scale: str = "log",
) -> None:
    """Set up axes of rows on a scale that is read at the top and the bottom.

    Args:
        axes: The axes.
        limits: Ends of the scale.
        tall: Height in inches; rows are placed in inches from the top.
        places: Values of labelled grid lines.
        say: Writes a value.
        minor: Values of grid lines without label.
        scale: `log` or `linear`.
    """
    axes.set_xscale(scale)
    axes.set_xlim(*limits)
    axes.set_ylim(tall, 0)
    ticks(axes, "x", places, say)
    axes.xaxis.set_minor_locator(FixedLocator(list(minor)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="x", labeltop=True)
    grid(axes, "x", minor=True)
    axes.spines["bottom"].set_visible(False)
    axes.set_yticks([])
