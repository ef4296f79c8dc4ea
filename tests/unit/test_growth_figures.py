"""Figures of growth: panels say what their fits tell, and the overview puts each rate on its side."""

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.numbers import Number
from aienergy.figures import growth_families, growth_overview
from aienergy.figures.data import Results, sources_of
from aienergy.figures.save import svg_text
from aienergy.figures.style import PAPER, use_style
from aienergy.growth.points import fractional_year
from aienergy.tables import write_json

FITS = {  # n, derived, status, growth with its interval, rule, subset
    "cluster_performance": (12, 0, "grows", (2.0, 1.5, 3.0), "frontier", ""),
    "cluster_power": (10, 4, "falls", (0.5, 0.25, 0.8), "frontier", ""),
    "cluster_cost": (9, 9, "none", (1.1, 0.8, 1.6), "all", ""),
    "token_price": (5, 0, "too_few", None, "all", ""),
    "image_algorithms": (0, 0, "too_few", None, "all", ""),
    "inference_energy": (9, 0, "grows", (1.2, 1.1, 1.3), "all", "notable"),
    **{
        f"grid_{place}": (8, 0, "falls", (0.9, 0.88, 0.92), "all", place)
        for place in ("world", "india", "china", "united_states", "germany", "ireland")
    },
}
LEFT_OUT = 3  # points that no rule chooses, in each fit that has a frontier


@pytest.fixture(autouse=True)
def _style():
    use_style()


def key_of(fit: str) -> str:
    return f"trend.quantity.{fit}.growth_per_year"


def points_of(fit: str) -> pd.DataFrame:
    """Points on an exact exponential, one a quarter; those that no rule chooses lie far below."""
    n, derived, _, growth, rule, _ = FITS[fit]
    rate = growth[0] if growth else 2.0
    rest = LEFT_OUT if rule == "frontier" else 0
    dates = pd.date_range("2019-01-01", periods=n + rest, freq="91D")
    year = np.arange(n + rest) * 91 / 365.25
    chosen = np.arange(n + rest) < n
    own = fit == "inference_energy"  # its points are numbers of the ledger
    value = 1e6 * rate**year * np.where(chosen, 1, 1e-3)
    return pd.DataFrame(
        {
            "fit": fit, "name": [f"{fit} {i}" for i in range(n + rest)],
            "key": key_of(fit) if own else "",
            "date": dates.strftime("%Y-%m-%d"), "value": value,
            "derived": np.arange(n + rest) < derived, "source": "" if own else "epoch",
            "series": "" if own else "a_series", "chosen": chosen,
        }
    )  # fmt: skip


@pytest.fixture
def results(tmp_path) -> Results:
    for folder in ("trends", "ingest"):
        (tmp_path / folder).mkdir()
    fitted = pd.concat([points_of(fit) for fit in FITS], ignore_index=True)
    fitted.to_csv(tmp_path / "trends/fitted.csv", index=False)
    rows, numbers = [], []
    for fit, (n, derived, status, growth, rule, subset) in FITS.items():
        row = {
            "fit": fit, "quantity": fit, "subset": subset, "label": fit, "unit": "1", "rule": rule,
            "size": 10, "start": "2019-01-01", "end": "2023-12-31", "n": n,
            "measured": n - derived, "level": 0.9, "method": "reranked", "status": status,
            "growth_key": "",
        }  # fmt: skip
        if growth:
            years = fractional_year(points_of(fit)["date"].iloc[:n])
            ends = {"first_year": years.min(), "last_year": years.max()}
            logs = 6 + np.log10(growth[0]) * (years - years.min())
            row |= ends | {
                "log10_at_first": logs.min() if growth[0] > 1 else logs.max(),
                "log10_at_last": logs.max() if growth[0] > 1 else logs.min(),
                "growth_key": key_of(fit), "value": growth[0], "low": growth[1], "high": growth[2],
            }  # fmt: skip
            numbers.append(
                Number(
                    key=key_of(fit), label=fit, value=growth[0], low=growth[1], high=growth[2],
                    unit="1", formula="count", inputs={}, sources=("own: own/2024-05-06/table.csv; row",),
                )
            )  # fmt: skip
        rows.append(row)
    pd.DataFrame(rows).to_csv(tmp_path / "trends/fits.csv", index=False)
    (tmp_path / "ingest/series.csv").write_text("key,vintage\na_series,2026-04-24\n")
    write_json([number.as_dict() for number in numbers], tmp_path / "numbers.json")
    return Results(tmp_path)


def texts_of(sheet) -> list[str]:
    found = [text.get_text() for axes in sheet.figure.axes for text in axes.texts]
    return found + [text.get_text() for text in sheet.figure.texts]


def points_drawn(sheet) -> dict[str, int]:
    """Number of points by the colour of their face."""
    counts: dict[str, int] = {}
    lines = {line.get_gid(): line for axes in sheet.figure.axes for line in axes.lines}
    for group, points in sheet.points.items():
        face = str(lines[group].get_markerfacecolor())
        counts[face] = counts.get(face, 0) + len(points.keys)
    return counts


