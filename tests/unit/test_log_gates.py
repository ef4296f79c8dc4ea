"""Quality gates: each on a made series of which the answer is known, and the plain format."""

import numpy as np
import pytest

from aienergy.errors import LedgerError
from aienergy.logs import gates
from aienergy.logs.detect import read_log
from aienergy.logs.plain import WRAPS_J
from aienergy.logs.reading import Flag, Reading, tabulate
from aienergy.logs.samples import Samples

NOON_S = 1_767_000_000.25


def series(power_w, time_s=None):
    power_w = np.asarray(power_w, dtype=float)
    time_s = NOON_S + np.arange(len(power_w)) if time_s is None else np.asarray(time_s, dtype=float)
    return Samples(time_s, power_w)


def told(samples):
    return {flag.key: flag for flag in gates.series(samples, "gpu0", "log.csv")}


def plain(text):
    return read_log(text.encode(), "log.csv")


def trace(*values, header="time,gpu0_power_w", step_s=1.0, top=""):
    return (
        top + header + "\n" + "".join(f"{n * step_s:g},{value}\n" for n, value in enumerate(values))
    )


def test_a_steady_series_passes_every_gate():
    assert told(series([300.0] * 100)) == {}


def test_gaps_widen_by_their_share_of_the_time():
    time_s = np.r_[np.arange(50), np.arange(50) + 59.0]  # one step of 10 s among those of 1 s

    flag = told(series([300.0] * 100, time_s))["gaps"]

    assert flag.widens == pytest.approx(1 + 10 / 108)
    assert (
        "1 gaps longer than 2 median steps of 1 s, 9.3% of the time, the longest 10 s" in flag.text
    )


def test_more_gap_than_log_is_refused():
    with pytest.raises(LedgerError, match="67% of the time lies in gaps, the longest 200 s"):
        told(series([300.0] * 102, np.r_[np.arange(51), np.arange(51) + 250.0]))


@pytest.mark.parametrize("jump_s", [-3600, -2, 3600, 7200, 1800])
def test_a_clock_that_is_moved_is_refused(jump_s):
    time_s = np.arange(20_000.0)
    time_s[10_000:] += jump_s

    with pytest.raises(LedgerError, match=r"clock (goes back|jumps)"):
        told(series([300.0] * 20_000, time_s))


def test_few_samples_widen():
    assert told(series([300.0] * 16))["few_samples"].widens == 1.25
    assert "few_samples" not in told(series([300.0] * 30))


@pytest.mark.parametrize("time_s", [[0.0], [5.0, 5.0]])
def test_one_moment_is_no_energy(time_s):
    with pytest.raises(LedgerError, match="Energy needs two readings"):
        told(series([300.0] * len(time_s), time_s))


def test_negative_power_is_refused():
    with pytest.raises(LedgerError, match="power of -3 W"):
        told(series([300.0, -3.0, 300.0]))


def test_idle_is_told_with_its_share():
    flags = told(series([10.0] * 60 + [300.0] * 40))

    assert flags["idle"].text == "gpu0: near idle (10 W) 61% of the time, 5% of kWh"
    assert flags["idle"].widens == 1
    assert "idle" not in told(series([290.0, 300.0] * 50))


def test_warm_up_is_told_only_at_the_beginning():
    assert "warm_up" in told(series([100.0] * 10 + [300.0] * 90))
    assert "warm_up" not in told(series([300.0] * 90 + [100.0] * 10))


def test_equal_stamps_get_no_time():
    samples = series([100.0, 900.0, 100.0, 100.0], [0, 1, 1, 2])

    assert samples.energy_j == 500 + 100
    assert "1 samples repeat a stamp" in told(samples)["equal_stamps"].text


def test_integral_does_not_depend_on_origin_or_on_samples_on_a_line():
    samples = series([100.0, 300.0, 200.0], [0, 2, 4])
    shifted = series([100.0, 300.0, 200.0], [100, 102, 104])
    denser = series([100.0, 200.0, 300.0, 250.0, 200.0], [0, 1, 2, 3, 4])

    assert samples.energy_j == shifted.energy_j == denser.energy_j == 900.0


def test_cuts_of_a_log_add_up_to_the_whole():
    random = np.random.default_rng(20261126)
    samples = series(random.uniform(50, 700, 500), np.sort(random.uniform(0, 1000, 500)))
    first, last = samples.time_s[[0, -1]]
    for middle in random.uniform(first, last, 20):
        parts = samples.cut(first, middle).energy_j + samples.cut(middle, last).energy_j
        assert parts == pytest.approx(samples.energy_j, rel=1e-12)
    assert samples.cut(-1e6, 1e6).energy_j == pytest.approx(samples.energy_j, rel=1e-12)


