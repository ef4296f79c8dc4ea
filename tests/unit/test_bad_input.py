"""Each kind of bad input is refused, naming file, line and column, with a hint."""

import pytest

from aienergy.errors import LedgerError
from aienergy.ingest.raw import check_dates, check_placed_system, read_raw


def problems_of(tiny) -> str:
    with pytest.raises(LedgerError) as caught:
        read_raw(tiny.write())
    assert all(problem.hint for problem in caught.value.problems)
    return str(caught.value)


def test_valid_input_is_read(tiny):
    raw = read_raw(tiny.write())

    assert raw.tables["observations"]["value"].tolist() == ["1287"]
    assert raw.sources.loc[0, "authors"] == "Doe; Roe; Poe"
    assert raw.sources.loc[0, "title"] == "A GPU Study"
    assert raw.sources.loc[0, "url"] == "https://arxiv.org/abs/2104.10350"


@pytest.mark.parametrize(
    ("spoil", "column", "says"),
    [
        ({"unit": "MW"}, "unit", "unit 'MW' does not fit"),
        ({"unit": "kgCO2e"}, "unit", "unit 'kgCO2e' does not fit"),
        ({"unit": "bananas"}, "unit", "unit 'bananas' does not fit"),
        ({"quantity": "training_power"}, "quantity", "unknown quantity 'training_power'"),
        ({"qualifiers": "colour=red"}, "qualifiers", "unknown qualifier 'colour'"),
        ({"qualifiers": "statistic=guess"}, "qualifiers", "unknown value 'guess'"),
        ({"qualifiers": "accelerator=gpt3"}, "qualifiers", "unknown value 'gpt3'"),
        ({"qualifiers": "statistic=mean;accelerator=nvidia_v100"}, "qualifiers", "alphabetical"),
        ({"source": ""}, "source", "an empty cell where a value is required"),
        ({"source": "nobody2020"}, "source", "unknown source 'nobody2020'"),
        ({"locator": ""}, "locator", "an empty cell where a value is required"),
        ({"subject": "gpt9"}, "subject", "unknown subject 'gpt9'"),
        ({"subject": "world"}, "subject", "cannot have this quantity"),
        ({"low": "1300", "high": "1400", "range": "ci90"}, "low", "low 1300 is above value"),
        ({"low": "1200", "high": "1250", "range": "ci90"}, "value", "value 1287 is above high"),
        ({"low": "1200", "high": "1300"}, "range", "does not go with low and high"),
        ({"low": "1200", "range": "ci90"}, "low", "only one end of the range"),
        ({"value": "about 1287"}, "value", "'about 1287' is no number"),
        ({"value": "1,287"}, "value", "'1,287' is no number"),
        ({"value": "nan"}, "value", "'nan' is no number"),
        ({"value": ""}, "value", "no value"),
        ({"value": "-3"}, "value", "outside the plausible range"),
        ({"value": "1e99"}, "value", "outside the plausible range"),
        ({"boundary": ""}, "boundary", "no boundary"),
        ({"scope": ""}, "scope", "no scope"),
        ({"evidence": "measured"}, "evidence", "unknown value 'measured'"),
        ({"note": "two\nlines"}, "note", "line break"),
        ({"note": "a\x01b"}, "note", "control character"),
        ({"period": "last year"}, "period", "wrong form"),
        ({"id": "GPT3 energy"}, "id", "wrong form"),
    ],
)  # fmt: skip
def test_a_spoilt_cell_is_refused(tiny, spoil, column, says):
    tiny.observations[0].update(spoil)

    text = problems_of(tiny)

    assert f"facts.csv:2 column {column}" in text
    assert says in text
    assert "Hint: " in text


def test_a_pue_below_one_is_refused(tiny):
    tiny.observations[0].update(
        subject="fleet", quantity="pue", qualifiers="level=fleet", value="0.9", unit="1",
        boundary="", scope="",
    )  # fmt: skip

    assert "0.9 is outside the plausible range" in problems_of(tiny)


GRID = {
    "subject": "world", "quantity": "grid_intensity_gco2e_per_kwh", "value": "480",
    "unit": "gCO2e/kWh", "boundary": "", "scope": "", "period": "2023",
    "qualifiers": "basis=average;mix=production;place=generated;stage_of_life=lifecycle",
}  # fmt: skip
USE = {
    "quantity": "inference_energy_wh", "qualifiers": "per=output_token", "value": "0.39",
    "unit": "J", "boundary": "board", "scope": "use",
}  # fmt: skip


