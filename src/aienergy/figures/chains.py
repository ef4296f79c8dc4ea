"""Requests of several stages: the graph of each, energies of its stages, and the longest path."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.lanes import BAND, bands
from aienergy.figures.marks import row_heading, row_label, rows_axis, stripe
from aienergy.figures.scales import log_ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    SHAPES,
    SI_WH,
    SMALL,
    VERMILLION,
    Look,
    brief,
    marker,
    scaled,
)
from aienergy.tables import records

PITCH, GAP, GRAPH, NAMES, TIMES = 0.225, 0.42, 0.3, 1.66, 0.62  # inches
COLUMN = 0.13  # inches between parallel branches
TOP, BOTTOM = 0.62, 0.32
STROKE = 9
COLOURS = {"device": PURPLE, "board": BLUE, "node": VERMILLION, "it": ORANGE, "facility": GREEN}
SAID = {
    "device": "the user\u2019s device", "board": "boards", "node": "server",
    "it": "with its network", "facility": "facility",
}  # fmt: skip
SHAPE = {**SHAPES, "device": "v"}
SECONDS = ((60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
# Chains in the order in which the text speaks of them.
ORDER = ("spoken_assistant", "researched_chat", "image_request")


def table(results: Results) -> pd.DataFrame:
    """Return a row for each stage and one for each request, as `rows_of` says."""
    chains = results.table("estimate/chains")
    order = chains["chain"].map({name: i for i, name in enumerate(ORDER)}).fillna(len(ORDER))
    chains = chains.loc[order.sort_values(kind="stable").index]
    quantiles = {
        str(row["chain"]): {n: _value(results, row[f"{n}_key"]) for n in ("p50", "p90", "p99")}
        for row in records(chains)
    }
    return rows_of(chains, results.table("estimate/chain_stages"), quantiles)


def _value(results: Results, key: object) -> float | None:
    return results.number(str(key)).value if key else None


def rows_of(
    chains: pd.DataFrame, stages: pd.DataFrame, quantiles: dict[str, dict[str, float | None]]
) -> pd.DataFrame:
    """Lay chains and stages out as rows to draw.

    Args:
        chains: As of `aienergy.chains.tables.chain_row`.
        stages: As of `aienergy.chains.tables.stage_rows`.
        quantiles: Time of each request (s) by quantile, None where not known.

    Returns:
        Columns series (`stage`, `own`, `request`), chain, title, place, name, after (places, by
        `;`), column (0 for the longest path, else the branch), is_critical, boundary, key, value,
        low, high (Wh at the facility; of `own` in that boundary), latency_key, latency_s
        (median of a call; of the request), tail_s (99th percentile of the request), calls,
        is_inside, is_whole (whether nothing is missing in the sum), is_timed.
    """
    rows: list[dict[str, Any]] = []
    for chain in records(chains):
        own = records(stages[stages["chain"] == chain["chain"]].sort_values("place"))
        rows += _stage_rows(str(chain["title"]), own)
        told = quantiles[str(chain["chain"])]
        rows.append(
            {
                "series": "request",
                "chain": chain["chain"],
                "title": chain["title"],
                "place": len(own),
                "name": "The request",
                "after": "",
                "column": 0,
                "is_critical": False,
                "boundary": "",
                "key": chain["energy_key"],
                "value": chain["energy"],
                "low": chain["low"],
                "high": chain["high"],
                "latency_key": chain["p50_key"],
                "latency_s": told["p50"],
                "tail_s": told["p99"],
                "calls": 1.0,
                "is_inside": False,
                "is_whole": bool(chain["has_all_energies"]),
                "is_timed": bool(chain["has_all_times"]),
            }
        )
    frame = pd.DataFrame(rows)
    floats = ["value", "low", "high", "latency_s", "tail_s"]
    return frame.astype(dict.fromkeys(floats, float))


def _stage_rows(title: str, stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = {row["stage"]: row["place"] for row in stages}
    columns = _columns(stages)
    rows: list[dict[str, Any]] = []
    for row in stages:
        told = {
            "series": "stage",
            "chain": row["chain"],
            "title": title,
            "place": row["place"],
            "name": row["label"],
            "after": ";".join(str(places[name]) for name in str(row["after"]).split(";") if name),
            "column": columns[row["stage"]],
            "is_critical": bool(row["is_critical"]),
            "boundary": row["boundary"],
            "key": row["facility_key"],
            "value": row["facility"],
            "low": row["low"],
            "high": row["high"],
            "latency_key": row["latency_key"],
            "latency_s": row["latency_s"],
            "tail_s": None,
            "calls": row["calls"],
            "is_inside": bool(row["inside"]),
            "is_whole": row["energy_key"] != "",
            "is_timed": row["latency_key"] != "",
        }
        rows.append(told)
        if row["energy_key"]:
            own = {"key": row["energy_key"], "value": row["energy"], "low": None, "high": None}
            rows.append({**told, "series": "own", **own})
    return rows


def _columns(stages: list[dict[str, Any]]) -> dict[str, int]:
    """Give the longest path the first column, and each branch beside it the next free one."""
    columns: dict[str, int] = {}
    for row in stages:
        if row["is_critical"] or row["inside"]:
            columns[row["stage"]] = 0
            continue
        before = [name for name in str(row["after"]).split(";") if name]
        kept = [columns[name] for name in before if columns[name] > 0]
        columns[row["stage"]] = kept[0] if kept else 1 + max([*columns.values(), 0])
    return columns


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many stages there are, how many are not known, and which boundaries are mixed."""
    stages = frame[frame["series"] == "stage"]
    requests = frame[frame["series"] == "request"]
    return {
        "chains": str(len(requests)),
        "stages": str(len(stages)),
        "unknown": str(int((~stages["is_whole"].astype(bool)).sum())),
        "smallest": brief(float(stages["value"].min()), SI_WH, 2),
        "largest": brief(float(stages["value"].max()), SI_WH, 2),
        **{f"title_{row['chain']}": str(row["title"]) for row in records(requests)},
        **{f"energy_{row['chain']}": brief(row["value"], SI_WH, 2) for row in records(requests)},
        **{
            f"time_{row['chain']}": brief(row["latency_s"], SECONDS, 2) for row in records(requests)
        },
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one block of lanes a request, all on one scale of energy."""
    groups = list(frame.groupby("chain", sort=False))
    tall = PITCH * int((frame["series"] != "own").sum()) + GAP * len(groups)
    sheet = Sheet(TOP + tall + BOTTOM)
    left = GRAPH + NAMES
    axes = sheet.panel(left, TOP, sheet.width - left - TIMES - 0.08, tall)
    ends = frame[["value", "low", "high"]].to_numpy(dtype=float)
    limits = (float(pd.DataFrame(ends).min().min()) / 2, float(pd.DataFrame(ends).max().max()) * 2)
    rows_axis(axes, limits, tall, log_ticks(*limits, most=5), lambda v: scaled(v, SI_WH, 1))
    at, placed = 0.0, []
    for _, whole in groups:
        at += GAP
        part = whole.assign(y=at + PITCH * (whole["place"] + 0.5))
        _block(axes, part, at, left)
        at += PITCH * whole["place"].nunique()
        placed.append(part)
    rows = pd.concat(placed)
    _marks(sheet, axes, rows)
    _times(axes, rows)
    return sheet


def _block(axes: Axes, part: pd.DataFrame, top: float, left: float) -> None:
    """Write the heading and the names of one request, and draw its graph."""
    row_heading(axes, str(part["title"].iloc[0]), top - 0.13, left)
    for i, row in enumerate(records(part[part["series"] != "own"])):
        if i % 2 == 0:
            stripe(axes, row["y"], PITCH)
        is_request = row["series"] == "request"
        name = row["name"] if row["calls"] == 1 else f"{row['name']}, × {row['calls']:g}"
        if is_request:
            axes.annotate(
                name, (0, row["y"]), (-6, 0), xycoords=("axes fraction", "data"), ha="right",
                va="center", textcoords="offset points", fontsize=SMALL, fontweight=600,
            )  # fmt: skip
        else:
            row_label(axes, name, row["y"])
    _graph(axes, part[part["series"] == "stage"], left)


def _graph(axes: Axes, stages: pd.DataFrame, left: float) -> None:
    """Draw the stages of one request as a graph that is read downwards."""
    wide = axes.get_position().width * axes.figure.get_figure(root=True).get_figwidth()
    rows = {int(row["place"]): row for row in records(stages)}

    def x_of(row: dict[str, Any]) -> float:
        return float((-left + 0.07 + COLUMN * row["column"]) / wide)

    style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "clip_on": False}
    for row in rows.values():
        for place in (int(text) for text in str(row["after"]).split(";") if text):
            first = rows[place]
            is_critical = _on_path(first) and _on_path(row)
            colour, width = (INK, 2.2) if is_critical else (MUTED, 1.0)
            xs, ys = [x_of(first), x_of(row)], [first["y"], row["y"]]
            if xs[0] != xs[1]:  # leave the branch at once, and come back to it late
                side = max(xs)
                turn = PITCH * 0.8
                middle = ys[0] + turn if side == xs[1] else ys[1] - turn
                xs, ys = [xs[0], side, xs[1]], [ys[0], middle, ys[1]]
            axes.plot(xs, ys, color=colour, linewidth=width, zorder=2, **style)
    for row in rows.values():
        face = INK if _on_path(row) else "white"
        axes.plot([x_of(row)], [row["y"]], marker="o", markersize=5, markerfacecolor=face,
                  markeredgecolor=INK if _on_path(row) else MUTED, zorder=3, **style)  # fmt: skip


def _on_path(row: dict[str, Any]) -> bool:
    return bool(row["is_critical"]) or bool(row["is_inside"])


def _marks(sheet: Sheet, axes: Axes, rows: pd.DataFrame) -> None:
    known = rows[rows["value"].notna() & (rows["series"] != "own")]
    ends = known.assign(
        low=known["low"].fillna(known["value"]), high=known["high"].fillna(known["value"])
    )
    tips = [f"{row['name']}: {_between(row)}" for row in records(ends)]
    bands(sheet, axes, ends, tips, STROKE)
    entries: list[tuple[Look, str]] = []
    for boundary, colour in COLOURS.items():
        part = rows[(rows["boundary"] == boundary) & (rows["series"] == "own")]
        if part.empty:
            continue
        look = marker(colour, "measured", SHAPE[boundary], 4.8)
        said = [brief(value, SI_WH, 2) for value in part["value"]]
        named = zip(part["name"], said, strict=True)
        tips = [f"{name}, {SAID[boundary]}: {text}" for name, text in named]
        sheet.dots(axes, tipped(part, tips), "value", "y", look)
        entries.append((look, SAID[boundary]))
    sheet.legend(0.12, [*entries, (BAND, "at the facility, 90 %")], lead="Energy:")
    path: Look = {"color": INK, "linewidth": 2.2, "linestyle": "-"}
    branch: Look = {"color": MUTED, "linewidth": 1.0, "linestyle": "-"}
    told = [(path, "longest path"), (branch, "other branch")]
    sheet.legend(0.31, told, lead="Graph:")
    for row in records(rows[rows["value"].isna()]):
        axes.annotate(
            "not known", (0, row["y"]), (5, 0), xycoords=("axes fraction", "data"), va="center",
            textcoords="offset points", fontsize=SMALL, color=MUTED,
        )  # fmt: skip
    for row in records(rows[(rows["series"] == "request") & ~rows["is_whole"].astype(bool)]):
        axes.annotate(
            "or more", (row["high"] if row["high"] == row["high"] else row["value"], row["y"]),
            (6, 0), textcoords="offset points", va="center", fontsize=SMALL, color=INK,
        )  # fmt: skip


def _times(axes: Axes, rows: pd.DataFrame) -> None:
    """Write the median time of each stage and request at the right."""
    axes.annotate(
        "Median\ntime", (1, 1), (TIMES * 72, 3), xycoords="axes fraction", ha="right", va="bottom",
        textcoords="offset points", fontsize=SMALL, color=MUTED, linespacing=1.0,
    )  # fmt: skip
    for row in records(rows[rows["series"] != "own"]):
        is_request = row["series"] == "request"
        if row["is_inside"]:
            text = "(in it)"
        elif row["latency_s"] != row["latency_s"]:
            text = "not known"
        else:
            text = brief(row["latency_s"] * row["calls"], SECONDS, 2)
            text = f"≥ {text}" if is_request and not row["is_timed"] else text
        axes.annotate(
            text, (1, row["y"]), (TIMES * 72, 0), xycoords=("axes fraction", "data"), ha="right",
            va="center", textcoords="offset points", fontsize=SMALL,
            fontweight=600 if is_request else 400,
        )  # fmt: skip


def _between(row: dict[str, Any]) -> str:
    value, low, high = (brief(row[name], SI_WH, 2) for name in ("value", "low", "high"))
    return value if low == high else f"{value} ({low} to {high})"
