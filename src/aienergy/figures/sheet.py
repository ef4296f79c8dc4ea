"""The sheet of one figure: panels placed in inches, and points that carry their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from aienergy.figures.style import INK, MUTED, SMALL, WIDTH, Look, known_how, marker


@dataclass(frozen=True, slots=True)
class Points:
    """Drawn points, in the order of the rows of the figure's table they come from.

    Attributes:
        keys: Key of the number behind each.
        tips: What each is, told when a reader points at it.
        axes: Where they are drawn.
        at: Data coordinates, shape (n, 2).
    """

    keys: tuple[str, ...]
    tips: tuple[str, ...]
    axes: Axes
    at: NDArray[np.float64]

    def outside(self) -> list[str]:
        """Return the tips of points that lie outside their axes, where no scale holds."""
        shares = self.axes.transAxes.inverted().transform(self.axes.transData.transform(self.at))
        inside = np.all((shares > -0.01) & (shares < 1.01), axis=1).tolist()
        return [tip for tip, is_in in zip(self.tips, inside, strict=True) if not is_in]


@dataclass
class Sheet:
    """A figure in the making.

    Attributes:
        height: Inches.
        width: Inches.
        points: Points by the id of the group that holds them in the SVG.
        figure: The matplotlib figure.
    """

    height: float
    width: float = WIDTH
    points: dict[str, Points] = field(default_factory=dict)
    figure: Figure = field(init=False)

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(self.width, self.height))
        FigureCanvasAgg(self.figure)

    def panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes, placed in inches from the upper left corner."""
        bottom = self.height - top - height
        return self.figure.add_axes(
            (left / self.width, bottom / self.height, width / self.width, height / self.height)
        )

    def dots(self, axes: Axes, rows: pd.DataFrame, x: str, y: str, look: Look) -> None:
        """Draw rows as points of one style, and note the number behind each.

        Args:
            axes: Where.
            rows: Table with key, tip (what the point is) and the columns named below.
            x: Column of the horizontal place.
            y: Column of the vertical place.
            look: Style of the markers, see `style.marker`.
        """
        if rows.empty:
            return
        group = f"points-{len(self.points)}"
        style: dict[str, Any] = {"clip_on": False, "zorder": 3, **look}
        axes.plot(list(rows[x]), list(rows[y]), gid=group, **style)
        keys, tips = (tuple(map(str, rows[name])) for name in ("key", "tip"))
        self.points[group] = Points(keys, tips, axes, rows[[x, y]].to_numpy(dtype=float))

    def by_evidence(
        self, axes: Axes, rows: pd.DataFrame, x: str, y: str, colour: str, shape: str = "o"
    ) -> None:
        """Draw rows as points whose fill tells how each value is known.

        Args:
            axes: Where.
            rows: As of `dots`, with evidence and said_by.
            x: Column of the horizontal place.
            y: Column of the vertical place.
            colour: Colour of the markers.
            shape: Shape of the markers.
        """
        pairs = zip(rows["evidence"], rows["said_by"], strict=True)
        known = [known_how(str(evidence), str(said_by)) for evidence, said_by in pairs]
        for how in ("outside", "stated", "measured"):
            part = rows[[k == how for k in known]]
            self.dots(axes, part, x, y, marker(colour, how, shape))

    def legend(
        self, top: float, entries: Sequence[tuple[Look, str]], lead: str = "", left: float = 0.02
    ) -> None:
        """Write one line of keys across the sheet, wrapped where it is full.

        Args:
            top: Inches from the upper edge to the middle of the first line.
            entries: Style of a marker or line, and what it means.
            lead: What the line is about.
            left: Inches from the left edge.
        """
        over = self._overlay()
        if lead:
            said = over.text(left, top, lead, va="center", fontsize=SMALL, color=MUTED)
            left += extent(said).width / 72 + 0.1
        x = left
        for look, text in entries:
            is_line = look.get("linestyle", "none") != "none"
            mark = 0.24 if is_line else 0.12
            label = over.text(0, top, text, va="center", fontsize=SMALL, color=INK)
            wide = mark + 0.05 + extent(label).width / 72
            if x > left and x + wide > self.width - 0.02:
                x, top = left, top + 0.19
            ends = [x, x + mark] if is_line else [x + mark / 2]
            style: dict[str, Any] = {"clip_on": False, **look}
            over.plot(ends, [top] * len(ends), **style)
            label.set_position((x + mark + 0.05, top))
            x += wide + 0.15

    def _overlay(self) -> Axes:
        """Return axes over the whole sheet, in inches from the upper left corner."""
        over = self.panel(0, 0, self.width, self.height)
        over.set_axis_off()
        over.set_xlim(0, self.width)
        over.set_ylim(self.height, 0)
        over.set_zorder(5)
        return over


def extent(artist: Artist) -> Bbox:
    """Return the box that something drawn takes, in display points."""
    figure = artist.get_figure(root=True)
    if figure is None or not isinstance(figure.canvas, FigureCanvasAgg):
        raise TypeError("only what stands on a sheet has an extent")
    renderer = figure.canvas.get_renderer()  # type: ignore[no-untyped-call]
    return artist.get_window_extent(renderer)


def tipped(rows: pd.DataFrame, tips: Sequence[str], **columns: object) -> pd.DataFrame:
    """Return rows with their tips, and more columns for drawing."""
    more: Mapping[str, Any] = {"tip": list(tips), **columns}
    return rows.assign(**more)
