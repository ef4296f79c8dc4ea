"""Two drawings: the energy of runs by component, and runs beside published systems."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from aienergy.contracts.schema import MEASURED_EVIDENCE
from aienergy.figures.marks import grid, note, row_label, ticks
from aienergy.figures.scales import log_ticks
from aienergy.figures.sheet import Sheet, extent
from aienergy.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    SI_KWH,
    SKY,
    SMALL,
    VERMILLION,
    Look,
    brief,
    marker,
    tint,
    use_style,
)
from aienergy.run.compare import energy_kwh
from aienergy.run.energy import LADDER, Run
from aienergy.run.escape import clean

MOST_ROWS = 24  # runs in one drawing, the largest
LANES = tuple(reversed(LADDER))
_COLOURS = {
    "gpu": ("accelerators", BLUE),
    "cpu": ("processors", ORANGE),
    "ram": ("memory", PURPLE),
    "node": ("whole machine", GREEN),
    "machine": ("whole machine", GREEN),
    "total": ("total of the log", GREY),
}
_OTHER = ("other", SKY)
_NEAR = 30.0  # largest over smallest energy that bars still tell
_ROW, _LETTERS = 0.25, 28  # inches; letters of a name


def drawn_runs(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that a drawing shows: whole runs that count, the largest, in their order."""
    whole = [run for run in runs if run.per == "run" and not run.repeats]
    kept = {run.key for run in sorted(whole, key=energy_kwh, reverse=True)[:MOST_ROWS]}
    return [run for run in whole if run.key in kept]


def short_name(run: Run, shown: str) -> str:
    """Return the name of a run for a drawing, without characters that the font lacks."""
    name = "".join(char if char in shown else "?" for char in clean(run.name))
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS // 2]}…{name[-_LETTERS // 2 :]}"


def draw_components(runs: Sequence[Run], names: Mapping[str, str]) -> Sheet:
    """Draw the energy of each run: bars of its components, or totals where sizes differ much.

    Args:
        runs: At least one.
        names: What to call each, by key.
    """
    use_style()
    tall = _ROW * len(runs)
    sheet = Sheet(0.62 + tall + 0.38)
    left = 0.16 + _widest(sheet, names.values())
    axes = sheet.panel(left, 0.58, sheet.width - left - 0.78, tall)
    axes.set_ylim(len(runs) - 0.5, -0.5)
    totals = [sum(part.energy_kwh for part in run.parts) for run in runs]
    for place, run in enumerate(runs):
        row_label(axes, names[run.key], place)
    is_near = max(totals) <= _NEAR * min(totals)
    looks = _bars(axes, runs, totals) if is_near else _totals(axes, runs, totals)
    _intervals(axes, runs, totals)
    for place, (run, total) in enumerate(zip(runs, totals, strict=True)):
        note(axes, brief(total, SI_KWH), (total * run.widens, place), (5, 0), bold=True)
    _energy_axis(axes)
    if any(run.widens > 1 for run in runs):
        line: Look = {"color": INK, "linewidth": 1.2, "linestyle": "-"}
        looks = [*looks, (line, "interval by the flags")]
    sheet.legend(0.16, looks)
    return sheet


def _widest(sheet: Sheet, names: Iterable[str]) -> float:
    """Return how many inches the widest name takes."""
    texts = [sheet.figure.text(0, 0, name, fontsize=SMALL) for name in names]
    widest = max(extent(text).width for text in texts) / 72
    for text in texts:
        text.remove()
    return float(widest)


def _bars(axes: Axes, runs: Sequence[Run], totals: Sequence[float]) -> list[tuple[Look, str]]:
    reach = max(total * run.widens for total, run in zip(totals, runs, strict=True))
    axes.set_xlim(0, reach)
    seen: dict[str, Look] = {}
    for place, run in enumerate(runs):
        left = 0.0
        for part in run.parts:
            told, colour = _kind(part.name)
            is_measured = part.evidence in MEASURED_EVIDENCE
            face = tint(colour, 0.62 if is_measured else 0.28)
            bar: Look = {"left": left, "height": 0.62, "linewidth": 0.9, "edgecolor": colour}
            axes.barh(place, part.energy_kwh, color=face, **bar)
            look = {**marker(colour, "measured", "s", 7), "markerfacecolor": face}
            seen[f"{told}, {part.evidence}"] = look
            left += part.energy_kwh
    return [(look, text) for text, look in seen.items()]


