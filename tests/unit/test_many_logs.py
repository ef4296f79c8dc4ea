"""Logs read in batches: the same as read at once, whatever the batches are."""

import json

import pytest

from aienergy.errors import LedgerError
from aienergy.run.command import read_paths
from aienergy.run.find import batched, find
from aienergy.run.many import gather, read_batch
from aienergy.tables import rounded
from tests.logs_tree import write_tree


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return write_tree(tmp_path_factory.mktemp("tree") / "logs")


def records(root, count):
    """Read every batch by itself, as jobs do, the last one first."""
    batches = reversed(batched(root, count))
    read = [read_batch(root, units) for units in batches]
    return [record for batch in json.loads(json.dumps(rounded(read))) for record in batch]


@pytest.fixture(scope="module")
def tables(tree):
    return gather(records(tree, 4))


def test_batches_hold_every_file_once_and_divide_no_folder(tree):
    batches = batched(tree, 5)

    files = [file for units in batches for unit in units.values() for file in unit.files]
    assert sorted(files) == sorted(path for path in tree.rglob("*") if path.is_file())
    assert len(batches) == 5
    assert max(map(len, batches)) - min(map(len, batches)) <= 1
    places = [{unit.folder for unit in units.values()} for units in batches]
    assert sum(map(len, places)) == len(set.union(*places)) == len(find([tree]))


def test_a_folder_that_is_last_by_name_leaves_the_others_in_their_batches(tree, tmp_path):
    grown = write_tree(tmp_path / "logs")
    (grown / "zz").mkdir()
    (grown / "zz/new.csv").write_text("x\n")

    def placed(root):
        return {
            unit.folder.relative_to(root): number
            for number, units in enumerate(batched(root, 5))
            for unit in units.values()
        }

    assert placed(grown).items() - placed(tree).items() == {
        (grown.joinpath("zz").relative_to(grown), len(find([tree])) % 5)
    }


@pytest.mark.parametrize("count", [1, 2, 7, 99])
def test_the_number_of_batches_does_not_matter(tree, tables, count):
    again = gather(records(tree, count))

    for name, table in tables.items():
        assert again[name].to_csv() == table.to_csv()


def test_the_tables_say_what_reading_at_once_says(tree, tables):
    at_once = read_paths([tree])
    told = tables["outcomes"].set_index("file")

    assert [name for name, states in told.groupby(level=0) if len(states) > 1] == []
    assert dict(told["outcome"]) == {
        outcome.name.removeprefix(f"{tree.as_posix()}/"): outcome.state for outcome in at_once
    }
    read = [outcome for outcome in at_once if outcome.reading and outcome.state == "read"]
    energy = tables["energy"].query("outcome == 'read'")
    assert len(energy) == sum(len(outcome.reading.components) for outcome in read) > 30
    assert energy["energy_kwh"].sum() == pytest.approx(
        sum(outcome.reading.components["energy_kwh"].sum() for outcome in read), rel=1e-11
    )


def test_what_lies_in_two_batches_counts_once(tree, tables):
    batches = {
        file.relative_to(tree).as_posix(): number
        for number, units in enumerate(batched(tree, 4))
        for unit in units.values()
        for file in unit.files
    }
    told = tables["outcomes"].set_index("file").fillna("")

    for file, of in (
        ("a/dc/node_0.txt", "mlperf_training/node_0.txt"),
        ("zeus/zeus.csv", "z/copy {of} zeus.csv"),
    ):
        assert batches[file] != batches[of]
        assert tuple(told.loc[file, ["outcome", "of"]]) == ("repeats", of)
    assert "same log as described/first_run/emissions.csv" in told.loc["several runs", "why"]
    assert "same_run" in told.loc["a/dc/node_0.txt", "flags"]


def test_refusals_are_rows_with_their_reason(tables):
    told = tables["outcomes"].set_index("file")

    assert "no known format" in told.loc["z/notes.txt", "why"]
    assert told.loc["described/Wrong Name", "why"] == (
        "described/Wrong Name: 'Wrong Name' is no key"
    )
    assert set(tables["energy"]["file"]) == set(
        told.index[told["outcome"].isin(["read", "repeats"])]
    )


def test_nothing_names_the_place_of_the_folder(tree, tables):
    written = json.dumps(records(tree, 3)) + "".join(table.to_csv() for table in tables.values())

    assert tree.parent.as_posix() not in written


def test_an_empty_or_missing_folder_is_an_error(tmp_path):
    with pytest.raises(LedgerError, match="no file to read"):
        batched(tmp_path, 3)
    with pytest.raises(LedgerError, match="no such folder"):
        batched(tmp_path / "none", 3)
