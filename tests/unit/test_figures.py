"""Figures: drawn from the table that is published, the same bytes each time, captions bound."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.numbers import Number
from aienergy.errors import LedgerError
from aienergy.figures import costs, disclosure, inference, place, runs, training
from aienergy.figures.__main__ import write_figure
from aienergy.figures.captions import TEXTS, read_captions
from aienergy.figures.catalogue import FIGURES
from aienergy.figures.data import Results, sources_of
from aienergy.figures.labels import place_labels, pushed_apart
from aienergy.figures.lines import growth_line
from aienergy.figures.save import SVG, svg_text
from aienergy.figures.sheet import Sheet
from aienergy.figures.style import MASS_KG, SI_WH, brief, known_how, marker, power_of_ten, use_style
from aienergy.tables import read_json, write_json
from tests.checkout import ROOT

CAPTIONS = ROOT / "reports/figures.yaml"
# Which column of a figure's table is drawn along which axis.
DRAWN = {
    "fig-training-compute": ("year", "flop"),
    "fig-ai-and-compute": ("year", "petaflop_s_day"),
    "fig-growth-overview": ("growth_per_year", None),
    "fig-growth-runs": ("year", "value"),
    "fig-growth-cost-energy": ("year", "value"),
    "fig-growth-hardware": ("year", "value"),
    "fig-growth-clusters": ("year", "value"),
    "fig-growth-use": ("year", "value"),
    "fig-specifications": ("rank", "growth"),
    "fig-vintages": ("growth", None),
    "fig-coverage": ("share", None),
    "fig-backtest": ("origin", "crps"),
    "fig-forecasts": ("at", "flop"),
    "fig-undisclosed": ("column", None),
    "fig-footprints": ("emissions_kgco2e", None),
    "fig-training-energy": ("energy_kwh", None),
    "fig-place": ("emissions_tco2e", None),
    "fig-water": ("value", None),
    "fig-embodied": ("value", None),
    "fig-hardware-efficiency": ("year", "gflop_per_j"),
    "fig-inference-energy": ("energy_wh", None),
    "fig-serving-model": ("across", None),
    "fig-generation": ("work", None),
    "fig-instruments": ("year", None),
    "fig-inference-hardware": ("value", None),
    "fig-training-and-use": ("queries", None),
    "fig-use-splits": ("share", None),
    "fig-methods": ("value", None),
    "fig-ladder": ("value", None),
    "fig-chains": ("value", None),
    "fig-own-runs": ("emissions_kgco2e", None),
    "fig-search": (None, None),
    "fig-variants": ("value", None),
    "fig-electricity-demand": ("year", "demand_twh"),
    "fig-fleet": ("value", None),
    "fig-scenarios": (None, None),
    "fig-siting": ("value", None),
    "fig-disclosure": ("year", "share"),
    "fig-disclosure-forms": ("column", None),
    "fig-costs": ("cost_usd", None),
    "fig-verdicts": ("middle", None),
    "fig-factors": ("value", None),
    "fig-disclosure-index": ("column", None),
}


@pytest.fixture(autouse=True)
def _style():
    use_style()


def number(key, value, **more):
    more = {"unit": "1", "formula": "count", "inputs": {}, "sources": ("epoch: row",), **more}
    return Number(key=key, label=key, value=value, **more)


@pytest.fixture
def results(tmp_path):
    """A results folder that holds just what the figure of disclosure needs."""
    rows = [
        (f"{part}.{year}", "notable_ai_systems", f"part={part}", value, float(year))
        for year, counts in ((2024, (10, 6, 4, 2)), (2025, (20, 5, 4, 1)), (2026, (4, 1, 1, 0)))
        for part, value in zip(("all", *disclosure.PARTS), counts, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["id", "subject", "qualifiers", "value", "year"])
    frame = frame.assign(
        quantity="system_count", said_by="third_party", evidence="counted", read="primary"
    )
    (tmp_path / "normalize").mkdir()
    (tmp_path / "ingest").mkdir()
    frame.to_csv(tmp_path / "normalize/observations.csv", index=False)
    subjects = "key,name,kind,date\nnotable_ai_systems,Notable systems,sector,\n"
    (tmp_path / "normalize/subjects.csv").write_text(subjects)
    sources = "key,authors,title,published_in,year,url,licence\nepoch,Epoch AI,Data,,2026,,MIT\n"
    sources += "epoch_models2026,Epoch AI,Models,,2026,,CC-BY-4.0\n"
    (tmp_path / "ingest/sources.csv").write_text(sources)
    numbers = [number(row[0], float(row[3])) for row in rows]
    write_json([item.as_dict() for item in numbers], tmp_path / "numbers.json")
    return Results(tmp_path)


def drawn_points(sheet):
    """Key, x and y of every point of a sheet, as matplotlib holds them."""
    lines = {line.get_gid(): line for axes in sheet.figure.axes for line in axes.lines}
    return [
        (key, *place)
        for group, points in sheet.points.items()
        for key, place in zip(points.keys, lines[group].get_xydata(), strict=True)
    ]


# --- what is told about a table ---


def test_facts_of_disclosure_are_shares_of_all_systems(results):
    told = disclosure.facts(disclosure.table(results))

    assert (told["first_year"], told["last_year"], told["count"]) == ("2024", "2026", "34")
    assert (told["peak_year"], told["peak_share"]) == ("2024", "60\u00a0%")
    assert told["with_compute_before_last"] == "25\u00a0%"
    assert told["with_power_and_time_last"] == "0\u00a0%"


def test_facts_of_place_are_extremes_and_their_ratio():
    frame = pd.DataFrame(
        {
            "region": ["isl", "world", "ind"],
            "name": ["Iceland", "World", "India"],
            "emissions_tco2e": [36.0, 600.0, 900.0],
            "run": "GPT-3",
            "grid_year": 2024,
            "energy_mwh": 1287.0,
        }
    )

    told = place.facts(frame)

    assert (told["count"], told["ratio"], told["energy"]) == ("2", "25", "1,287\u00a0MWh")
    assert (told["cleanest_name"], told["dirtiest"]) == ("Iceland", "900\u00a0t CO₂e")


def test_facts_of_training_count_published_values_inside_a_bar():
    series = ["published", "hours", "published", "hours"]
    frame = pd.DataFrame(
        {
            "system": ["a", "a", "b", "b"],
            "name": ["A", "A", "B", "B"],
            "date": ["2019-01-01", "2019-01-01", "2024-01-01", "2024-01-01"],
            "series": series,
            "key": ["a1", "a2", "b1", "b2"],
            "energy_kwh": [10.0, 12.0, 5000.0, 100.0],
            "low": [np.nan, 8.0, np.nan, 50.0],
            "high": [np.nan, 15.0, np.nan, 200.0],
        }
    )

    told = training.facts(frame)

    assert (told["system_count"], told["published_count"], told["inside_count"]) == ("2", "2", "1")
    assert told["interval_count"] == "none"
    assert (told["smallest"], told["largest"]) == ("10\u00a0kWh", "5\u00a0MWh")


def test_facts_of_costs_name_the_dearest_and_the_ratios():
    frame = pd.DataFrame(
        [
            ("a", "A", "electricity", 10.0, 0.12),
            ("a", "A", "cloud_rental", 200.0, 3.0),
            ("b", "B", "electricity", 1e6, 0.12),
            ("b", "B", "cloud_rental", 5e7, 3.0),
            ("a", "A", "printed", 90.0, np.nan),
        ],
        columns=["system", "name", "series", "cost_usd", "price_usd"],
    )

    told = costs.facts(frame)

    assert (told["count"], told["printed_count"]) == ("2", "1")
    assert (told["dearest_name"], told["dearest_cloud_rental"]) == ("B", "$50m")
    assert (told["ratio_low"], told["ratio_high"]) == ("20", "50")
    assert told["electricity_price"] == "$0.12"


def test_few_lines_of_a_source_are_drawn_from_smallest_to_largest():
    labels = list("abcdefg")
    frame = pd.DataFrame({"group": "answer", "label": labels, "energy_wh": np.arange(1.0, 8.0)})

    drawn = inference._drawn(frame, pd.Series("one", frame.index))

    assert list(frame["label"][drawn]) == ["a", "d", "g"]


# --- lines, labels, units ---


def test_a_growth_line_pivots_at_the_mean():
    growth = number("g", 10.0, low=5.0, high=20.0)

    first, middle, last = growth_line(2012.0, 2016.0, 2014.0, 3.0, growth)

    assert middle["low"] == middle["value"] == middle["high"] == pytest.approx(1000)
    assert last["value"] == pytest.approx(1e5)
    assert last["low"] < last["value"] < last["high"]
    assert first["low"] < first["value"] < first["high"]


def test_labels_do_not_cover_points_or_each_other():
    sheet = Sheet(3.0)
    axes = sheet.panel(0.5, 0.2, 4.0, 2.5)
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 10)
    at = np.array([[5.0, 5.0], [5.4, 5.0], [5.2, 5.3]])

    left_out = place_labels(axes, at, ["first", "second", "third"], at)

    assert left_out == []
    renderer = sheet.figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in axes.texts]
    # the upper and the lower eighth of a text's box is empty
    boxes = [(b.x0, b.y0 + b.height * 0.12, b.x1, b.y1 - b.height * 0.12) for b in boxes]
    for i, one in enumerate(boxes):
        inside = axes.transData.transform(at)
        assert not [p for p in inside if one[0] < p[0] < one[2] and one[1] < p[1] < one[3]]
        for other in boxes[i + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1]
            assert apart or other[3] <= one[1]


def test_a_label_without_room_is_left_out():
    sheet = Sheet(1.0)
    axes = sheet.panel(0.0, 0.0, 0.4, 0.4)

    assert place_labels(axes, np.array([[0.5, 0.5]]), ["far too long a name"], np.empty((0, 2)))


def test_pushed_apart_keeps_order_and_gap():
    assert pushed_apart([3.0, 1.0, 1.2], 1.0) == [3.0, 1.0, 2.0]


def test_units_suit_the_size():
    assert brief(552_100.0, MASS_KG) == "552\u00a0t"
    assert brief(0.000012, MASS_KG) == "12\u00a0mg"
    assert brief(8.8e-9, SI_WH, 2) == "8.8\u00a0nWh"
    assert inference.energy_text(0.24) == "0.24\u00a0Wh"
    assert power_of_ten(1e23) == "10²³"
    assert power_of_ten(3e23) == ""


@pytest.mark.parametrize(
    ("evidence", "said_by", "known"),
    [
        ("metered", "third_party", "measured"),
        ("counter", "operator", "measured"),
        ("modelled", "operator", "stated"),
        ("modelled", "third_party", "outside"),
        ("nameplate", "operator", "outside"),
    ],
)
def test_the_fill_tells_how_a_value_is_known(evidence, said_by, known):
    assert known_how(evidence, said_by) == known


# --- files ---

TEXT = {"title": "T", "caption": "{{ facts.count }} {{ n('all.2024') }}", "alt": "A & B"}


def test_four_files_say_what_is_drawn(results, tmp_path):
    write_figure("fig-disclosure", FIGURES["fig-disclosure"], TEXT, results, tmp_path, "2026.11")

    told = read_json(tmp_path / "fig-disclosure.json")
    assert list(told) == [
        "id", "title", "caption", "alt", "sources", "licence", "citation", "numbers", "width_px",
        "height_px",
    ]  # fmt: skip
    assert (told["caption"], told["numbers"], told["sources"]) == ("34 10", ["all.2024"], ["epoch"])
    assert "edition 2026.11" in told["citation"]
    assert told["licence"] == "CC-BY-4.0"  # ours: the sources ask for less
    table = pd.read_csv(tmp_path / "fig-disclosure.csv").set_index("key")
    points = drawn_points(disclosure.draw(disclosure.table(results)))
    assert len(points) == len(table)
    for key, x, y in points:
        assert (x, y) == pytest.approx((table.loc[key, "year"], table.loc[key, "share"]))


def licensed(results, **licences):
    """Return the results with other licences of the sources."""
    path = results.folder / "ingest/sources.csv"
    sources = pd.read_csv(path, keep_default_na=False).set_index("key", drop=False)
    for key, licence in licences.items():
        sources.loc[key, "licence"] = licence
    sources.to_csv(path, index=False)
    return Results(results.folder)


def test_a_figure_bears_the_strictest_licence_of_its_sources(results, tmp_path):
    strict = licensed(results, epoch="CC-BY-SA-4.0")
    write_figure("fig-disclosure", FIGURES["fig-disclosure"], TEXT, strict, tmp_path, "2026.11")

    told = read_json(tmp_path / "fig-disclosure.json")
    assert told["licence"] == "CC-BY-SA-4.0"
    assert told["citation"].endswith("CC-BY-SA-4.0.")


@pytest.mark.parametrize("licence", ["CC-BY-ND-4.0", "LicenseRef-no-redistribution", "GPL-4.0"])
def test_no_figure_is_written_from_a_source_that_forbids_it(results, tmp_path, licence):
    strict = licensed(results, epoch=licence)
    with pytest.raises(LedgerError, match=f"^figure fig-disclosure: .*'epoch'.*{licence}"):
        write_figure("fig-disclosure", FIGURES["fig-disclosure"], TEXT, strict, tmp_path, "2026.11")

    assert not list(tmp_path.glob("fig-*"))


def test_a_number_in_the_caption_brings_its_licence_but_a_citation_does_not(results, tmp_path):
    told = read_json(results.folder / "numbers.json")
    other = number("other", 3.0, sources=("doe: row",)).as_dict()
    write_json([*told, other], results.folder / "numbers.json")
    path = results.folder / "ingest/sources.csv"
    path.write_text(path.read_text() + "doe,Doe,Study,,2021,,CC-BY-ND-4.0\n")
    plan, results = FIGURES["fig-disclosure"], Results(results.folder)

    cited = TEXT | {"caption": "{{ cite('doe') }}"}
    write_figure("fig-disclosure", plan, cited, results, tmp_path, "2026.11")
    assert read_json(tmp_path / "fig-disclosure.json")["sources"] == ["epoch", "doe"]
    used = TEXT | {"caption": "{{ n('other') }}"}
    with pytest.raises(LedgerError, match="draws from 'doe', whose licence CC-BY-ND"):
        write_figure("fig-disclosure", plan, used, results, tmp_path, "2026.11")


def test_svg_stands_in_a_page_without_meeting_another(results):
    sheet = disclosure.draw(disclosure.table(results))

    text = svg_text(sheet, "fig-x", 'say "so" & on')

    root = ET.fromstring(text)
    assert root.get("aria-label") == 'say "so" & on'
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) > 0
    assert all(name.startswith("fig-x-") for name in ids)
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', text)) == set(ids)
    assert not list(root.iter(f"{{{SVG}}}style"))
    points = [group for group in root.iter() if group.get("class") == "point"]
    assert [group.get("data-key") for group in points[:1]] == ["with_compute.2024"]
    assert points[0][0].text == "training compute, 2024: 6 of 10"
    assert "IBM Plex Sans" in text
    assert "dc:date" not in text


def test_a_point_outside_the_drawing_is_refused():
    sheet = Sheet(2.0)
    axes = sheet.panel(0.5, 0.2, 4.0, 1.5)
    axes.set_xlim(0, 1)
    rows = pd.DataFrame({"x": [0.5, 50.0], "y": [0.5, 0.5], "key": ["a", "b"], "tip": ["A", "B"]})
    sheet.dots(axes, rows, "x", "y", marker("#0072B2"))

    with pytest.raises(LedgerError, match="outside its axes: B"):
        svg_text(sheet, "fig-x", "alt")


def test_the_bytes_depend_on_the_content_alone(results, tmp_path):
    plan = FIGURES["fig-disclosure"]
    write_figure("fig-disclosure", plan, TEXT, results, tmp_path / "here", "2026.11")
    program = (
        "import sys; from pathlib import Path\n"
        "from aienergy.figures.__main__ import write_figure\n"
        "from aienergy.figures.catalogue import FIGURES\n"
        "from aienergy.figures.data import Results\n"
        "from aienergy.figures.style import use_style\n"
        "use_style()\n"
        "folder = Path(sys.argv[1])\n"
        f"write_figure('fig-disclosure', FIGURES['fig-disclosure'], {TEXT!r}, Results(folder),"
        " folder / 'there', '2026.11')\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-c", program, str(tmp_path)]
    subprocess.run(command, check=True, env=environment)

    for kind in ("svg", "png", "csv", "json"):
        name = f"fig-disclosure.{kind}"
        here, there = tmp_path / "here" / name, tmp_path / "there" / name
        assert here.read_bytes() == there.read_bytes(), kind


def test_runs_of_one_kind_are_numbered():
    frame = pd.DataFrame(
        {"run": ["a", "a", "b", "c"], "kind": ["training", "training", "training", "search"]}
    )

    names = runs._run_names(frame)
    assert names == {"a": "training 1", "b": "training 2", "c": "search"}


# --- captions ---


def test_every_figure_has_a_caption_without_digits():
    captions = read_captions(CAPTIONS, list(FIGURES))

    assert list(captions) == list(FIGURES)
    assert all(tuple(texts) == TEXTS for texts in captions.values())


def test_the_workflow_promises_the_same_figures():
    text = (ROOT / "workflow/rules/figures.smk").read_text(encoding="utf-8")

    assert re.findall(r'^    "(fig-[a-z-]+)",$', text, re.MULTILINE) == list(FIGURES)


@pytest.mark.parametrize(
    ("caption", "hint"),
    [("Emissions of 3 runs.", "digit"), ("Half of the runs.", "quantity word")],
)
def test_a_caption_with_a_number_of_its_own_is_refused(tmp_path, caption, hint):
    path = tmp_path / "figures.yaml"
    path.write_text(f"fig-x:\n  title: T\n  caption: {caption}\n  alt: A\n")

    with pytest.raises(LedgerError, match=hint):
        read_captions(path, ["fig-x"])


def test_a_figure_without_caption_is_told(tmp_path):
    path = tmp_path / "figures.yaml"
    path.write_text("fig-x: {title: T, caption: C, alt: A}\n")

    with pytest.raises(LedgerError, match="fig-y"):
        read_captions(path, ["fig-x", "fig-y"])


# --- what is built ---


@pytest.mark.parametrize("key", list(FIGURES))
def test_a_built_figure_draws_its_table(key, built, tmp_path):
    results = Results(built.folder / "results")
    texts = read_captions(CAPTIONS, list(FIGURES))[key]
    write_figure(key, FIGURES[key], texts, results, tmp_path, "x")

    table = pd.read_csv(tmp_path / f"{key}.csv", keep_default_na=False, na_values=[""])
    table["key"] = table["key"].astype(object).fillna("")  # a point that is no number of the ledger
    names = [name for name in DRAWN[key] if name]
    rows = {}
    for row in table.to_dict("records"):
        number_key = row["key"]
        number_key = "" if pd.isna(number_key) else number_key  # a point of a series is no number
        rows.setdefault(number_key, []).append(tuple(row[n] for n in names))
    sheet = FIGURES[key].draw(FIGURES[key].table(results))
    points = drawn_points(sheet)
    assert points
    for number_key, x, y in points:
        told = rows[number_key]
        drawn = (x, y)[: len(names)]
        near = [
            np.allclose(drawn, values, rtol=1e-9) for values in told if not np.isnan(values).any()
        ]
        assert any(near) or np.isnan(told).all(), (number_key, drawn, told)
    told = json.loads((tmp_path / f"{key}.json").read_text(encoding="utf-8"))
    assert set(told["sources"]) <= set(results.sources)
    assert set(told["sources"]) >= set(sources_of(table, results))
    assert set(told["numbers"]) <= set(results.numbers)
    assert len(told["caption"]) > 200
    assert len(told["alt"]) > 80
