"""nvidia-smi logs: closed-form integrals, every way of writing them, and every refusal."""

import re

import pandas as pd
import pytest

from aienergy.errors import LedgerError
from aienergy.logs.nvidia_smi import read_nvidia_smi

WHERE = "data/raw/runs/x/power.csv"
HEADER = "timestamp, index, uuid, utilization.gpu [%], power.draw [W]"
NAMES = ["timestamp", "index", "uuid", "utilization.gpu", "power.draw [W]"]


def stamp(second):
    return (pd.Timestamp("2026-01-03 23:59:00") + pd.Timedelta(seconds=second)).strftime(
        "%Y/%m/%d %H:%M:%S.%f"
    )[:-3]


def line(second, power, index=0, unit=" W"):
    share = " %" if unit else ""
    return f"{stamp(second)}, {index}, GPU-{index:04x}, 97{share}, {power}{unit}"


def log(*lines, header=HEADER):
    return "\n".join([*([header] if header else []), *lines]) + "\n"


def samples(*points, index=0, unit=" W"):
    return [line(second, f"{power:.2f}", index, unit) for second, power in points]


def read(text, columns=None):
    return read_nvidia_smi(text, WHERE, columns).set_index("component")


# 0 -> 360 W in 100 s, then constant for 100 s, with unequal steps: 18 kJ + 36 kJ = 0.015 kWh.
RAMP = [(0, 0), (25, 90), (100, 360), (130, 360), (200, 360)]


def test_piecewise_linear_power_is_integrated_exactly():
    table = read_nvidia_smi(log(*samples(*RAMP)), WHERE)

    assert table.to_dict("records") == [
        {
            "component": "gpu0",
            "energy_kwh": pytest.approx(0.015, rel=1e-12),
            "duration_s": pytest.approx(200.0, rel=1e-12),
            "mean_power_w": pytest.approx(270.0, rel=1e-12),
            "sample_count": 5,
            "largest_gap_s": pytest.approx(75.0, rel=1e-12),
        }
    ]


def test_every_way_of_writing_the_samples_gives_the_same_table():
    expected = read(log(*samples(*RAMP)))
    nounits = samples(*RAMP, unit="")
    variants = [
        read(log(*nounits)),
        read(log(*nounits, header=None), NAMES),
        read(log(*samples(*RAMP), header=None), [name.split()[0] for name in NAMES]),
        read(log(*samples(*RAMP)).replace(", ", ",")),
        read("\ufeff" + log(*samples(*RAMP)).replace("\n", "\r\n")),
        read(log(*samples(*RAMP)).replace("power.draw", "power.draw.instant")),
    ]

    for variant in variants:
        pd.testing.assert_frame_equal(variant, expected)


def test_the_header_may_be_repeated_as_columns_but_not_contradicted():
    columns = [*NAMES[:3], "utilization.gpu [%]", NAMES[4]]

    pd.testing.assert_frame_equal(read(log(*samples(*RAMP)), columns), read(log(*samples(*RAMP))))
    with pytest.raises(LedgerError, match="differ from the header"):
        read(log(*samples(*RAMP)), NAMES)


def test_interleaved_boards_are_told_apart():
    hot = [(second + 0.002, 2 * power) for second, power in RAMP]
    mixed = [
        row for pair in zip(samples(*RAMP), samples(*hot, index=1), strict=True) for row in pair
    ]

    table = read(log(*mixed))

    assert table["energy_kwh"].to_dict() == pytest.approx({"gpu0": 0.015, "gpu1": 0.030}, rel=1e-9)
    assert list(table["sample_count"]) == [5, 5]


@pytest.mark.parametrize("identity", ["uuid", "pci.bus_id", "gpu_uuid"])
def test_boards_without_an_index_are_numbered_as_they_appear(identity):
    mixed = samples(*RAMP, index=9) + samples(*RAMP[:3], index=3)
    text = log(*mixed, header=HEADER.replace("index", "pstate").replace("uuid", identity))

    table = read(text)

    assert table["duration_s"].to_dict() == pytest.approx({"gpu0": 200.0, "gpu1": 100.0})