def _totals(axes: Axes, runs: Sequence[Run], totals: Sequence[float]) -> list[tuple[Look, str]]:
    axes.set_xscale("log")
    axes.set_xlim(min(totals) / 2, max(totals) * 2)
    seen: dict[str, Look] = {}
    for place, (run, total) in enumerate(zip(runs, totals, strict=True)):
        kinds = {_kind(part.name) for part in run.parts}
        told, colour = kinds.pop() if len(kinds) == 1 else ("sum of components", INK)
        is_measured = all(part.evidence in MEASURED_EVIDENCE for part in run.parts)
        look = marker(colour, "measured" if is_measured else "stated", "D")
        axes.plot([total], [place], zorder=4, **look)
        seen[f"{told}, {run.evidence}"] = look
    return [(look, text) for text, look in seen.items()]


def _kind(component: str) -> tuple[str, str]:
    return _COLOURS.get(component.rstrip("0123456789_"), _OTHER)


def _intervals(axes: Axes, runs: Sequence[Run], totals: Sequence[float]) -> None:
    for place, (run, total) in enumerate(zip(runs, totals, strict=True)):
        if run.widens > 1:
            ends = (total / run.widens, total * run.widens)
            axes.plot(ends, (place, place), color=INK, linewidth=1.2, zorder=5)


def _energy_axis(axes: Axes) -> None:
    low, high = axes.get_xlim()
    if axes.get_xscale() == "log":
        places = log_ticks(low, high)
    else:
        step, _ = next((s for s in SI_KWH if high >= s[0]), SI_KWH[-1])
        axes.locator_params(axis="x", nbins=4)
        places = [place for place in axes.get_xticks() if 0 <= place <= high]
        places = [round(place / step, 9) * step for place in places]
    ticks(axes, "x", places, lambda kwh: brief(kwh, SI_KWH) if kwh else "0")
    grid(axes, "x")
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)


def draw_beside(
    runs: Sequence[Run], systems: pd.DataFrame, system_names: Mapping[str, str],
    names: Mapping[str, str],
) -> Sheet:  # fmt: skip
    """Draw runs and published systems on one axis of energy, a lane for each boundary.

    Args:
        runs: Runs to show.
        systems: As of `compare.published`.
        system_names: Names of systems by key.
        names: What to call each run, by key.
    """
    use_style()
    own = {run.covers for run in runs}
    lanes = [*(lane for lane in LANES if lane in own or (systems["boundary"] == lane).any())]
    lanes += sorted(own - set(lanes))
    tall = 0.46 * len(lanes)
    sheet = Sheet(0.62 + tall + 0.36)
    left = 0.16 + _widest(sheet, lanes)
    axes = sheet.panel(left, 0.58, sheet.width - left - 0.3, tall)
    energies = [energy_kwh(run) for run in runs]
    axes.set_xscale("log")
    ends = (min([*energies, systems["value"].min()]), max([*energies, systems["value"].max()]))
    axes.set_xlim(float(ends[0]) / 2, float(ends[1]) * 2)
    axes.set_ylim(len(lanes) - 0.5, -0.5)
    for place, lane in enumerate(lanes):
        row_label(axes, lane, place)
        axes.axhspan(place - 0.4, place + 0.4, color=tint(GREY, 0.1), linewidth=0, zorder=0)
    shown = systems[systems["boundary"].isin(lanes)]
    tips = [
        f"{system_names.get(str(row.subject), row.subject)}: {brief(float(str(row.value)), SI_KWH)}"
        for row in shown.itertuples()
    ]
    rows = shown.assign(y=[float(lanes.index(b)) for b in shown["boundary"]], tip=tips)
    sheet.by_evidence(axes, rows.rename(columns={"id": "key"}), "value", "y", BLUE)
    for lane in sorted(own & set(shown["boundary"])):
        least = shown[shown["boundary"] == lane].iloc[0]
        name = system_names.get(str(least["subject"]), str(least["subject"])).partition(" (")[0]
        note(axes, name, (float(least["value"]), float(lanes.index(lane))), (-2, 9), colour=MUTED)
    mine = pd.DataFrame(
        {
            "value": energies,
            "y": [float(lanes.index(run.covers)) for run in runs],
            "key": "",
            "tip": [f"{names[run.key]}: {brief(energy_kwh(run), SI_KWH)}" for run in runs],
        }
    )
    own_look = {**marker(VERMILLION, "measured", "D", 6), "zorder": 6}
    sheet.dots(axes, mine, "value", "y", own_look)
    _energy_axis(axes)
    published = (
        ("measured", "published, metered or counted"),
        ("stated", "stated or modelled"),
        ("outside", "third party or nameplate"),
    )
    looks = [(marker(BLUE, known), text) for known, text in published]
    sheet.legend(0.16, [(own_look, "these runs"), *looks])
    return sheet
