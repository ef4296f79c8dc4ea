"""`aienergy fit`: known slopes, the same answer whatever the layout, and errors that can be acted on."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from aienergy import cli
from aienergy.figures.scales import log_ticks, tick_texts, year_ticks
from aienergy.growth.points import make_points
from aienergy.growth.resampling import Rule, slope_interval
from tests.histories import even_days

QUANTITY_COLUMNS = [
    "subject", "name", "key", "date", "value", "organization", "country", "openness", "domain",
    "notable", "confidence", "scope", "derived", "quantity",
]  # fmt: skip


def history(n=40, growth=4.0, spread=0.2, seed=1) -> pd.DataFrame:
    """Values that grow by a factor a year, with a normal scatter of so many orders of magnitude."""
    days = even_days(n, 10)
    scatter = spread * np.random.default_rng(seed).standard_normal(n)
    value = 10 ** (3 + np.log10(growth) * (days - days[0]) / 365.25 + scatter)
    dates = (pd.Timestamp("2000-01-01") + pd.to_timedelta(days, unit="D")).strftime("%Y-%m-%d")
    return pd.DataFrame({"date": dates, "value": value})


@pytest.fixture
def fit(tmp_path, monkeypatch, capsys):
    """Write a table as `runs.csv`, fit it with options, and return what was printed."""

    def call(table: pd.DataFrame | str, *options: str) -> str:
        data = "runs.csv"
        if isinstance(table, pd.DataFrame):
            table.to_csv(tmp_path / data, index=False)
        else:
            data = table
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["aienergy", "fit", data, *options])
        cli.main()
        return capsys.readouterr().out

    return call


@pytest.fixture
def refused(fit, capsys):
    """Return what is told of a table that can't be fitted; the exit code is 1."""

    def call(table: pd.DataFrame | str, *options: str) -> str:
        with pytest.raises(SystemExit) as stopped:
            fit(table, *options)
        told = capsys.readouterr()
        assert (stopped.value.code, told.out) == (1, "")
        assert told.err.startswith("Error: ")
        assert "\n  Hint: " in told.err
        return told.err

    return call


def answer(fit, table, *options):
    return json.loads(fit(table, "--json", *options))


# --- answers that are known ---


@pytest.mark.parametrize("growth", [4.0, 1.05, 0.5])
def test_an_exact_exponential_is_found_exactly(fit, growth):
    told = answer(fit, history(growth=growth, spread=0))
    months = abs(12 * np.log(2) / np.log(growth))

    assert list(told["growth_per_year"].values()) == pytest.approx([growth] * 3, rel=1e-9)
    assert (told["status"], told["n"]) == ("grows" if growth > 1 else "falls", 40)
    way, other = ("doubling", "halving") if growth > 1 else ("halving", "doubling")
    assert list(told[f"{way}_month"].values()) == pytest.approx([months] * 3, rel=1e-9)
    assert told[f"{other}_month"] is None
    assert told["r2"] == pytest.approx(1)


def test_the_interval_is_that_of_the_library_for_every_method(fit):
    table = history().assign(
        who=[f"org {i % 11}" for i in range(40)], dex=np.linspace(0.1, 0.5, 40)
    )
    points = make_points(
        table["date"], table["value"], table["who"].to_list(), table["dex"].to_numpy(),
        names=[str(line) for line in range(2, 42)],
    )  # fmt: skip
    columns = ("--organization", "who", "--error", "dex", "--rule", "frontier", "--size", "4")
    for method in ("ordinary", "case", "clustered", "reranked", "reranked_errors"):
        told = answer(
            fit, table, *columns, "--method", method, "--level", "0.8", "--draws", "300",
            "--seed", "5",
        )  # fmt: skip
        ends = slope_interval(points, Rule(4, -np.inf, np.inf), method, 0.8, 300, 5)

        assert (told["slope_dex_per_year"]["low"], told["slope_dex_per_year"]["high"]) == (
            pytest.approx(ends, rel=1e-9)
        )
        assert told["method"] == method