def test_more_than_ten_boards_stand_in_order():
    rows = [row for index in range(12) for row in samples(*RAMP, index=index)]

    assert list(read(log(*rows)).index) == [f"gpu{index}" for index in range(12)]


def test_lines_written_twice_count_once():
    doubled = [row for row in samples(*RAMP) for _ in range(2)]

    pd.testing.assert_frame_equal(read(log(*doubled)), read(log(*samples(*RAMP))))


@pytest.mark.parametrize("absent", ["[N/A]", "[Not Supported]", "N/A", "[Unknown Error]"])
def test_a_sample_without_a_value_is_bridged_and_shows_as_a_gap(absent):
    rows = samples(*RAMP)
    rows[3] = line(130, absent, unit="")

    table = read(log(*rows))

    assert table.loc["gpu0", "energy_kwh"] == pytest.approx(0.015, rel=1e-12)
    assert table.loc["gpu0", "sample_count"] == 4
    assert table.loc["gpu0", "largest_gap_s"] == pytest.approx(100.0)


def test_values_missing_at_the_ends_shorten_the_log():
    rows = samples(*RAMP)
    rows[0], rows[4] = line(0, "[N/A]", unit=""), line(200, "[N/A]", unit="")

    table = read(log(*rows))

    assert table.loc["gpu0", "duration_s"] == pytest.approx(105.0)


@pytest.mark.parametrize("valid_count", [0, 1])
def test_a_board_with_fewer_than_two_values_is_refused(valid_count):
    rows = samples((0, 50))[:valid_count] + [line(9 + n, "[N/A]", unit="") for n in range(3)]

    with pytest.raises(
        LedgerError, match=rf"power\.csv:2 column power\.draw: gpu0 has {valid_count} samples"
    ):
        read(log(*rows))


def test_one_dead_board_of_two_is_refused_by_name():
    dead = [line(second, "[N/A]", index=1, unit="") for second in (0, 1)]

    with pytest.raises(LedgerError, match="gpu1 has 0 samples"):
        read(log(*samples(*RAMP), *dead))


# Each planted mistake in the fourth line of the file, and what the error must name.
MUTATIONS = [
    (line(100, "-0.01"), "power.draw", "is negative"),
    (line(100, "3000.01"), "power.draw", "above 3,000 W"),
    (line(100, "360.5x"), "power.draw", "is not a number"),
    (line(100, "abc"), "power.draw", "is not a number"),
    (line(100, "9" * 5000), "power.draw", "is not a number"),
    (line(100, ""), "power.draw", "is not a number"),
    (line(100, "360000", unit=" mW"), "power.draw", "not in watts"),
    (line(100, "0.36", unit=" kW"), "power.draw", "not in watts"),
    (line(100, "360.00").replace("2026/01", "2026/13"), "timestamp", "is no time"),
    (line(100, "360.00").replace("2026/01/04", "04/01/2026"), "timestamp", "is no time"),
    (line(-100, "360.00"), "timestamp", "earlier than the sample before it"),
    (line(100, "360.00").replace("GPU-0000", "GPU-beef"), "index", "given to another uuid"),
    (line(100, "360.00").replace(" 0,", " zero,"), "index", "is no index"),
    (line(100, "360.00").replace("GPU-0000", "[N/A]"), "uuid", "names no board"),
]


@pytest.mark.parametrize(("mutant", "column", "what"), MUTATIONS)
def test_a_planted_mistake_is_refused_by_line_and_column(mutant, column, what):
    rows = samples(*RAMP)
    rows[2] = mutant

    with pytest.raises(LedgerError) as refused:
        read(log(*rows))
    place = re.escape(f"{WHERE}:4 column {column}: ")
    assert re.search(rf"^{place}.*{what}.*\n  Hint: \S", str(refused.value), re.MULTILINE)


@pytest.mark.parametrize("scale", [1, 2])
def test_milliwatts_labelled_watts_are_refused(scale):
    """A small board at 1.3 W (under the bound as 1300) and one at 2.6 W."""
    rows = [line(second, f"{scale * (1300 + second)}.00") for second in range(10)]

    with pytest.raises(LedgerError, match=r"power\.csv:2 column power\.draw: .*milliwatts"):
        read(log(*rows))


