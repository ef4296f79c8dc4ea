"""Facts held against each other: each check passes on sound rows and catches a planted slip."""

import pandas as pd
import pytest

from aienergy.errors import LedgerError
from aienergy.facts import Facts
from aienergy.normalize.observations import normalize
from aienergy.verify.consistency import check_consistency, refuse_errors
from tests.observations import observed

COLUMNS = ["id", "subject", "quantity", "qualifiers", "value", "unit", "boundary", "scope"]
# 100 boards of 300 W for 1,000 h: 30 MWh.
RUN = [
    ("m.energy", "m", "training_energy_kwh", "accelerator=gpu", "30", "MWh", "board", "final_run"),
    ("m.power", "m", "power_per_accelerator_w", "accelerator=gpu", "300", "W", "board", ""),
    ("m.hours", "m", "accelerator_hours_h", "accelerator=gpu", "100000", "h", "", ""),
    ("gpu.power", "gpu", "board_power_w", "statistic=rated", "300", "W", "", ""),
    ("gpu.node", "gpu", "node_power_w", "accelerator_count=8;statistic=rated", "4000", "W", "", ""),
    ("m.on", "m", "training_water_l", "part=on_site", "60", "L", "", "final_run"),
    ("m.off", "m", "training_water_l", "part=off_site", "40", "L", "", "final_run"),
    ("m.total", "m", "training_water_l", "part=total", "100", "L", "", "final_run"),
]


def checked(**values: str) -> pd.DataFrame:
    rows = [(*row[:4], values.get(row[0].replace(".", "_"), row[4]), *row[5:]) for row in RUN]
    return check_consistency(Facts(normalize(observed(rows, COLUMNS))))


def verdict(table: pd.DataFrame, check: str) -> str:
    return str(table.loc[table["check"] == check, "verdict"].item())


def test_sound_rows_hold():
    table = checked()

    assert set(table["verdict"]) == {"holds"}
    assert set(table["check"]) == {
        "power x time", "nameplate", "server above boards", "sum of parts",
    }  # fmt: skip
    assert table["ratio"].loc[table["check"] != "server above boards"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("values", "check", "expected"),
    [
        ({"m_energy": "32"}, "power x time", "flag"),
        ({"m_energy": "31"}, "power x time", "holds"),
        ({"m_power": "0.3"}, "power x time", "flag"),
        ({"m_energy": "31.4"}, "nameplate", "holds"),
        ({"m_energy": "31.6"}, "nameplate", "flag"),
        ({"m_energy": "89"}, "nameplate", "flag"),
        ({"m_energy": "91"}, "nameplate", "error"),
        ({"gpu_node": "2300"}, "server above boards", "flag"),
        ({"gpu_node": "2400"}, "server above boards", "holds"),
        ({"m_total": "102"}, "sum of parts", "flag"),
        ({"m_total": "100.9"}, "sum of parts", "holds"),
    ],
)
def test_a_slip_is_flagged_and_its_neighbour_is_not(values, check, expected):
    assert verdict(checked(**values), check) == expected


def test_an_energy_of_three_times_the_nameplate_ends_the_build():
    with pytest.raises(LedgerError, match=r"energy over rated power x time: 3\.03 times"):
        refuse_errors(checked(m_energy="91"))
    refuse_errors(checked(m_energy="89"))


def test_a_rating_of_the_board_does_not_bound_a_server():
    rows = [(*row[:6], "node", row[7]) if row[0] == "m.energy" else row for row in RUN]
    frame = observed(rows, COLUMNS)
    frame.loc[frame["id"] == "m.energy", "value"] = "300"

    assert "nameplate" not in set(check_consistency(Facts(normalize(frame)))["check"])


def test_two_values_of_one_source_are_told():
    rows = [*RUN, ("m.hours_b", *RUN[2][1:4], "110000", *RUN[2][5:])]
    frame = observed(rows, COLUMNS, locator=[f"p. {i}" for i in range(len(rows))])
    table = check_consistency(Facts(normalize(frame)))

    row = table[table["check"] == "one source, two values"].iloc[0]
    assert (row["subject"], row["verdict"]) == ("m", "flag")
    assert row["ratio"] == pytest.approx(1.1)
