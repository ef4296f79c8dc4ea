"""How published claims fare: arithmetic, topic by topic."""

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.marks import grid, note, row_label, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREY, INK, ORANGE, PAPER, SKY, VERMILLION, bar_end, tint
from aienergy.tables import records

PITCH = 0.3  # inches a topic
PREFIX = "verdict.topic_"
VERDICTS = {
    "reproduces": ("reproduces", BLUE),
    "close": ("close", SKY),
    "fails": ("fails", VERMILLION),
    "undetermined": ("undetermined", ORANGE),
    "stated": ("nothing to recompute", tint(GREY, 0.45)),
}
TOPICS = {
    "compute": "Training compute",
    "training_energy": "Training energy",
    "training_emissions": "Training emissions",
    "training_cost": "Training cost",
    "inference": "Energy of use",
    "inference_share": "Share of use",
    "water": "Water",
    "embodied": "Embodied emissions",
    "hardware": "Hardware",
    "trend": "Growth",
    "demand": "Electricity demand",
    "policy": "Policy",
    "comparison": "Comparisons",
    "erratum": "Errata",
}


def table(results: Results) -> pd.DataFrame:
    """Return how many claims of each topic came out how, the topic with most claims first.

    Returns:
        Columns topic, name, verdict, key, count, start (claims of the verdicts before it), middle.
    """
    rows = [
        {"topic": topic, "name": name, "verdict": verdict, "key": f"{PREFIX}{topic}.{verdict}"}
        for topic, name in TOPICS.items()
        for verdict in VERDICTS
        if f"{PREFIX}{topic}.n" in results.numbers
    ]
    frame = pd.DataFrame(rows)
    frame["count"] = [results.number(key).value for key in frame["key"]]
    total = frame.groupby("topic")["count"].transform("sum")
    frame = frame.assign(total=total, at=range(len(frame)))
    frame = frame.sort_values(["total", "topic", "at"], ascending=[False, True, True])
    frame = frame.reset_index(drop=True)
    frame["start"] = frame.groupby("topic")["count"].cumsum() - frame["count"]
    frame["middle"] = frame["start"] + frame["count"] / 2
    return frame.drop(columns=["total", "at"])


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many claims there are, and how many of each verdict."""
    by_verdict = frame.groupby("verdict")["count"].sum()
    told = {verdict: f"{by_verdict[verdict]:.0f}" for verdict in VERDICTS}
    executed = by_verdict[["reproduces", "close", "fails"]].sum()
    return told | {
        "count": f"{frame['count'].sum():.0f}",
        "executed": f"{executed:.0f}",
        "topics": str(frame["topic"].nunique()),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one bar a topic, a segment for each verdict."""
    topics = list(dict.fromkeys(frame["topic"]))
    tall = PITCH * len(topics)
    sheet = Sheet(tall + 0.72)
    axes = sheet.panel(1.42, 0.3, sheet.width - 1.8, tall)
    longest = float((frame["start"] + frame["count"]).max())
    axes.set_xlim(0, longest * 1.02)
    axes.set_ylim(tall, 0)
    place = {topic: PITCH * (at + 0.5) for at, topic in enumerate(topics)}
    names = dict(zip(frame["topic"], frame["name"], strict=True))
    tips = [
        f"{row['name']}: {row['count']:.0f} {VERDICTS[row['verdict']][0]}" for row in records(frame)
    ]
    drawn = tipped(frame, tips, y=[place[topic] for topic in frame["topic"]])
    for verdict, (_, colour) in VERDICTS.items():
        rows = drawn[(drawn["verdict"] == verdict) & (drawn["count"] > 0)]
        axes.barh(
            rows["y"], rows["count"], PITCH * 0.68, left=rows["start"], color=colour,
            edgecolor=PAPER, linewidth=0.8,
        )  # fmt: skip
        sheet.dots(axes, rows, "middle", "y", bar_end(colour, 1, 0.1))
        for row in records(rows[rows["count"] >= longest * 0.035]):
            dark = colour in (BLUE, VERMILLION)
            ink = PAPER if dark else INK
            note(axes, f"{row['count']:.0f}", (row["middle"], row["y"]), ha="center", colour=ink)
    for topic in topics:
        row_label(axes, names[topic], place[topic])
    axes.set_yticks([])
    ticks(axes, "x", range(0, int(longest) + 1, 20), lambda v: f"{v:.0f}")
    axes.spines["bottom"].set_visible(False)
    grid(axes, "x")
    axes.set_xlabel("Published claims", loc="left")
    marks = {"marker": "s", "markersize": 6.5, "linestyle": "none", "markeredgewidth": 0}
    sheet.legend(0.1, [({**marks, "color": c}, text) for text, c in VERDICTS.values()])
    return sheet