def test_a_trace_needs_more_than_whole_seconds():
    assert series([1.0, 2.0], [1.0, 2.0]).trace() == ""
    assert series([1.0, 2.0], [1.5, 2.0]).trace() == series([9.0, 2.0], [1.5, 2.0]).trace() != ""
    assert series([1.0, 2.0], [1.5, 2.0]).trace() != series([1.0, 2.0], [1.501, 2.0]).trace()


def test_counter_against_integral():
    def check(counter_j, integral_j):
        return gates.counter_against_integral(counter_j, integral_j, "gpu0", "log.csv")

    assert check(100.0, 95.1) == ()
    assert check(100.0, 80.0)[0].widens == pytest.approx(1.2)
    assert check(80.0, 100.0)[0].widens == pytest.approx(1.2)
    for pair in ((100.0, 0.1), (1.0, 3.6e6)):
        with pytest.raises(LedgerError, match="another unit"):
            check(*pair)


def test_implied_power_against_the_nameplate():
    def check(power_w):
        return gates.implied_power(power_w, 45.0, "a CPU", "log.csv")

    assert check(60.0) == ()
    assert check(90.0)[0].widens == 2.0
    with pytest.raises(LedgerError, match="10 times the nameplate 45 W"):
        check(450.0)


@pytest.mark.parametrize(
    ("name", "is_portable"),
    [
        ("AMD Ryzen 5 3500U with Radeon Vega Mobile Gfx", True),
        ("Intel(R) Core(TM) i7-10875H CPU @ 2.30GHz", True),
        ("Intel(R) Core(TM) i7-8850H CPU @ 2.60GHz", True),
        ("Apple M1 Pro", True),
        ("Intel(R) Xeon(R) Platinum 8275CL CPU @ 3.00GHz", False),
        ("AMD EPYC 7742 64-Core Processor", False),
        ("Intel(R) Xeon(R) Gold 6226R CPU", False),
    ],
)
def test_processors_of_portable_computers(name, is_portable):
    assert gates.portable(name) is is_portable


@pytest.mark.parametrize(
    ("component", "boundary", "power_w", "passes"),
    [
        ("gpu0", "board", 2999, True),
        ("gpu0", "board", 3001, False),
        ("gpu", "board", 47_999, True),
        ("gpu", "board", 48_001, False),
        ("cpu", "chip", 8001, False),
        ("node_1", "node", 99_999, True),
        ("node_1", "node", 100_001, False),
        ("total", "facility", 159_000, True),
    ],
)
def test_bounds_of_physics(component, boundary, power_w, passes):
    row = {"run": "a", "component": component, "boundary": boundary, "evidence": "counter"}
    row |= {"energy_kwh": power_w / 1000, "duration_s": 3600.0, "mean_power_w": power_w}
    pue = 1.6 if boundary == "facility" else None
    reading = Reading("x", "x", "", tabulate([row]), pue=pue)

    if passes:
        assert gates.passed(reading, "log").components["energy_kwh"].iloc[0] == power_w / 1000
    else:
        with pytest.raises(LedgerError, match="on average, above"):
            gates.passed(reading, "log")


def test_flags_of_one_gate_count_once_at_their_widest():
    flags = gates.merged(
        [Flag("gaps", "gpu0", 1.1), Flag("gaps", "gpu1", 1.3), Flag("few_samples", "gpu0", 1.2)]
    )
    reading = Reading("x", "x", "", tabulate([]), flags=flags)

    assert [flag.text for flag in flags] == ["gpu0", "gpu1", "gpu0"]
    assert reading.widens == pytest.approx(1.3 * 1.2)


# The plain format


def test_power_in_seconds_or_stamps_is_the_same_energy():
    seconds = plain(trace(*[300] * 61))
    stamps = plain(
        "timestamp,gpu0_power_w\n"
        + "".join(f"2026-01-02T03:{n // 60:02d}:{n % 60:02d}+01:00,300\n" for n in range(61))
    )

    for reading in (seconds, stamps):
        row = reading.components.iloc[0]
        assert (row["energy_kwh"], row["duration_s"]) == (0.005, 60.0)
        assert (row["component"], row["boundary"], row["evidence"]) == ("gpu0", "board", "stated")
    assert (seconds.started_on, stamps.started_on) == ("", "2026-01-02")