def test_the_window_takes_both_its_days_and_the_frontier_remembers_what_came_before(fit):
    table = pd.DataFrame(
        {
            "date": [f"{2000 + i}-01-01" for i in range(20)],
            "value": [1e9, *(2.0**i for i in range(1, 20))],
        }
    )
    whole = answer(fit, table, "--from", "2005-01-01", "--to", "2014-01-01")
    second = answer(fit, table, "--from", "2005-01-01", "--rule", "frontier", "--size", "2")

    assert (whole["n"], whole["first_day"], whole["last_day"]) == (10, "2005-01-01", "2014-01-01")
    assert whole["growth_per_year"]["value"] == pytest.approx(2, rel=1e-3)
    # the giant of 2000 takes one of two places for good, and one is left for the newest
    assert (second["n"], second["size"], second["rule"]) == (15, 2, "frontier")


def test_growth_that_is_not_told_from_none_has_no_doubling_time(fit):
    table = history(growth=1.0, spread=0.5, seed=3)
    told = answer(fit, table)

    assert told["growth_per_year"]["low"] < 1 < told["growth_per_year"]["high"]
    assert (told["status"], told["doubling_month"], told["halving_month"]) == ("none", None, None)
    assert "no growth told from none" in fit(table)


def test_a_planted_kink_is_told_and_an_exact_line_has_none(fit):
    table = history(80, spread=0)
    year = even_days(80, 10) / 365.25
    table["value"] = 10 ** (0.8 * year - 0.6 * np.maximum(year - 15, 0))
    told = answer(fit, table, "--breaks", "--draws", "200")["breaks"]

    assert told["days"] == ["2015-01-01"]
    assert told["growth_per_year"] == pytest.approx([10**0.8, 10**0.2], rel=1e-9)
    assert told["share_of_resamples_with_one"] == 1
    assert answer(fit, history(80, spread=0), "--breaks")["breaks"]["days"] == []
    assert answer(fit, history(80, spread=0))["breaks"] is None
    assert "none supported" in fit(history(80, spread=0), "--breaks")


def test_the_text_says_growth_n_rule_window_method_and_level(fit):
    text = fit(history(), "--rule", "frontier", "--size", "7", "--from", "2012-03-04")
    told = answer(fit, history(), "--rule", "frontier", "--size", "7", "--from", "2012-03-04")

    assert f"x {told['growth_per_year']['value']:.2f} (" in text
    assert f"doubles every {told['doubling_month']['value']:.1f} (" in text
    for words in (
        f"{told['n']} of 40", "the 7 largest up to their day", "from 2012-03-04",
        "reranked, level 0.9, 1000 draws, seed 20261101", told["last_day"],
    ):  # fmt: skip
        assert words in text


# --- what makes no difference ---


def test_row_order_unit_and_time_zone_do_not_matter(fit):
    table = history().assign(date=lambda t: t["date"].where(t.index > 1, t["date"][0]))
    expected = answer(fit, table, "--rule", "frontier")
    shuffled = table.sample(frac=1, random_state=4)
    zoned = table.assign(date=table["date"] + "T23:30:00+09:00")

    assert answer(fit, shuffled, "--rule", "frontier") == expected
    assert answer(fit, zoned, "--rule", "frontier") == expected
    other_unit = answer(fit, table.assign(value=table["value"] / 8.64e19), "--rule", "frontier")
    for key in ("growth_per_year", "doubling_month"):
        assert other_unit[key] == pytest.approx(expected[key], rel=1e-9)


def test_columns_are_guessed_from_their_names(fit):
    expected = answer(fit, history())
    named = history().rename(columns={"date": "Publication date", "value": "FLOP"})

    assert answer(fit, named)["growth_per_year"] == expected["growth_per_year"]
    both = named.assign(release_date="2001-01-01", value=1.0, watts=2.0)
    chosen = answer(fit, both, "--value", "FLOP")
    assert (chosen["label"], chosen["growth_per_year"]) == ("FLOP", expected["growth_per_year"])


def test_rows_without_a_value_are_left_out_only_when_asked_for(fit, refused):
    table = history()
    gaps = pd.concat([table, pd.DataFrame({"date": ["2013-01-01", ""], "value": [np.nan, 5.0]})])

    told = answer(fit, gaps, "--skip-missing")
    assert (told["n"], told["n_skipped"]) == (40, 2)
    assert told["growth_per_year"] == answer(fit, table)["growth_per_year"]
    assert "2 rows without date or value" in fit(gaps, "--skip-missing")
    assert "runs.csv:42: '' has no logarithm" in refused(gaps)


