"""The kept table of simulated coverage: still that of the code, and what is said of it."""

import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.errors import LedgerError
from aienergy.growth.resampling import METHODS
from aienergy.growth.worlds import WORLDS
from aienergy.stage import settings
from aienergy.tables import read_result
from aienergy.trends.calibrate import PROBE_DRAWS, PROBE_WORLDS, bind_coverage, simulate
from aienergy.trends.fits import METHOD
from tests.checkout import ROOT

FOLDER = ROOT / "data/calibration"


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return read_result(FOLDER / "coverage.csv")


def test_the_kept_table_is_that_of_the_present_code_and_settings(kept):
    config = settings(ROOT / "config.yaml")
    told = config["trends"]
    probe = read_result(FOLDER / "probe.csv")

    again = simulate(
        PROBE_WORLDS, PROBE_DRAWS, told["confidence_level"], config["seed"], 1, tell=False
    )

    hint = "run `make calibrate`"
    pd.testing.assert_frame_equal(again, probe, rtol=1e-9, obj=hint)
    assert kept["worlds"].eq(told["calibration"]["worlds"]).all(), hint
    assert kept["draws"].eq(told["calibration"]["draws"]).all(), hint


def test_every_world_and_method_is_there_once(kept):
    assert set(zip(kept["world"], kept["method"], strict=True)) == {
        (world.key, method) for world in WORLDS for method in METHODS
    }
    assert len(kept) == len(WORLDS) * len(METHODS)


def test_the_method_of_the_headlines_holds_its_level_unless_systems_are_hidden(kept):
    rows = kept[(kept["method"] == METHOD) & (kept["world"] != "hidden")]
    share = rows["held"] / rows["worlds"]
    error = (0.9 * 0.1 / rows["worlds"]) ** 0.5

    # Three points at most under plain sampling; nowhere below the level by more than chance.
    assert share[rows["world"] == "plain"].sub(0.9).abs().max() < 0.03
    assert (share > 0.9 - 3 * error).all()


def test_under_selection_it_beats_drawing_among_the_selected(kept):
    share = (kept["held"] / kept["worlds"]).groupby([kept["world"], kept["method"]]).first()

    for world in WORLDS:
        if world.size:
            assert share[world.key, METHOD] > share[world.key, "case"] + 0.1


def test_shares_are_bound(kept):
    ledger = Ledger()
    table = bind_coverage(kept, 0.9, ledger)
    row = table[(table["world"] == "quickening") & (table["method"] == "case")].iloc[0]

    assert ledger["coverage.quickening.case"].value == row["share"] == row["held"] / row["worlds"]
    assert row["error"] == pytest.approx((row["share"] * (1 - row["share"]) / 1000) ** 0.5)


def test_a_table_of_another_level_is_refused(kept):
    with pytest.raises(LedgerError, match="make calibrate"):
        bind_coverage(kept, 0.95, Ledger())