def test_comments_say_how_it_is_known():
    top = "# evidence: metered\n# boundary: node\n# tool: plug X\n"
    reading = plain(trace(*[300] * 40, header="time,power_w", top=top))

    assert reading.components[["component", "evidence", "boundary"]].iloc[0].tolist() == [
        "total", "metered", "node",
    ]  # fmt: skip
    assert reading.tool == "plug X"
    unsaid = plain(trace(*[300] * 40, header="time,power_w"))
    assert [flag.key for flag in unsaid.flags] == ["boundary_unknown"]
    with pytest.raises(LedgerError, match="evidence 'guessed'"):
        plain(trace(300, 300, top="# evidence: guessed\n"))


@pytest.mark.parametrize("top_j", WRAPS_J)
def test_known_counters_wrap(top_j):
    counted = [(0.9 + 0.05 * n) % 1.0 * top_j for n in range(45)]
    text = trace(*counted, header="time,cpu_energy_j", step_s=0.05 * top_j / 50)

    row = plain(text).components.iloc[0]

    assert row["energy_kwh"] * 3.6e6 == pytest.approx(44 * 0.05 * top_j, rel=1e-9)
    assert row["mean_power_w"] == pytest.approx(50, rel=1e-5)


def test_a_stated_wrap_is_used_and_an_unknown_fall_is_refused():
    counted = [960, 980, 0, 20, 40]
    stated = trace(*counted, header="time,cpu_energy_j", top="# wraps_at_j: 1000\n")

    assert plain(stated).components["energy_kwh"].iloc[0] * 3.6e6 == pytest.approx(80)
    with pytest.raises(LedgerError, match="falls from 980 J to 0 J"):
        plain(trace(*counted, header="time,cpu_energy_j"))
    with pytest.raises(LedgerError, match="falls from 500 J to 0 J"):
        plain(trace(480, 500, 0, 20, header="time,cpu_energy_j", top="# wraps_at_j: 1000\n"))


def test_kilowatt_hours_and_joules_agree():
    joules = trace(0, 36_000, 72_000, header="time,node_energy_j", step_s=60)
    kwh = trace(0, 0.01, 0.02, header="time,node_energy_kwh", step_s=60)

    assert plain(joules).components["energy_kwh"].iloc[0] == pytest.approx(0.02)
    assert plain(kwh).components["energy_kwh"].iloc[0] == pytest.approx(0.02)


def test_a_counter_beside_power_is_held_against_it():
    def both(factor):
        rows = "".join(f"{n},{300.5 * n * factor},{300.5}\n" for n in range(40))
        return "time,gpu0_energy_j,gpu0_power_w\n" + rows

    assert plain(both(1)).flags == ()
    assert [flag.key for flag in plain(both(1.2)).flags] == ["counter_differs"]
    with pytest.raises(LedgerError, match="by counter"):
        plain(both(1000 / 3.6e6))


def test_milliwatts_labelled_watts_are_refused():
    with pytest.raises(LedgerError, match="gpu: power like 6625 W, whole numbers throughout"):
        plain(trace(4939, 6472, 6625, 6625, 6629, header="timestamp,gpu_power_w"))
    node = trace(4939, 6472, 6625, 6625, 6629, header="time,node_power_w")
    assert plain(node).components["mean_power_w"].iloc[0] > 4000


def test_a_whole_beside_its_parts_is_told():
    text = "time,node_power_w,gpu0_power_w\n" + "".join(f"{n},900,300.5\n" for n in range(40))

    assert [flag.key for flag in plain(text).flags] == ["overlap"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("time,power_w,power_mw\n0,1,1\n1,1,1\n", "column power_mw in an unknown unit"),
        ("time,gpu_energy_j,gpu_energy_kwh\n0,1,1\n1,2,2\n", "two counters of gpu"),
        ("time,power_w\n0,300\n1767000000000,300\n", "is no time in seconds"),
        (
            "time,power_w\n2026-01-02T00:00:00Z,3\n2026-01-02T00:00:01,3\n",
            "have a time zone and others none",
        ),
        ("time,power_w\n0,12 W\n1,13 W\n", "'12 W' is not a number"),
        ("time,power_w\n0,300\n1\n", "1 cells instead of 2"),
        ("time,power_w\n0,0\n1,0\n", "no component has an energy above 0"),
        ("time,power_w\n0,1\n2,1\n1,1\n", "the clock goes back before sample 3"),
    ],
)
def test_what_is_not_plain_is_refused(text, reason):
    with pytest.raises(LedgerError, match=reason):
        plain(text)