# --- errors ---


@pytest.mark.parametrize("cell", ["nan", "0", "-3", "inf", "many", ""])
def test_a_value_without_a_logarithm_is_told_with_its_line(refused, cell):
    table = history().astype({"value": str})
    table.loc[7, "value"] = cell

    assert f"runs.csv:9: '{cell}' has no logarithm" in refused(table)


@pytest.mark.parametrize("cell", ["2020", "someday", "", "2020-13-01", "03/04/2020"])
def test_a_date_that_is_none_is_told_with_its_line(refused, cell):
    table = history()
    table.loc[0, "date"] = cell

    assert f"runs.csv:2: '{cell}' is no date" in refused(table)


def test_many_bad_cells_are_not_all_listed(refused):
    told = refused(history().assign(value=0))

    assert told.count("has no logarithm") == 10
    assert "30 more cells like these" in told


def test_a_file_that_is_missing_or_no_table_is_told(refused, tmp_path):
    assert "the file does not exist" in refused("nowhere.csv")
    (tmp_path / "ragged.csv").write_text("date,value\n2020-01-01,1\n2020-01-01,1,2,3\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x81")
    for name in ("ragged.csv", "empty.csv"):
        assert "The file must be CSV" in refused(name)
    assert "UTF-8" in refused("bytes.csv")
    assert "this is a folder" in refused("./")


def test_a_column_that_is_not_there_is_told_with_those_that_are(refused):
    table = history().rename(columns={"date": "when"}).assign(note="x")

    told = refused(table)
    assert "no column is called date, publication_date" in told
    assert "Name it with --date. Columns are: when, value, note." in told
    assert "no column 'flop'" in refused(history(), "--value", "flop")


@pytest.mark.parametrize(
    ("table", "options", "words"),
    [
        (history(7), (), "no trend: n = 7 of 7"),
        (history(40), ("--from", "2018-06-01"), "no trend: n = "),
        (history().assign(date="2020-02-02"), (), "all 40 values are of one day"),
        (history().assign(value=3.5), (), "all 40 values are equal"),
        (history(8), ("--breaks",), "too few to look for a break"),
        (history(), ("--from", "2018"), "'2018' is no date"),
        (history(), ("--from", "2018-01-01", "--to", "2017-01-01"), "ends before it starts"),
        (history(), ("--level", "90"), "90.0 is no level"),
        (history(), ("--draws", "3"), "3 resamples carry no interval"),
        (history(), ("--seed", "-1"), "-1 is no seed"),
        (history(), ("--size", "3"), "all points have no size"),
        (history(), ("--rule", "frontier", "--size", "0"), "0 is no size"),
        (history(), ("--method", "clustered"), "nothing says whom a value belongs to"),
        (history(), ("--method", "reranked_errors"), "nothing says how wrong a value may be"),
        (history(), ("--subset", "language"), "a file has no subsets"),
        (history(), ("--figure", "trend.gif"), "unknown kind of figure"),
        (history().assign(who="A", value=1.0), ("--organization", "whom"), "no column 'whom'"),
        (
            history().assign(who="A"),
            ("--organization", "who", "--method", "clustered"),
            "1 organizations carry no interval",
        ),
        (history().assign(dex="much"), ("--error", "dex"), "an error of nan dex is none"),
    ],
)
def test_what_carries_no_trend_or_means_nothing_is_told(refused, table, options, words):
    assert words in refused(table, *options)


# --- our own quantities ---


@pytest.fixture
def own(tmp_path):
    """Results that hold one quantity: systems of two domains, some derived, one on a base model."""
    table = history(30, growth=3.0, spread=0.1).reindex(columns=QUANTITY_COLUMNS)
    subjects = [f"system_{i}" for i in range(30)]
    table = table.assign(
        subject=subjects, name=subjects, organization=[f"org {i % 9}" for i in range(30)],
        domain=["language" if i % 2 else "vision" for i in range(30)], notable="yes",
        confidence="confident", scope="final_run", derived=[i < 4 for i in range(30)],
        quantity="training_compute",
    )  # fmt: skip
    other = table.iloc[[5]].assign(subject="tuned", value=1e30, scope="with_base_model")
    (tmp_path / "results/trends").mkdir(parents=True)
    pd.concat([table, other]).to_csv(tmp_path / "results/trends/points.csv", index=False)
    return table


