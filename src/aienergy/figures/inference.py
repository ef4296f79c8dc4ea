"""Published energy of using AI, by unit of use."""

import pandas as pd
from matplotlib.axes import Axes

from aienergy.contracts.schema import MEASURED_EVIDENCE
from aienergy.figures.data import Results
from aienergy.figures.marks import note, row_heading, row_label, rows_axis
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    HAIRLINE,
    INK,
    MUTED,
    ORANGE,
    SHAPES,
    SI_WH,
    brief,
    marker,
    scaled,
)
from aienergy.tables import records

# Tasks that pick or mark something, and write nothing.
CHOOSING = frozenset(
    {"text_classification", "extractive_qa", "masked_language_modeling", "token_classification",
     "image_classification", "object_detection"}
)  # fmt: skip
GROUPS = {
    "sample": "One sample of a benchmark",
    "token": "One token written",
    "choice": "One query that chooses or marks",
    "answer": "One query answered in words",
    "image": "One image or video made",
}
COLOURS = {"facility": BLUE, "node": ORANGE, "board": GREEN}
# What a row is called where the subject's name is too long, or stands for several tasks.
LABELS = {
    "mlperf_speech_recognition": "Speech, RNN-T (MLPerf)",
    "mlperf_question_answering": "Questions, BERT (MLPerf)",
    "mlperf_recommendation": "Recommendation (MLPerf)",
    "mlperf_whisper": "Speech, Whisper (MLPerf)",
    "mlperf_edge_mobilenet": "Images, mini PC (MLPerf)",
    "mlperf_tiny_keyword_spotting": "Keyword, tiny (MLPerf)",
    "mlperf_tiny_anomaly_detection": "Anomaly, tiny (MLPerf)",
    "mlperf_tiny_image_classification": "Image, tiny (MLPerf)",
    "bert_tiny_qa": "Questions, bert-tiny",
    "bloom_api": "BLOOM-176B",
    "stable_diffusion_3_medium": "Stable Diffusion 3",
}
TASKS = {"masked_language_modeling": "Gap filling", "extractive_qa": "Question answering"}
MODELS_OF_A_STUDY = "power_hungry_models"
SERVICE = "frontier_llm_service"
SERVICE_LABELS = {
    "typical_query": "Frontier service, typical",
    "test_time_scaling_15x_tokens": "Frontier service, reasoning",
}
MOST_LINES = 3  # of one source in one group
STEP = 0.163  # inches between rows
START = 2e-9  # Wh, where the scale begins


def table(results: Results) -> pd.DataFrame:
    """Return every published energy of one use.

    Returns:
        Columns group, label, subject, task, per, statistic, key, energy_wh, low, high, boundary,
        evidence, said_by; groups in order, the smallest row of a group first. Values with one
        group and label share a line.
    """
    rows = results.facts.select("inference_energy_wh")
    frame = pd.DataFrame(
        {
            "group": [
                _group(per, task) for per, task in zip(rows["q_per"], rows["q_task"], strict=True)
            ],
            "label": [
                _label(results, s, t) for s, t in zip(rows["subject"], rows["q_task"], strict=True)
            ],
            "subject": rows["subject"],
            "task": rows["q_task"],
            "per": rows["q_per"],
            "statistic": rows["q_statistic"],
            "key": rows["id"],
            "energy_wh": rows["value"],
            **{name: rows[name] for name in ("low", "high", "boundary", "evidence", "said_by")},
        }
    )
    frame = frame[_drawn(frame, rows["source"])]
    size = frame.groupby(["group", "label"])["energy_wh"].transform("median")
    frame = frame.assign(order=frame["group"].map(list(GROUPS).index), size=size)
    frame = frame.sort_values(["order", "size", "label", "energy_wh", "key"], ignore_index=True)
    return frame.drop(columns=["order", "size"])


def _drawn(frame: pd.DataFrame, sources: pd.Series) -> pd.Series:
    """Say which rows are drawn: of a source's lines in a group, a few from smallest to largest."""
    lines = frame.assign(source=sources).groupby(["group", "source", "label"])
    sizes = lines[["energy_wh"]].median().reset_index().sort_values("energy_wh", kind="stable")
    kept: set[tuple[str, str]] = set()
    for _, of_source in sizes.groupby(["group", "source"]):
        last = len(of_source) - 1
        places = sorted({round(i * last / (MOST_LINES - 1)) for i in range(MOST_LINES)})
        chosen = of_source.iloc[places]
        kept |= set(zip(chosen["group"], chosen["label"], strict=True))
    pairs = zip(frame["group"], frame["label"], strict=True)
    return pd.Series([pair in kept for pair in pairs], frame.index)


def _group(per: str, task: str) -> str:
    if per in ("image", "video"):
        return "image"
    if per == "sample":
        return per
    if per == "output_token":
        return "token"
    return "choice" if task in CHOOSING else "answer"


