"""The same fit on several editions, and what a change consists of."""

import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.trends.fits import Choices
from aienergy.trends.vintages import decompose, fit_editions

CHOICES = Choices(level=0.9, size=10, least=8, draws=200, as_of="2026-11-23", seed=7)
WINDOW = {"key": "w", "rule": "all", "start": "2010-01-01", "end": "2019-12-31"}


def edition(growth: float = 4.0) -> pd.DataFrame:
    """Return forty systems on an exponential."""
    days = pd.date_range("2010-01-05", periods=40, freq="90D")
    years = (days - days[0]).days / 365.25
    return pd.DataFrame(
        {
            "name": [f"Model{i:02d} A" for i in range(40)],
            "date": days.strftime("%Y-%m-%d"),
            "value": 1e18 * growth**years,
        }
    )


def taken_apart(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    ledger = Ledger()
    table = decompose(old, new, WINDOW, CHOICES, ledger, ("a_source",))
    assert [ledger[key].value for key in table["key"]] == table["growth"].to_list()
    return table


def steps(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["step"] != "family"].set_index("step")


def test_an_edition_against_itself_has_not_changed():
    table = taken_apart(edition(), edition())

    assert steps(table)["change_dex"].abs().max() < 1e-12
    assert not (table["step"] == "family").any()
    assert steps(table)["rows"].to_dict() == {
        "old": 40, "removed": 0, "revised": 0, "added": 0, "new": 40,
    }  # fmt: skip


def test_the_steps_add_up_to_the_whole_change():
    old, new = edition(), edition()
    new.loc[35:, "value"] /= 30  # revised
    new = new.drop(index=[3, 9])  # removed
    more = edition(9.0).iloc[20:25].assign(name=[f"Late{i}" for i in range(5)])  # added
    table = steps(taken_apart(old, pd.concat([new, more])))

    parts = table.loc[["removed", "revised", "added"], "change_dex"].sum()
    assert parts == pytest.approx(table.loc["new", "change_dex"])
    assert table["rows"].to_dict() == {
        "old": 40, "removed": 2, "revised": 5, "added": 5, "new": 43,
    }  # fmt: skip


def test_the_family_that_was_revised_is_told_by_name():
    old = edition()
    old.loc[[30, 32], "name"] = ["AlphaGo Lee", "AlphaGo Zero"]
    old.loc[[30, 32], "value"] *= 1000
    old.loc[5, "name"] = "Small-1"
    new = old.copy()
    new.loc[[30, 32], "value"] /= 1000
    new.loc[5, "value"] *= 1.5

    table = taken_apart(old, new)

    families = table[table["step"] == "family"].reset_index(drop=True)
    assert families["name"].to_list() == ["AlphaGo", "Small"]
    assert families["rows"].to_list() == [2, 1]
    assert families["change_dex"].iloc[0] < 0
    assert steps(table).loc["new", "growth"] < steps(table).loc["old", "growth"]


def test_a_revised_day_counts_as_revised():
    new = edition()
    new.loc[7, "date"] = "2011-12-31"

    assert steps(taken_apart(edition(), new)).loc["revised", "rows"] == 1


def test_every_edition_is_fitted_and_one_that_ends_too_early_is_not():
    editions = {
        "2018-05-01": edition().iloc[:30], "2020-01-01": edition(4.0), "2021-01-01": edition(3.0),
    }  # fmt: skip
    table = fit_editions(editions, [WINDOW], CHOICES)

    assert table["edition"].to_list() == ["2020-01-01", "2021-01-01"]
    assert table["growth"].to_list() == pytest.approx([4.0, 3.0], rel=1e-4)
    assert table["n"].to_list() == [40, 40]


def test_a_ranking_that_restarts_keeps_small_first_systems():
    giants = edition().iloc[:12].assign(
        name=lambda t: "G" + t["name"], value=1e30, date="2009-06-01"
    )  # fmt: skip
    table = pd.concat([giants, edition()])
    windows = [{**WINDOW, "key": rule, "rule": rule} for rule in ("frontier", "restarted")]
    found = fit_editions({"2020-01-01": table}, windows, CHOICES).set_index("window")

    assert "frontier" not in found.index  # nothing beats the giants that came before
    assert found.loc["restarted", "n"] == 40
