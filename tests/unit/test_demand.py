"""Electricity demand and labels, from observations written by hand."""

import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts
from aienergy.normalize.observations import bind, normalize, quantity_label
from aienergy.scenarios.demand import demand_table, derive_growth


def opened(facts, **columns) -> tuple[Facts, Ledger]:
    names = ["id", "subject", "quantity", "qualifiers", "value", "unit", "period", "source"]
    frame = pd.DataFrame(facts, columns=names).assign(
        low="", high="", range="", evidence="stated", said_by="operator", boundary="", scope="",
        locator="p. 1", read="page", note="", **columns,
    )  # fmt: skip
    rows = normalize(frame)
    return Facts(rows), Ledger(bind(rows, {key: key for key in rows["subject"]}))


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
