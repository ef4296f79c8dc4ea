"""Hardware efficiency and electricity demand, from observations written by hand."""

import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts
from aienergy.normalize.observations import bind, normalize, quantity_label
from aienergy.scenarios.demand import demand_table, derive_growth
from aienergy.trends.hardware import hardware_efficiency


def opened(facts, **columns) -> tuple[Facts, Ledger]:
    names = ["id", "subject", "quantity", "qualifiers", "value", "unit", "period", "source"]
    frame = pd.DataFrame(facts, columns=names).assign(
        low="", high="", range="", evidence="stated", said_by="operator", boundary="", scope="",
        locator="p. 1", read="page", note="", **columns,
    )  # fmt: skip
    rows = normalize(frame)
    return Facts(rows), Ledger(bind(rows, {key: key for key in rows["subject"]}))


def test_efficiency_takes_bf16_before_fp16_and_recovers_growth():
    facts, keys = [], []
    for i in range(6):
        key = f"a{i}"
        keys.append(key)
        peak = 1e14 * 1.5**i
        facts += [
            (
                f"{key}.fp16",
                key,
                "peak_flop_per_s",
                "precision=fp16;sparsity=dense",
                "7e12",
                "FLOP/s",
                "",
                "s",
            ),
            (
                f"{key}.bf16",
                key,
                "peak_flop_per_s",
                "precision=bf16;sparsity=dense",
                f"{peak}",
                "FLOP/s",
                "",
                "s",
            ),
            (
                f"{key}.sparse",
                key,
                "peak_flop_per_s",
                "precision=bf16;sparsity=sparse",
                "9e20",
                "FLOP/s",
                "",
                "s",
            ),
            (f"{key}.board", key, "board_power_w", "statistic=rated", "250", "W", "", "s"),
        ]
    accelerators = pd.DataFrame(
        {"key": keys, "kind": "gpu", "release_date": [f"20{10 + i}-01-01" for i in range(6)]}
    )
    known, ledger = opened(facts)

    table = hardware_efficiency(known, accelerators, 0.9, ledger)

    assert table["precision"].tolist() == ["bf16"] * 6
    assert table.loc[0, "value"] == pytest.approx(1e14 / 250)
    growth = ledger["trend.hardware_efficiency.growth_per_year"]
    assert growth.value == pytest.approx(1.5, rel=1e-3)


def test_growth_of_demand_is_over_the_sources_own_base_year():
    quantity, sector = "electricity_demand_twh", "sector=data_centre"
    facts = [
        (
            "w.2024",
            "world",
            quantity,
            f"scenario=historic;{sector}",
            "400",
            "TWh",
            "2024",
            "iea2025",
        ),
        ("w.2030", "world", quantity, f"scenario=base;{sector}", "1000", "TWh", "2030", "iea2025"),
        (
            "u.2023",
            "usa",
            quantity,
            f"scenario=historic;{sector}",
            "176",
            "TWh",
            "2023",
            "shehabi2024",
        ),
        ("u.2028", "usa", quantity, f"scenario=low;{sector}", "352", "TWh", "2028", "shehabi2024"),
        ("u.other", "usa", quantity, f"scenario=base;{sector}", "9", "TWh", "2030", "someone2020"),
    ]
    known, ledger = opened(facts)

    growth = derive_growth(demand_table(known), known, ledger).set_index("region")["ratio"]

    assert growth.to_dict() == {"world": 2.5, "usa": 2.0}


@pytest.mark.parametrize(
    ("quantity", "label"),
    [
        ("training_energy_kwh", "training energy"),
        ("grid_intensity_gco2e_per_kwh", "grid intensity"),
        ("peak_flop_per_s", "peak"),
        ("pue", "PUE"),
        ("mfu", "MFU"),
        ("parameter_count", "parameter count"),
    ],
)
def test_labels_hold_no_unit(quantity, label):
    assert quantity_label(quantity) == label
