"""Figures of what growth rates depend on: their tables and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from aienergy.figures import (
    backtest,
    calibration,
    forecasts,
    specifications,
    undisclosed,
    vintages,
)
from aienergy.figures.data import Results, sources_of
from aienergy.figures.style import use_style
from aienergy.tables import write_json
from tests.unit.test_figures import drawn_points, number

GROWTH = "trend.training_compute.since_2018.growth_per_year"
SLOWER = "trend.hardware_efficiency.chip_efficiency.growth_per_year"


@pytest.fixture(autouse=True)
def _style():
    use_style()


def written(folder, numbers, **tables):
    """Return a results folder that holds these numbers, and tables of the stage `trends`."""
    (folder / "trends").mkdir()
    fits = pd.DataFrame(
        {
            "fit": ["since_2018", "chip_efficiency"],
            "growth_key": [GROWTH, SLOWER],
            "size": [10, 0],
            "start": ["2018-01-01", "2016-01-01"],
            "end": "2026-11-23",
            "level": 0.9,
            "n": [82, 80],
        }
    )
    for name, table in {"fits": fits, **tables}.items():
        table.to_csv(folder / f"trends/{name}.csv", index=False)
    growths = [number(GROWTH, 4.5, low=4.0, high=5.0), number(SLOWER, 1.2, low=1.1, high=1.3)]
    write_json([item.as_dict() for item in (*growths, *numbers)], folder / "numbers.json")
    return Results(folder)


# --- specifications ---


def grid():
    shared = {"start": "2018-01-01", "end": "2026-11-23", "n": 82}
    rows = [
        ("ledger", "top10", "least_squares", 4.5, True, "ours"),
        ("ledger", "top10", "median_line", 4.0, True, "ours"),
        ("ledger", "top5", "least_squares", 3.0, True, "narrow"),
        ("confident_only", "top10", "least_squares", 4.2, True, "ours"),
        ("ledger", "restarted", "least_squares", 9.0, False, "restarts"),
    ]
    names = ["population", "rule", "method", "growth", "admissible", "reason"]
    return pd.DataFrame(rows, columns=names).assign(**shared)


def test_specifications_are_ranked_and_only_the_printed_one_bears_the_number(tmp_path):
    frame = specifications.table(written(tmp_path, [], specifications=grid()))

    told = frame[frame["series"] == "specification"]
    assert list(told["growth"]) == [3.0, 4.0, 4.2, 4.5, 9.0]
    assert list(told["rank"]) == [1, 2, 3, 4, 5]
    assert list(told["key"]) == ["", "", "", GROWTH, ""]
    printed = frame[frame["series"] == "printed"].iloc[0]
    assert (printed["low"], printed["high"]) == (4.0, 5.0)
    assert list(frame.loc[frame["series"] == "slower", "key"]) == [SLOWER]


def test_facts_of_specifications_leave_artefacts_out_of_the_medians(tmp_path):
    told = specifications.facts(specifications.table(written(tmp_path, [], specifications=grid())))

    assert (told["count"], told["admissible"], told["rules"]) == ("5", "4", "3")
    assert (told["slow_rule"], told["slow_rule_growth"]) == ("five largest at release", "3.0")
    assert (told["fast_rule"], told["fast_rule_growth"]) == ("ten largest at release", "4.2")
    assert (told["reasons"], told["highest"]) == ("restarts", "9.0")


def test_the_order_of_specifications_does_not_matter(tmp_path):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    here = specifications.table(written(tmp_path / "here", [], specifications=grid()))
    turned = grid().iloc[::-1]

    there = specifications.table(written(tmp_path / "there", [], specifications=turned))
    pd.testing.assert_frame_equal(here, there)


def test_neighbouring_ranks_make_one_stroke():
    x, y = specifications._strokes(np.array([True, True, False, False, True]), 0.7)

    assert x[:2] == [0.5, 2.5]
    assert np.isnan(x[2])
    assert x[3:5] == [4.5, 5.5]
    assert len(x) == len(y) == 6


def test_every_choice_has_a_row_and_the_printed_growth_its_point(tmp_path):
    frame = specifications.table(written(tmp_path, [], specifications=grid()))

    sheet = specifications.draw(frame)
    texts = {text.get_text() for axes in sheet.figure.axes for text in axes.texts}
    assert {"ranking restarted", "confident values only", "2018 to 2026-11"} <= texts
    assert drawn_points(sheet) == [(GROWTH, 4.0, 4.5)]


# --- vintages ---


def editions():
    rows = [
        ("famous", "restarted", "2022-09-01", 32, 18.0),
        ("famous", "restarted", "2024-10-16", 42, 10.0),
        ("famous", "restarted", "2026-07-19", 41, 5.0),
        ("notable", "all", "2024-10-16", 385, 4.0),
        ("notable", "all", "2026-07-19", 385, 4.2),
    ]
    frame = pd.DataFrame(rows, columns=["window", "rule", "edition", "n", "growth"])
    ends = {"low": frame["growth"] * 0.8, "high": frame["growth"] * 1.3}
    return frame.assign(start="2012-01-01", end="2017-12-31", **ends)


def changes():
    steps = [("old", 388, 10.0), ("removed", 60, 8.0), ("revised", 70, 4.0), ("added", 90, 5.0)]
    rows = []
    for window, scale in (("famous", 1.0), ("notable", 0.4)):
        before = steps[0][2]
        for step, n, growth in steps:
            rows.append((window, step, "", n, growth * scale, np.log10(growth / before)))
            before = growth
        rows.append((window, "new", "", 457, 5.0 * scale, np.log10(0.5)))
        rows.append((window, "family", "LSTM", 1, 8.4 * scale, np.log10(8.4 / 8.0)))
        rows.append((window, "family", "AlphaGo", 2, 5.0 * scale, np.log10(5.0 / 8.0)))
    return pd.DataFrame(rows, columns=["window", "step", "name", "rows", "growth", "change_dex"])


@pytest.fixture
def of_editions(tmp_path):
    (tmp_path / "ingest").mkdir()
    series = "key,vintage,source\nepoch_compute_a,2022-09-01,sheet\n"
    series += "epoch_compute_b,2024-10-16,table\nepoch_compute_c,2026-07-19,table\n"
    (tmp_path / "ingest/series.csv").write_text(series)
    return written(tmp_path, [], editions=editions(), changes=changes())


def test_steps_between_editions_add_up_and_follow_each_other(of_editions):
    frame = vintages.table(of_editions)

    for _, rows in frame[frame["series"] != "edition"].groupby("window"):
        steps = rows.set_index("series")
        assert list(steps.index) == ["removed", "revised", "family", "added"]
        whole = steps.loc[["removed", "revised", "added"], "change_dex"].sum()
        assert whole == pytest.approx(np.log10(0.5))
        told = np.log10(steps["growth"] / steps["before"])
        np.testing.assert_allclose(told.astype(float), steps["change_dex"].astype(float))
        assert steps.loc["family", "name"] == "AlphaGo"


def test_facts_of_vintages_name_the_family_and_the_first_full_edition(of_editions):
    told = vintages.facts(vintages.table(of_editions))

    assert (told["count"], told["first"], told["first_full"]) == ("3", "2022-09-01", "2024-10-16")
    assert (told["growth_first"], told["growth_last"]) == ("18", "5.0")
    assert (told["family"], told["family_dex"]) == ("AlphaGo", "\N{MINUS SIGN}0.204")
    assert (told["revised_dex"], told["window"]) == ("\N{MINUS SIGN}0.301", "2012 to 2017")


def test_editions_tell_their_sources_and_are_drawn_where_they_stand(of_editions):
    frame = vintages.table(of_editions)

    assert sources_of(frame, of_editions) == ["table", "sheet"]
    points = drawn_points(vintages.draw(frame))
    assert [growth for _, growth, _ in points] == [18.0, 10.0, 5.0, 4.0, 4.2]
    heights = [y for _, _, y in points]
    assert heights == sorted(heights)


# --- calibration ---


def coverage():
    rows = [
        (world, method, share, width)
        for world, case, ours, width in (
            ("plain", 0.9, 0.9, 0.1),
            ("steady", 0.65, 0.92, 0.12),
            ("errors", 0.7, 0.88, 0.3),
            ("hidden", 0.1, 0.3, 0.2),
        )
        for method, share, width in (("case", case, 0.1), ("reranked", ours, width))
    ]
    frame = pd.DataFrame(rows, columns=["world", "method", "share", "width"])
    return frame.assign(
        nominal=0.9, worlds=100, systems=80.0, bias=np.where(frame["world"] == "hidden", -0.08, 0),
        label="ten largest at release", error=0.02,
    )  # fmt: skip


@pytest.fixture
def calibrated(tmp_path):
    table = coverage()
    numbers = [
        number(f"coverage.{world}.{method}", share)
        for world, method, share in zip(
            *(table[c] for c in ("world", "method", "share")), strict=True
        )
    ]
    return written(tmp_path, numbers, coverage=table)


def test_bars_of_coverage_are_as_wide_as_the_nominal_level(calibrated):
    frame = calibration.table(calibrated)

    row = frame[frame["key"] == "coverage.steady.case"].iloc[0]
    assert row["share"] - row["low"] == pytest.approx(1.6448536 * 0.02)
    assert row["high"] - row["share"] == pytest.approx(1.6448536 * 0.02)
    assert frame["high"].max() <= 1


def test_facts_of_coverage_are_of_the_worlds_with_selection(calibrated):
    told = calibration.facts(calibration.table(calibrated))

    assert (told["case_low"], told["case_high"]) == ("65\u00a0%", "70\u00a0%")
    assert (told["ours_low"], told["ours_high"]) == ("88\u00a0%", "92\u00a0%")
    assert (told["wider_low"], told["wider_high"]) == ("1.20", "3.00")
    assert (told["hidden"], told["hidden_bias"]) == ("30\u00a0%", "\N{MINUS SIGN}0.08")
    assert (told["worlds"], told["methods"], told["histories"]) == ("4", "2", "100")


def test_labels_of_worlds_keep_every_word_and_fit():
    text = "ten largest at release, systems at even intervals"

    lines = calibration._wrapped(text).split("\n")
    assert " ".join(lines) == text
    assert max(map(len, lines)) <= calibration.WIDEST_LABEL


# --- back-test ---

CRPS = {"today": (0.3, 0.2, 0.4), "edition": (0.25, 0.5, 0.45)}


@pytest.fixture
def scored(tmp_path):
    models = ("recent_line", "long_line", "drift")
    means = [(kind, m, c) for kind, row in CRPS.items() for m, c in zip(models, row, strict=True)]
    scores = pd.DataFrame(
        [
            (kind, origin, model, crps + shift)
            for kind, model, crps in means
            for origin in ((2016.0, 2016.5) if kind == "today" else (2024.8,))
            for shift in (-0.1, 0.0, 0.1)
        ],
        columns=["kind", "origin", "model", "crps"],
    )
    numbers = [
        number(f"backtest.{kind}.{model}.{tail}", value)
        for kind, model, crps in means
        for tail, value in (("crps", crps), ("held80", 0.9), ("held95", 1.0))
    ]
    summary = pd.DataFrame(means, columns=["kind", "model", "crps"])
    summary["scored"] = np.where(summary["kind"] == "today", 6, 3)
    numbers.append(number("backtest.recent_line_less_long_line", 0.1, low=0.05, high=0.15))
    pairs = pd.DataFrame({"first": ["recent_line"], "second": ["long_line"]})
    return written(
        tmp_path, numbers, backtest_scores=scores, backtest=summary, backtest_pairs=pairs
    )


def test_scores_are_means_of_each_origin(scored):
    frame = backtest.table(scored)

    origins = frame[frame["series"] == "origin"]
    assert len(origins) == 9
    np.testing.assert_allclose(origins["crps"][origins["model"] == "drift"], [0.4, 0.4, 0.45])
    assert set(origins["scored"]) == {3}
    held = frame[frame["series"] == "held"].set_index("key")
    assert held.loc["backtest.edition.drift.held95", "level"] == 0.95
    pair = frame[frame["series"] == "difference"].iloc[0]
    assert (pair["model"], pair["other"], pair["low"]) == ("recent_line", "long_line", 0.05)


def test_facts_of_the_back_test_keep_today_and_editions_apart(scored):
    told = backtest.facts(backtest.table(scored))

    assert (told["origins"], told["editions"], told["models"]) == ("2", "1", "3")
    assert (told["scored"], told["edition_scored"]) == ("6", "3")
    assert told["best_today"] == "line since 2010"
    assert told["best_edition"] == "line of the last five years"


def test_every_score_and_share_is_drawn(scored):
    points = drawn_points(backtest.draw(backtest.table(scored)))

    assert sum(key == "" for key, _, _ in points) == 9
    assert sum(key.endswith((".held80", ".held95")) for key, _, _ in points) == 12
    assert ("backtest.recent_line_less_long_line", 0.1) in [point[:2] for point in points]


# --- forecasts ---


@pytest.fixture
def registered(tmp_path):
    for folder in ("normalize", "ingest"):
        (tmp_path / folder).mkdir()
    days = ["2017-01-01", "2018-03-01", "2018-06-01", "2019-06-01"]
    points = pd.DataFrame(
        {"subject": list("abcd"), "key": [f"{s}.flop" for s in "abcd"], "date": days,
         "value": [1e20, 1e22, 1e18, 1e23], "quantity": "training_compute", "scope": "final_run"}
    )  # fmt: skip
    told = [
        (made, model, year, f"f.{made[:4]}.{model}.{year}")
        for made in ("2025-01-01", "2026-11-23")
        for model in ("recent_line", "drift")
        for year in (2027, 2030)
    ]
    register = pd.DataFrame(told, columns=["made", "model", "year", "number_key"])
    register["year"] += 0.5
    ends = {"low95": 1e25, "low80": 1e26, "high80": 1e28, "high95": 1e29}
    register = register.assign(**ends)
    limits = [("campus", 1e28, 3e29), ("chips", 1e27, 5e30), ("together", None, None)]
    caps = pd.DataFrame(limits, columns=["limit", "low", "high"])
    caps = caps.assign(
        id="cap." + caps["limit"], subject=forecasts.SUBJECT, quantity=forecasts.QUANTITY,
        qualifiers="limit=" + caps["limit"], value=2e29, year=2030.0, said_by="third_party",
        evidence="modelled", read="page",
    )  # fmt: skip
    caps.drop(columns="limit").to_csv(tmp_path / "normalize/observations.csv", index=False)
    names = "key,name,date\n" + "".join(f"{s},System {s},\n" for s in "abcd")
    (tmp_path / "normalize/subjects.csv").write_text(names)
    numbers = [number(key, 10.0 ** (27 + ("drift" in key)), low=1e26, high=1e29)
               for key in register["number_key"]]  # fmt: skip
    numbers += [
        number(key, value) for key, value in zip(points["key"], points["value"], strict=True)
    ]
    numbers += [number(f"cap.{limit}", 2e29, low=low, high=high) for limit, low, high in limits]
    results = written(tmp_path, numbers, points=points, forecasts=register)
    fits = pd.read_csv(tmp_path / "trends/fits.csv").assign(size=2)
    fits.to_csv(tmp_path / "trends/fits.csv", index=False)
    return results


def test_only_the_newest_forecasts_and_the_frontier_of_the_window_are_drawn(registered):
    frame = forecasts.table(registered)

    assert list(frame["name"][frame["series"] == "system"]) == ["System b", "System d"]
    drawn = frame[frame["series"] == "forecast"]
    assert set(drawn["made"]) == {"2026-11-23"}
    assert len(drawn) == 4
    points = drawn_points(forecasts.draw(frame))
    assert len(points) == 2 + 4 + 1
    assert {flop for key, _, flop in points if "drift" in key} == {1e28}


def test_limits_keep_their_order_and_together_is_no_range(registered):
    frame = forecasts.table(registered)

    assert list(frame["key"][frame["series"] == "cap"]) == ["cap.campus", "cap.chips"]
    whole = frame[frame["series"] == "together"].iloc[0]
    assert whole["flop"] == 2e29
    assert np.isnan(whole["low"])


def test_facts_of_forecasts_are_of_the_last_year(registered):
    told = forecasts.facts(forecasts.table(registered))

    assert (told["first_year"], told["last_year"], told["n"]) == ("2027", "2030", "2")
    assert (told["last_low"], told["last_high"]) == ("1.0 × 10²⁷", "1.0 × 10²⁸")
    assert (told["lowest_cap"], told["lowest_high"]) == ("power of one campus", "3 × 10²⁹")


# --- the undisclosed ---


def undisclosed_of(folder, *, tips):
    counts = [
        (2017, "Google", 1, 1), (2018, "Google", 3, 1), (2018, "xAI", 0, 0), (2019, "xAI", 0, 5),
        (2019, "other", 4, 1), (2018, "other", 9, 0),
    ]  # fmt: skip
    names = ["year", "provider", "with_compute", "without_compute"]
    recent = {"factor": [0.01, 0.1, 0.3, 1.0, 10.0], "growth": [4.5, 3.6, 3.9, 4.6, 7.0]}
    whole = {"factor": [0.01, 0.1, 0.3, 1.0, 10.0], "growth": [4.5, 4.3, 4.4, 4.5, 4.6]}
    curve = [pd.DataFrame(recent).assign(which="recent"), pd.DataFrame(whole).assign(which="all")]
    stem = undisclosed.STEM
    numbers = [number(f"{stem}.share_{year}", 0.5) for year in (2017, 2018, 2019)]
    growths = (("tenth", 3.6), ("same", 4.6), ("tenfold", 7.0))
    numbers += [number(f"{stem}.recent.growth_{name}", growth) for name, growth in growths]
    numbers += [number(f"{stem}.recent.tipping_factor", 2.5)] * tips
    return written(
        folder, numbers, disclosure=pd.DataFrame(counts, columns=names),
        undisclosed_curve=pd.concat(curve),
    )  # fmt: skip


def test_shares_of_providers_and_of_all_are_counts_over_counts(tmp_path):
    frame = undisclosed.table(undisclosed_of(tmp_path, tips=True))

    shares = frame[frame["series"] == "share"]
    assert list(dict.fromkeys(shares["provider"])) == ["all", "Google", "xAI", "other"]
    told = shares.set_index(["provider", "year"])["share"]
    assert told["all", 2018] == pytest.approx(1 / 13)
    assert told["all", 2019] == pytest.approx(6 / 10)
    assert told["xAI", 2019] == 1
    assert ("xAI", 2018) not in told.index  # no systems, so no share: nothing is not zero
    assert list(shares["column"][shares["provider"] == "all"]) == [0.5, 1.5, 2.5]


def test_facts_of_the_undisclosed_tell_where_growth_falls_below_the_interval(tmp_path):
    told = undisclosed.facts(undisclosed.table(undisclosed_of(tmp_path, tips=True)))

    assert (told["systems"], told["without"], told["providers"]) == ("25", "7", "2")
    assert (told["least_year"], told["last_share"]) == ("2018", "60\u00a0%")
    assert (told["below_first"], told["below_last"]) == ("0.1", "0.3")
    assert (told["lowest_growth"], told["highest_growth"]) == ("3.6", "7.0")


@pytest.mark.parametrize("tips", [True, False])
def test_the_tipping_factor_is_drawn_where_there_is_one(tmp_path, tips):
    points = drawn_points(undisclosed.draw(undisclosed.table(undisclosed_of(tmp_path, tips=tips))))

    tipping = [(x, y) for key, x, y in points if key.endswith("tipping_factor")]
    assert tipping == ([(2.5, 5.0)] if tips else [])
    assert (f"{undisclosed.STEM}.recent.growth_same", 1.0, 4.6) in points