def _label(results: Results, subject: str, task: str) -> str:
    if subject == MODELS_OF_A_STUDY:
        return f"{TASKS.get(task) or task.replace('_', ' ').capitalize()} models"
    if subject == SERVICE:
        return SERVICE_LABELS.get(task, task.replace("_", " "))
    name = LABELS.get(subject) or results.name(subject)
    return f"{name}, video" if task == "video_generation" else name


def energy_text(wh: float, digits: int = 2) -> str:
    """Return `0.24 Wh`, `51 mWh`: watt-hours from a tenth upwards, as readers know them."""
    steps = ((1.0, "Wh"),) if 0.1 <= wh < 1 else SI_WH
    return brief(wh, steps, digits)


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many values there are, and the extremes of answers."""
    answers = frame[frame["group"] == "answer"].sort_values("energy_wh")
    ordered = frame.sort_values("energy_wh")
    low, high = answers.iloc[0], answers.iloc[-1]
    return {
        "value_count": str(len(frame)),
        "most_lines": str(MOST_LINES),
        "row_count": str(len(frame.drop_duplicates(["group", "label"]))),
        "metered_count": str(int(frame["evidence"].isin(MEASURED_EVIDENCE).sum())),
        "smallest": energy_text(float(ordered["energy_wh"].iloc[0])),
        "smallest_name": str(ordered["label"].iloc[0]),
        "largest": energy_text(float(ordered["energy_wh"].iloc[-1])),
        "largest_name": str(ordered["label"].iloc[-1]),
        "answer_low": energy_text(float(low["energy_wh"])),
        "answer_low_name": str(low["label"]),
        "answer_high": energy_text(float(high["energy_wh"])),
        "answer_high_name": str(high["label"]),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one line a use, all on one logarithmic scale."""
    places, heads, tall = _places(frame)
    sheet = Sheet(tall + 0.95)
    axes = sheet.panel(1.74, 0.68, sheet.width - 1.82, tall)
    decades = [10.0**power for power in range(-8, 5)]
    thousands = (1e-6, 1e-3, 1.0, 1e3)
    rows_axis(axes, (START, 8e4), tall, thousands, lambda wh: scaled(wh, SI_WH, 1), decades)
    for group, y in heads.items():
        row_heading(axes, GROUPS[group], y, 1.72)
    tips = [
        f"{row['label']}: {energy_text(row['energy_wh'], 3)} ({row['boundary']},"
        f" {row['statistic'] or 'value'})"
        for row in records(frame)
    ]
    lanes = [places[place] for place in zip(frame["group"], frame["label"], strict=True)]
    rows = tipped(frame, tips, y=lanes)
    for boundary, colour in COLOURS.items():
        part = rows[rows["boundary"] == boundary]
        sheet.by_evidence(axes, part, "energy_wh", "y", colour, SHAPES[boundary])
    for _, part in rows.groupby(["group", "label"], sort=False):
        _line(axes, part)
    _keys(sheet)
    return sheet


def _places(frame: pd.DataFrame) -> tuple[dict[tuple[str, str], float], dict[str, float], float]:
    """Return the height of each line and heading in inches from the top, and of the whole."""
    places: dict[tuple[str, str], float] = {}
    heads: dict[str, float] = {}
    y = 0.0
    for group, rows in frame.groupby("group", sort=False):
        heads[str(group)] = y + 0.11
        y += 0.28
        for label in dict.fromkeys(rows["label"]):
            places[str(group), label] = y
            y += STEP
    return places, heads, y - 0.06


def _line(axes: Axes, rows: pd.DataFrame) -> None:
    """Write label and largest value of one line; join its values, and draw published ranges."""
    values = rows["energy_wh"]
    y, low, high = float(rows["y"].iloc[0]), float(values.min()), float(values.max())
    axes.plot([START, low], [y, y], color=HAIRLINE, linewidth=0.6, zorder=0.5)
    axes.plot([low, high], [y, y], color=MUTED, linewidth=0.9, zorder=1)
    known = rows.dropna(subset=["low", "high"])
    axes.hlines(known["y"], known["low"], known["high"], color=INK, linewidth=2.2, alpha=0.35)
    row_label(axes, str(rows["label"].iloc[0]), y)
    note(axes, energy_text(high), (high, y), (6, 0), on_paper=True, zorder=2)


def _keys(sheet: Sheet) -> None:
    names = {"facility": "whole facility", "node": "node", "board": "boards only"}
    shapes = [(marker(COLOURS[b], "measured", SHAPES[b]), text) for b, text in names.items()]
    sheet.legend(0.1, shapes, "Boundary:")
    fills = {"measured": "measured", "stated": "by the operator", "outside": "by others"}
    sheet.legend(0.29, [(marker(MUTED, known), text) for known, text in fills.items()], "Known:")