def test_a_grid_without_emissions_is_missing_not_zero(tiny):
    tiny.observations[0].update(GRID, value="0")
    assert "a grid without any emissions" in problems_of(tiny)

    tiny.observations[0].update(note="printed as zero in the source")
    read_raw(tiny.write())


def test_a_market_based_factor_needs_its_location_based_twin(tiny):
    market = GRID | {"qualifiers": "basis=market", "value": "0"}
    tiny.observations[0].update(market)
    assert "is market-based and has no location-based twin" in problems_of(tiny)

    tiny.observations.append(
        {**tiny.observations[0], **GRID, "id": "world.grid.doe2021", "locator": "p. 2"}
    )
    read_raw(tiny.write())


@pytest.mark.parametrize("value", ["390000", "3.9e-7"], ids=["per million", "per millionth"])
def test_an_energy_per_million_is_none_per_token(tiny, value):
    tiny.observations[0].update(USE, value=value)

    assert "is no energy of one unit of use" in problems_of(tiny)


def test_an_energy_per_million_is_read_where_it_says_so(tiny):
    tiny.observations[0].update(USE, value="390000", qualifiers="per=output_token;per_count=1e6")
    assert "unknown value '1e6'" in problems_of(tiny)

    tiny.observations[0].update(qualifiers="per=output_token;per_count=1000000")
    read_raw(tiny.write())


@pytest.mark.parametrize(
    ("table", "spoil", "told"),
    [
        ("lineages", {"origin": "no.such"}, "lineages.csv:2 column origin: unknown 'no.such'"),
        ("lineages", {"reading": "It is 1,287 MWh."}, "a number in words or digits"),
        ("lineages", {"covers": "It is twice as much."}, "a number in words or digits"),
        ("lineages", {"reading": "{no.such}"}, "asks for a number or name that does not exist"),
        ("lineages", {"reading": "{name:no_such}"}, "asks for a number or name"),
        ("lineages", {"key": "other"}, "lineages.csv:2 column key: 'other' has no steps"),
        ("lineage_steps", {"lineage": "other"}, "lineage_steps.csv:2 column lineage"),
        ("lineage_steps", {"source": "nobody"}, "unknown source 'nobody'"),
        ("lineage_steps", {"role": "invented"}, "unknown value 'invented'"),
        ("evidence", {"claim": "no.such"}, "evidence.csv:2 column claim: unknown 'no.such'"),
        ("evidence", {"verdict": "true"}, "unknown value 'true'"),
    ],
)
def test_a_spoilt_lineage_is_refused(tiny, table, spoil, told):
    tiny.registries[table][0].update(spoil)

    assert told in problems_of(tiny)


def test_duplicate_ids_are_refused_within_and_across_tables(tiny):
    second = {**tiny.observations[0], "locator": "Table 5"}
    tiny.observations.append(second)
    folder = tiny.write()
    other = folder / "observations/more.csv"
    other.write_text((folder / "observations/facts.csv").read_text())

    with pytest.raises(LedgerError) as caught:
        read_raw(folder)

    text = str(caught.value)
    assert "facts.csv:3 column id: duplicate 'gpt3.training_energy.doe2021'" in text
    assert "more.csv:2 column id: duplicate" in text


def test_the_same_fact_twice_under_two_ids_is_refused(tiny):
    tiny.observations.append({**tiny.observations[0], "id": "gpt3.energy.doe2021"})

    assert "facts.csv:3 column id: 'gpt3.energy.doe2021' repeats another row" in problems_of(tiny)


def test_everything_wrong_is_reported_at_once(tiny):
    tiny.observations[0].update(unit="MW", boundary="")
    tiny.registries["systems"][0]["publication_date"] = "28/05/2020"

    text = problems_of(tiny)

    assert "column unit" in text
    assert "column boundary" in text
    assert "systems.csv:2 column publication_date" in text


def test_a_date_that_does_not_exist_is_refused(tiny):
    tiny.registries["systems"][0]["publication_date"] = "2020-02-30"

    assert "'2020-02-30' is no date" in problems_of(tiny)


def test_one_key_in_two_registries_is_refused(tiny):
    tiny.registries["subjects"][0]["key"] = "gpt3"

    assert "key 'gpt3' stands in two registries" in problems_of(tiny)