def test_a_quantity_of_ours_is_fitted_by_name(fit, own):
    told = answer(fit, "training_compute")
    expected = answer(fit, own[["date", "value"]])

    assert told["growth_per_year"] == pytest.approx(expected["growth_per_year"], rel=1e-9)
    assert (told["n"], told["n_derived"]) == (30, 4)  # not the one with its base model's compute
    assert (told["label"], told["unit"]) == ("training compute", "FLOP")
    assert "4 of 30: computed from others" in fit("training_compute")
    language = answer(fit, "training_compute", "--subset", "language", "--method", "clustered")
    assert (language["n"], language["label"]) == (15, "training compute, language")


@pytest.mark.usefixtures("own")
def test_an_unknown_quantity_or_subset_is_told_with_those_there_are(refused):
    told = refused("training_computed")
    assert "neither a file nor a quantity" in told
    assert "Did you mean training_compute? Quantities: training_compute." in told
    assert "language" in refused("training_compute", "--subset", "languages")
    assert "has no columns" in refused("training_compute", "--value", "value")


def test_results_that_are_not_built_are_told(refused):
    assert "Build the results first: make report." in refused("training_compute")


# --- figures ---


def test_a_figure_shows_each_point_of_the_window_and_its_bytes_do_not_vary(fit, tmp_path):
    options = ("--rule", "frontier", "--from", "2012-01-01", "--figure")
    for name in ("one.svg", "two.svg", "one.png", "one.pdf"):
        fit(history(), *options, name)
    svg = (tmp_path / "one.svg").read_text()
    inside = (history()["date"] >= "2012-01-01").sum()

    assert svg == (tmp_path / "two.svg").read_text()
    assert svg.count('class="point"') == inside
    assert ET.fromstring(svg).get("width") == "499.2"
    assert "doubles every" in svg
    assert (tmp_path / "one.png").read_bytes()[:4] == b"\x89PNG"
    assert (tmp_path / "one.pdf").read_bytes()[:4] == b"%PDF"


@pytest.mark.parametrize(
    ("ends", "most", "expected"),
    [
        ((1, 1e6), 6, [1, 100, 1e4, 1e6]),
        ((1, 1e3), 6, [1, 10, 100, 1000]),
        ((220, 690), 6, [300, 400, 500]),
        ((0.04, 30), 6, [0.1, 0.3, 1, 3, 10, 30]),
        ((2e6, 4e8), 6, [3e6, 1e7, 3e7, 1e8, 3e8]),
        ((1e3, 1e27), 4, [1e7, 1e14, 1e21]),
    ],
)
def test_ticks_are_round_and_few(ends, most, expected):
    assert log_ticks(*ends, most) == expected


def test_ticks_are_written_alike():
    assert [tick_texts([0.1, 2000])(v) for v in (0.1, 2000)] == ["0.1", "2,000"]
    assert [tick_texts([1e4, 3e5])(v) for v in (1e4, 3e5)] == ["10⁴", "3 × 10⁵"]
    assert tick_texts([1e-5, 1])(1e-5) == "10⁻⁵"
    assert year_ticks(1949.2, 2027.0, 8) == list(range(1950, 2021, 10))
    assert year_ticks(2018.9, 2022.1) == [2019, 2020, 2021, 2022]


# --- the command line ---


def test_the_command_line_loads_nothing_of_fits_and_its_help_shows_an_example():
    code = (
        "import sys; import aienergy.cli; aienergy.cli.parser();"
        "print([m for m in sys.modules if m.startswith(('aienergy.fit.', 'scipy', 'matplotlib'))])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    line = [sys.executable, "-m", "aienergy.cli", "fit", "--help"]
    shown = subprocess.run(line, capture_output=True, text=True, check=True)

    assert loaded.stdout == "['aienergy.fit.command']\n"
    assert "aienergy fit training_compute --rule frontier --from 2018-01-01" in shown.stdout
