"""The kept logs of our experiments are what the scripts say that they measure."""

import pandas as pd
import pytest
import yaml

from aienergy.ingest.trials import read_trials
from tests.checkout import ROOT

RUNS = ROOT / "data/raw/runs"
BUDGET_EPOCHS, LAST_EPOCHS = 243, 9
TEXTS = ["experiment", "task", "arm", "measure", "setting", "evidence", "boundary"]


@pytest.fixture(scope="module")
def trials():
    frame = read_trials(RUNS)
    numbers = frame.columns.difference(TEXTS)
    return frame.assign(**{name: pd.to_numeric(frame[name]) for name in numbers})


@pytest.fixture(scope="module")
def searches(trials):
    return trials[trials["experiment"] == "search_methods"]


def test_the_kept_logs_are_small_and_every_experiment_is_there(trials):
    assert sum(path.stat().st_size for path in RUNS.rglob("*") if path.is_file()) < 1_000_000
    assert set(trials["experiment"]) == {
        "search_methods", "compression_mlp", "compression_minilm", "batch_precision", "idle_window",
    }  # fmt: skip
    assert set(trials["evidence"]) == {"modelled"}  # no counter could be read


def test_every_method_has_ten_seeds_or_more_and_the_same_budget(searches):
    spent = searches.groupby(["task", "arm", "seed"])["work_count"].sum()

    assert spent.groupby(["task", "arm"]).size().min() >= 10
    assert spent.between(BUDGET_EPOCHS, BUDGET_EPOCHS + LAST_EPOCHS - 1).all()
    assert (spent.drop("halving", level="arm") == BUDGET_EPOCHS).all()


def test_accuracies_are_asked_for_of_every_data_set(searches):
    asked = yaml.safe_load((ROOT / "config.yaml").read_text())["experiments"]["targets"]

    assert set(asked) == set(searches["task"])


def test_the_grid_visits_each_node_once_in_an_order_of_the_seed(searches):
    grid = searches[searches["arm"] == "grid"]
    settings = grid.groupby(["task", "seed"])["setting"].agg(list)

    assert settings.map(len).eq(27).all()
    assert settings.map(set).map(frozenset).nunique() == 1
    assert settings.loc["digits"].map(tuple).nunique() == settings.loc["digits"].size


def test_tpe_begins_with_the_candidates_of_random_search(searches):
    first = searches.groupby(["arm", "task", "seed"]).head(10)
    columns = ["setting", "accuracy", "operations_flop"]
    of = {
        arm: first[first["arm"] == arm].sort_values(["task", "seed", "turn"])
        for arm in ("tpe", "random")
    }
    later = searches.groupby(["arm", "task", "seed"]).nth(10)

    assert of["tpe"][columns].to_numpy().tolist() == of["random"][columns].to_numpy().tolist()
    assert not set(later.loc[later["arm"] == "tpe", "setting"]) & set(
        later.loc[later["arm"] == "random", "setting"]
    )


def test_arms_take_turns(trials):
    """No arm lies early or late: its mean place among the turns of its seed is the middle."""
    measured = trials[trials["measure"].isin(["inference", "search"])]
    of_seed = measured.groupby(["experiment", "seed"])["turn"]
    place = (measured["turn"] - of_seed.transform("min")) / (
        of_seed.transform("max") - of_seed.transform("min")
    )
    middle = place.groupby([measured["experiment"], measured["arm"]]).mean()

    assert middle.drop(["search_methods"]).between(0.35, 0.65).all(), middle
    # Searches end at different times; all of them are there from the beginning.
    first = measured[place < 0.1]
    searching = first[first["experiment"] == "search_methods"]
    assert searching.groupby("seed")["arm"].nunique().eq(4).all()


def test_pruning_and_students_do_the_work_that_they_say(trials):
    rows = trials[(trials["experiment"] == "compression_mlp") & (trials["measure"] == "inference")]
    each = (rows["operations_flop"] / rows["work_count"]).groupby(rows["arm"]).median()
    whole = 2 * (64 * 512 + 512 * 512 + 512 * 10)
    kept = 2 * ((64 * 512 + 512 * 512) * 0.1 + 512 * 10)

    assert each["float32"] == pytest.approx(whole, rel=1e-5)
    assert each["pruned_90_dense"] == pytest.approx(whole, rel=1e-5)
    assert each["pruned_90_sparse"] == pytest.approx(kept, rel=0.001)
    student = 2 * (64 * 32 + 32 * 32 + 32 * 10)
    assert each["small_32"] == pytest.approx(student, rel=1e-5)
    assert each["distilled_32"] == pytest.approx(student, rel=1e-5)
    assert rows.groupby(["arm", "batch_size"])["seed"].nunique().eq(5).all()


def test_an_idle_process_takes_no_cpu_time(trials):
    idle = trials[trials["measure"] == "idle"]

    assert len(idle) >= 5
    assert (idle["cpu_time_s"] / idle["time_s"]).max() < 1e-3