def test_a_hot_board_in_real_watts_is_read():
    rows = [line(second, f"{1300 + second}.37") for second in range(10)]

    assert read(log(*rows)).loc["gpu0", "mean_power_w"] == pytest.approx(1304.87)


@pytest.mark.parametrize(("step_s", "offset_s"), [(1, 0.002), (5, 0.2)])
@pytest.mark.parametrize(
    "header",
    ["timestamp, name, temperature.gpu, utilization.gpu [%], power.draw [W]", None],
)
def test_boards_that_cannot_be_told_apart_are_refused(header, step_s, offset_s):
    rows = [
        f"{stamp(round_ * step_s + offset)}, GPU X, 40, 97 %, {power}.00 W"
        for round_ in range(10)
        for offset, power in ((0, 100), (offset_s, 300))
    ]
    columns = None if header else ["timestamp", "name", "temperature.gpu", "share", "power.draw"]

    with pytest.raises(LedgerError, match="several boards without uuid, bus id or index"):
        read(log(*rows, header=header), columns)


def test_one_board_without_an_identity_may_drift():
    rows = [
        f"{stamp(second)}, GPU X, 100.00 W" for second in (0, 0.7, 2.0, 3.1, 3.9, 5.2, 12.5, 13.6)
    ]

    table = read(log(*rows, header="timestamp, name, power.draw [W]"))

    assert table.loc["gpu0", "duration_s"] == pytest.approx(13.6)
    assert table.loc["gpu0", "mean_power_w"] == pytest.approx(100.0)


def test_a_stamp_repeated_with_another_value_adds_no_energy():
    rows = samples((0, 100), (10, 100), (10, 300), (20, 300))

    assert read(log(*rows)).loc["gpu0", "energy_kwh"] == pytest.approx(4000 / 3.6e6)


def test_a_log_of_one_instant_is_refused():
    with pytest.raises(LedgerError, match="gpu0 has 2 samples with a value, over 0 s"):
        read(log(*samples((0, 100), (0, 300))))


def test_a_board_without_its_only_identity_is_refused():
    rows = samples(*RAMP)
    rows[1] = rows[1].replace("GPU-0000", "[N/A]")

    with pytest.raises(LedgerError, match=r"power\.csv:3 column uuid: .*names no board"):
        read(log(*rows, header=HEADER.replace("index", "pstate")))


def test_two_board_names_without_an_identity_are_refused():
    rows = [f"{stamp(second)}, GPU {second % 2}, 100.00 W" for second in range(10)]

    with pytest.raises(LedgerError, match="several boards"):
        read(log(*rows, header="timestamp, name, power.draw [W]"))


@pytest.mark.parametrize(
    ("text", "columns", "what"),
    [
        (log(line(0, "360,5")), None, r"power\.csv:2: 6 cells instead of 5"),
        ("", None, "the log is empty"),
        (log(), None, "no sample"),
        (log(*samples(*RAMP), header=None), None, r"power\.csv:1: the log has no header line"),
        (log(*samples(*RAMP), header=None), NAMES[:4], "missing column power.draw"),
        (log(*samples(*RAMP), header=None), [*NAMES[1:], "timestamp"], "is no time"),
        (log(*samples(*RAMP, unit=""), header=None), [*NAMES[:4], "power.draw"], "not in watts"),
        (log(*samples(*RAMP)).replace("[W]", "[mW]").replace(" W", ""), None, "not in watts"),
        (log(*samples(*RAMP)).replace("uuid", "index"), None, "column index appears twice"),
        (log(*samples(*RAMP)) + "2026/01/04 00:0", None, r"power\.csv:7: 1 cells instead of 5"),
        (log(*samples(*RAMP), header="timestamp,a,b,c,gpu_power_w"), None, "missing column power"),
    ],
)
def test_a_broken_file_is_refused(text, columns, what):
    with pytest.raises(LedgerError, match=what):
        read(text, columns)