def test_a_wrong_header_is_refused(tiny):
    folder = tiny.write()
    path = folder / "observations/facts.csv"
    path.write_text(path.read_text().replace("locator,", "place,"))

    with pytest.raises(LedgerError, match=r"facts\.csv:1: wrong header .*missing: \['locator'\]"):
        read_raw(folder)


def test_a_row_of_another_length_is_refused(tiny):
    folder = tiny.write()
    path = folder / "observations/facts.csv"
    path.write_text(path.read_text() + "a,b,c" + "," * 40 + "\n")

    with pytest.raises(LedgerError, match="quote a cell that holds a comma"):
        read_raw(folder)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  licence = {CC-BY-4.0}\n", "", "has no licence"),
        ("{CC-BY-4.0}", "{CC BY}", "entry 'doe2021' has the unknown licence 'CC BY'"),
        ("  year = {2021},\n", "", "has no title or year"),
        ("year = {2021}", "year = {soon}", "has no title or year"),
        ("eprint = {2104.10350}", "url = {javascript:alert(1)}", "no web address"),
        ("@misc{doe2021,", "@misc{doe2021 {", "sources.bib"),
    ],
)
def test_a_spoilt_bibliography_is_refused(tiny, old, new, says):
    tiny.bib = tiny.bib.replace(old, new)

    assert says in problems_of(tiny)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ({"formula": "__import__"}, "unknown formula '__import__'"),
        ({"inputs": "chips=10000;days=14.8;power_w=330"}, "the inputs must be"),
        ({"inputs": "chips=1;days=2;power_w=os.system;pue=1"}, "'os.system' is no number"),
        ({"inputs": "chips=1;days=2;power_w=claim:x.y;pue=1"}, "refers to an unknown claim"),
        ({"value": "about 7"}, "'about 7' is no number"),
        ({"unit": "bananas"}, "unknown unit 'bananas'"),
        (
            {"inputs": "chips=1;days=2;power_w=3;pue=claim:doe2021.gpt3.energy"},
            "the claim refers to itself",
        ),
    ],
)
def test_a_spoilt_claim_is_refused(tiny, spoil, says):
    tiny.claims[0].update(spoil)

    assert says in problems_of(tiny)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ({"quantity": "luck"}, "assumptions.csv:2 column quantity: unknown quantity 'luck'"),
        ({"low": "0.8"}, "assumptions.csv:2 column low: low 0.8 is above value"),
        ({"high": "much"}, "assumptions.csv:2 column high: 'much' is no number"),
        ({"reason": ""}, "assumptions.csv:2 column reason: an empty cell"),
    ],
)
def test_a_spoilt_assumption_is_refused(tiny, spoil, says):
    tiny.registries["assumptions"][0].update(spoil)

    assert says in problems_of(tiny)


@pytest.mark.parametrize("name", ["observation/facts.csv", "observations/notes.txt", "extra.csv"])
def test_a_file_that_nothing_reads_is_refused(tiny, name):
    path = tiny.write() / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")

    with pytest.raises(LedgerError, match="a file that nothing reads"):
        read_raw(tiny.folder)


def test_a_linked_table_is_refused(tiny):
    folder = tiny.write()
    (folder / "observations/linked.csv").symlink_to(folder / "observations/facts.csv")

    with pytest.raises(LedgerError, match=r"linked\.csv: a symbolic link"):
        read_raw(folder)


def test_a_blank_line_does_not_shift_the_count(tiny):
    tiny.observations.append({**tiny.observations[0], "id": "gpt3.x.y", "unit": "MW"})
    path = tiny.write() / "observations/facts.csv"
    lines = path.read_text().split("\n")
    path.write_text("\n".join([*lines[:2], "", *lines[2:]]))

    with pytest.raises(LedgerError, match=r"facts\.csv:4 column unit"):
        read_raw(tiny.folder)


def test_facts_later_than_the_report_are_refused(tiny):
    raw = read_raw(tiny.write())

    check_dates(raw, "2024-08-01")
    with pytest.raises(LedgerError, match=r"instruments\.csv:2 column status_date: '2024-08-01'"):
        check_dates(raw, "2024-07-31")


def test_the_placed_system_must_have_a_facility_energy(tiny):
    raw = read_raw(tiny.write())

    check_placed_system(raw, "gpt3")
    with pytest.raises(LedgerError, match="'gpt99' has no reported facility energy"):
        check_placed_system(raw, "gpt99")