def test_a_panel_says_rate_interval_n_rule_and_window(results):
    sheet = growth_families.draw(growth_families.table_of("clusters")(results))
    told = texts_of(sheet)

    assert "Sixteen-bit rate of a cluster, FLOP/s" in told
    assert "× 2.00 a year (1.50 to 3.00)" in told
    assert "n = 12, frontier, 2019–2023" in told
    assert "× 0.500 a year (0.250 to 0.800)" in told
    assert "n = 10, 4 derived, frontier, 2019–2023" in told
    assert "not told from none (× 0.800 to 1.60)" in told
    assert "n = 9, all derived, all points, 2019–2023" in told


def test_every_point_is_drawn_and_just_the_derived_ones_are_hollow(results):
    frame = growth_families.table_of("clusters")(results)
    drawn = points_drawn(growth_families.draw(frame))

    assert drawn[PAPER] == 4 + 9
    assert drawn[growth_families.PALE] == 2 * LEFT_OUT
    assert sum(drawn.values()) == (frame["series"] == "point").sum() == 31 + 2 * LEFT_OUT


def test_too_few_points_are_drawn_without_a_line_and_none_have_no_panel(results):
    frame = growth_families.table_of("use")(results)
    sheet = growth_families.draw(frame)
    told = texts_of(sheet)

    assert "no trend: n = 5" in told
    assert "Compute to reach AlexNet: no trend: n = 0 (all points, 2019–2023)" in told
    trends = frame[frame["series"] == "trend"]
    assert set(frame["fit"]) - set(trends["fit"]) == {"token_price", "image_algorithms"}
    assert sum("World (n = 8)\n× 0.900 (0.880 to 0.920)" in text for text in told) == 1
    assert sum("United States (n = 8)" in text for text in told) == 1
    assert svg_text(sheet, "fig-x", "alt").count('class="point"') == 5 + 9 + 6 * 8


def test_the_line_goes_through_its_points_and_the_band_opens_from_their_middle(results):
    frame = growth_families.table_of("clusters")(results)
    line = frame[(frame["fit"] == "cluster_performance") & (frame["series"] == "trend")]
    first, middle, last = (line.iloc[i] for i in range(3))

    assert first["value"] == pytest.approx(1e6)
    assert last["value"] == pytest.approx(1e6 * 2 ** (11 * 91 / 365.25))
    assert middle["low"] == pytest.approx(middle["value"]) == pytest.approx(middle["high"])
    years = last["year"] - middle["year"]
    assert last["high"] / last["value"] == pytest.approx(1.5**years)


def test_facts_name_rates_editions_and_what_is_derived(results):
    told = growth_families.facts(growth_families.table_of("clusters")(results))

    assert told["vintages"] == "2026-04-24"
    assert told["derived"] == "power of a cluster, hardware cost of a cluster"
    assert (told["point_count"], told["untold_count"]) == ("31", "1")
    assert "Power of a cluster: × 0.500 a year (0.250 to 0.800)" in told["growth"]


def test_points_that_are_no_numbers_bring_their_source(results):
    frame = growth_families.table_of("use")(results)

    points = frame[frame["series"] == "point"]

    assert (points["key"] == "").sum() == 5 + 6 * 8
    assert sources_of(points, results) == ["epoch", "own"]
    assert growth_families.facts(frame)["vintages"] == "2026-04-24 and 2024-05-06"


def test_the_overview_puts_growth_right_of_one_and_what_falls_left(results):
    frame = growth_overview.table(results)
    sheet = growth_overview.draw(frame)
    at = {
        k: x
        for points in sheet.points.values()
        for k, (x, _) in zip(points.keys, points.at, strict=True)
    }

    assert len(frame) == len(FITS)
    assert len(at) == len(FITS) - 2
    for fit, (_, _, status, growth, _, _) in FITS.items():
        if growth:
            assert at[key_of(fit)] == growth[0]
            assert status == "none" or (growth[0] > 1) == (status == "grows")
    rows = [y for points in sheet.points.values() for y in points.at[:, 1]]
    assert len(set(rows)) == len(rows)
    told = texts_of(sheet)
    assert told.count("no trend") == 2
    assert {"Clusters", "Use and electricity", "Electricity, United States"} <= set(told)
    facts = growth_overview.facts(frame)
    assert (facts["grows"], facts["falls"], facts["untold"]) == ("2", "7", "3")
    assert facts["fastest"].endswith("Sixteen-bit rate of a cluster, × 2.00 (1.50 to 3.00)")


def test_the_overview_is_hollow_where_points_are_derived(results):
    drawn = points_drawn(growth_overview.draw(growth_overview.table(results)))

    assert drawn[PAPER] == 1  # all derived
    assert len(drawn) == 4  # hollow, half full, and full in the colours of growing and falling


def test_every_fit_of_a_family_is_in_the_settings():
    from aienergy.config import read_config
    from tests.checkout import ROOT

    told = read_config(ROOT / "config.yaml", ROOT / "workflow/schemas/config.schema.json")
    known = {fit["key"] for fit in told["trends"]["fits"]}
    drawn = [f for panels in growth_families.FAMILIES.values() for p in panels for f in p.fits]

    assert set(drawn) <= known
    assert len(set(drawn)) == len(drawn)
