"""What grows: which points enter a quantity, from observations written by hand."""

import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts
from aienergy.normalize.observations import bind, normalize
from aienergy.trends.quantities import QUANTITIES, Tables
from tests.observations import observed

COLUMNS = ["id", "subject", "quantity", "qualifiers", "value", "unit", "period", "source"]
SYSTEM = {
    "kind": "model", "organization": "A lab", "country": "China", "openness": "", "domain": "x",
    "notable": "yes",
}  # fmt: skip


def tables(facts: list[tuple[str, ...]], **more: pd.DataFrame) -> Tables:
    rows = normalize(observed(facts, COLUMNS))
    empty = pd.DataFrame()
    given = {
        "systems": empty, "accelerators": empty, "energy": empty, "costs": empty, "series": empty,
        **more,
    }  # fmt: skip
    return Tables(Facts(rows), ledger=Ledger(bind(rows, {k: k for k in rows["subject"]})), **given)


def points(name: str, given: Tables) -> pd.DataFrame:
    return QUANTITIES[name][2](given)


def chips(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": [f"a{i}" for i in range(n)], "name": [f"A{i}" for i in range(n)],
            "vendor": "V", "kind": "gpu", "release_date": [f"20{10 + i}-01-01" for i in range(n)],
        }
    )  # fmt: skip


def rate(key: str, precision: str, value: str, sparsity: str = "dense") -> tuple[str, ...]:
    words = f"precision={precision};sparsity={sparsity}"
    tail = f"{key}.{precision}.{sparsity}"
    return (tail, key, "peak_flop_per_s", words, value, "FLOP/s", "", "s")


def board(key: str, value: str) -> tuple[str, ...]:
    return (f"{key}.board", key, "board_power_w", "statistic=rated", value, "W", "", "s")


def test_efficiency_takes_dense_bf16_before_fp16_and_each_precision_apart():
    facts = [
        rate("a0", "fp16", "7e12"), rate("a0", "bf16", "1e14"),
        rate("a0", "bf16", "9e20", "sparse"), rate("a0", "fp32", "2e13"), board("a0", "250"),
        rate("a1", "fp16", "3e14"), board("a1", "300"), rate("a2", "fp16", "3e14"),
    ]  # fmt: skip
    given = tables(facts, accelerators=chips(3))

    sixteen = points("hardware_efficiency", given)
    assert sixteen["subject"].to_list() == ["a0", "a1"]  # the third has no rating
    assert sixteen["value"].to_list() == pytest.approx([1e14 / 250, 1e12])
    assert points("efficiency_fp32", given)["value"].to_list() == pytest.approx([2e13 / 250])
    assert given.ledger["a0.efficiency"].value == pytest.approx(4e11)
    assert given.ledger["a0.efficiency_fp32"].value == pytest.approx(8e10)


def test_price_is_the_one_nearest_to_the_release():
    facts = [
        rate("a0", "bf16", "1e14"),
        ("a0.late", "a0", "purchase_price_usd", "currency_year=2020", "500", "USD", "2020", "s"),
        ("a0.early", "a0", "purchase_price_usd", "currency_year=2010", "2000", "USD", "2010", "s"),
    ]
    found = points("rate_per_price", tables(facts, accelerators=chips(1)))

    assert found["value"].to_list() == pytest.approx([5e10])


def system(key: str, **changes: str) -> dict[str, str]:
    return {"key": key, "name": key, "publication_date": "2020-01-01", **SYSTEM, **changes}


def compute(key: str, value: str, words: str = "", source: str = "epoch_models2026") -> tuple:
    return (
        f"{key}.compute.{source}", key, "training_compute_flop", words, value, "FLOP", "", source,
    )  # fmt: skip


def test_compute_is_of_one_table_and_scopes_are_told():
    registry = pd.DataFrame(
        [
            system("m1"), system("m2"), system("tuned", kind="fine_tune"),
            system("undated", publication_date=""), system("project", kind="project"),
        ]
    )  # fmt: skip
    facts = [
        compute("m1", "1e20", "confidence=likely"), compute("m1", "9e30", source="amodei2018"),
        compute("m2", "2e20", "compute_scope=with_self_play"), compute("tuned", "3e20"),
        compute("undated", "4e20"), compute("project", "5e20"),
    ]  # fmt: skip
    given = tables(facts, systems=registry)
    found = points("training_compute", given).set_index("subject")

    assert found["value"].to_dict() == {"m1": 1e20, "m2": 2e20, "tuned": 3e20}
    assert found["scope"].to_dict() == {
        "m1": "final_run", "m2": "with_self_play", "tuned": "with_base_model",
    }  # fmt: skip
    assert found.loc["m1", "confidence"] == "likely"
    assert points("openai_chart", given)["value"].to_list() == [9e30]


def test_energy_from_hours_is_derived_and_the_best_route_counts():
    registry = pd.DataFrame([system("m1")])
    energy = pd.DataFrame(
        {"system": ["m1", "m1"], "key": ["m1.power", "m1.compute"], "value": [10.0, 90.0]}
    )
    given = tables([compute("m1", "1e20")], systems=registry, energy=energy)
    found = points("training_energy", given)

    assert found["key"].to_list() == ["m1.power"]
    assert found["derived"].all()


def test_points_of_a_series_that_were_calculated_are_derived():
    series = pd.DataFrame(
        {
            "series": "epoch_clusters_power", "name": ["c1", "c2"], "value": [1e6, 2e6],
            "date": ["2020-01-01", "2021-01-01"], "group": ["reported", "Calculated"],
            "organization": "", "country": "", "source": "s",
        }
    )  # fmt: skip
    found = points("cluster_power", tables([compute("m1", "1e20")], series=series))

    assert found["derived"].to_list() == [False, True]


def test_grid_intensity_is_of_whole_years_in_their_middle():
    words = "basis=average;mix=production;place=generated;stage_of_life=lifecycle"
    facts = [
        (f"w.{period[:4]}{i}", "w", "grid_intensity_gco2e_per_kwh", words, "400", "gCO2e/kWh",
         period, "owid_ember2026")
        for i, period in enumerate(["2020", "2021", "2020-06"])
    ]  # fmt: skip
    found = points("grid_intensity", tables(facts))

    assert found["date"].to_list() == ["2020-07-01", "2021-07-01"]
