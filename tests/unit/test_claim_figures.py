"""Figures of claims and of disclosure: what is drawn is what the table says."""

import pandas as pd
import pytest

from aienergy.figures import publishing, verdicts
from aienergy.figures.style import use_style


@pytest.fixture(autouse=True)
def _style():
    use_style()


def verdict_table(counts: dict[str, list[int]]) -> pd.DataFrame:
    rows = [
        {"topic": topic, "name": topic.title(), "verdict": verdict, "key": f"{topic}.{verdict}",
         "count": float(count)}
        for topic, numbers in counts.items()
        for verdict, count in zip(verdicts.VERDICTS, numbers, strict=True)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    frame["start"] = frame.groupby("topic")["count"].cumsum() - frame["count"]
    return frame.assign(middle=frame["start"] + frame["count"] / 2)


def test_a_bar_is_as_long_as_its_count_and_begins_where_the_former_ends():
    table = verdict_table({"water": [30, 10, 5, 0, 20], "trend": [4, 4, 1, 1, 40]})
    sheet = verdicts.draw(table)

    bars = [(round(p.get_x(), 6), p.get_width()) for p in sheet.figure.axes[0].patches]
    expected = table[table["count"] > 0]
    assert sorted(bars) == sorted(zip(expected["start"], expected["count"], strict=True))


def test_the_caption_counts_what_the_bars_show():
    told = verdicts.facts(verdict_table({"water": [30, 10, 5, 0, 20], "trend": [4, 4, 1, 1, 40]}))

    assert (told["count"], told["executed"], told["fails"]) == ("115", "54", "6")


def disclosure_table() -> pd.DataFrame:
    rows = []
    for kind, name, systems in (("provider", "Alpha", 8), ("year", "2024", 10)):
        for rank, aspect in enumerate(publishing.ASPECTS):
            rows.append(
                {"kind": kind, "name": name, "aspect": aspect, "systems": systems,
                 "published": rank, "estimated": 0, "share": rank / systems,
                 "column": rank + 0.5, "key": f"{name}.{aspect}", "systems_key": f"{name}.n"}
            )  # fmt: skip
    return pd.DataFrame(rows)


def test_a_cell_tells_its_share_and_a_dash_where_nothing_is_published():
    sheet = publishing.draw(disclosure_table())

    texts = [text.get_text() for text in sheet.figure.axes[0].texts]
    assert texts.count("–") == 2
    for share in ("12", "88", "10", "70"):
        assert share in texts, share
    assert {"Alpha (8)", "2024 (10)"} <= set(texts)
