"""Claims: every verdict, the mistakes that are named, and that no derivation is insensitive."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.claims import CLAIM as CLAIM_REFERENCE
from aienergy.contracts.claims import check_claims, check_cycles, parse_input, split_inputs
from aienergy.contracts.findings import Findings
from aienergy.contracts.schema import CLAIM
from aienergy.errors import LedgerError
from aienergy.formulas import ALIKE, FORMULAS, SAME
from aienergy.ingest.raw import read_raw
from aienergy.tables import read_table
from aienergy.units import conversion_factor
from aienergy.verify.claims import check_arithmetic, judge, rounding_interval
from aienergy.verify.printed import printed_values
from tests.checkout import ROOT

BOTH_SITES = ("operational_water_l", "uses_of_volume_count")
WATER_OFF_SITE = ("pue", "water_intensity_l_per_kwh")
PLANTED = ROOT / "tests/data/planted_claims.csv"
EXPECTED = {
    "sound.energy": ("reproduces", ""),
    "sound.emissions": ("reproduces", ""),
    "sound.sum": ("reproduces", ""),
    "sound.rounded": ("close", "rounding"),
    "sound.hedged": ("close", "more than"),
    "sound.stated": ("stated", ""),
    "factor.location": ("stated", ""),
    "sound.undisclosed": ("undetermined", "not published: pue"),
    "sound.back_solved": ("undetermined", "computed from the figure"),
    "planted.wrong_unit_kilowatt_hours": ("fails", "power of ten (1e-3)"),
    "planted.energy_as_emissions": ("fails", "the formula gives kWh, the claim is in kgCO2e"),
    "planted.co2_for_co2e": ("fails", "the formula gives kgCO2e, the claim is in tCO2"),
    "planted.pue_twice": ("fails", "as if PUE were applied twice"),
    "planted.pue_left_out": ("fails", "as if PUE were left out"),
    "planted.pue_divided": ("fails", "divided by PUE"),
    "planted.pue_below_one": ("fails", "PUE below one"),
    "planted.pue_on_facility": ("fails", "has it already"),
    "planted.per_query_as_per_million": ("fails", "power of ten (1e+6)"),
    "planted.pounds_as_kilograms": ("fails", "as if pounds were taken for kilograms"),
    "planted.market_for_location": ("fails", "location-based, the claim market-based"),
    "planted.latency_multiplied": ("fails", ""),
}


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    return check_arithmetic(read_table(PLANTED, list(CLAIM.columns))).set_index("id")


@pytest.fixture(scope="module")
def ledger():
    tables = read_raw(ROOT / "data/raw").tables
    claims, observations = tables["claims"], tables["observations"]
    return check_arithmetic(claims, observations), printed_values(claims, observations)


def test_every_planted_row_gets_its_verdict_and_reason(planted):
    assert set(planted.index) == set(EXPECTED)
    for key, (verdict, reason) in EXPECTED.items():
        assert planted.at[key, "arithmetic"] == verdict, key
        assert reason in planted.at[key, "reason"], key


def test_the_command_exits_with_one_when_a_claim_fails(tmp_path):
    command = [sys.executable, "-m", "aienergy.cli", "check"]
    sound = tmp_path / "sound.csv"
    rows = read_table(PLANTED, list(CLAIM.columns))
    rows[rows["id"].str.startswith("sound")].to_csv(sound, index=False)

    bad = subprocess.run([*command, str(PLANTED)], capture_output=True, text=True, check=False)
    good = subprocess.run([*command, str(sound)], capture_output=True, text=True, check=False)

    assert (bad.returncode, good.returncode) == (1, 0)
    assert "12 fails" in bad.stdout
    assert "fails" not in good.stdout


def _moved(text: str, factor: float, offset: float) -> list[str]:
    """Return the input with one of its numbers moved, once for each number of a list."""
    numbers, _, unit = text.partition(" ")
    parts = numbers.split("|")
    tail = f" {unit}" if unit else ""
    return [
        "|".join(repr(float(p) * factor + offset) if i == at else p for i, p in enumerate(parts))
        + tail
        for at in range(len(parts))
    ]


def _literal(text: str, known) -> str:
    """Return an input with every reference replaced by what it refers to."""
    if not text.startswith(("claim:", "obs:")):
        return text
    values = [known[one] for one in text.split("|")]
    factors = [conversion_factor(v.unit, values[0].unit) for v in values]
    pairs = zip(values, factors, strict=True)
    shown = "|".join(v.text if f == 1 else repr(float(v.text) * f) for v, f in pairs)
    return f"{shown} {values[0].unit}"


def test_moving_any_input_of_a_claim_that_reproduces_changes_the_verdict(ledger):
    checked, known = ledger
    tried = 0
    for claim in checked[checked["arithmetic"] == "reproduces"].to_dict("records"):
        low, high = rounding_interval(claim["value"])
        ten = 10 * (high - low) / 2
        inputs = {n: _literal(t, known) for n, t in split_inputs(claim["inputs"]).items()}
        for name, text in inputs.items():
            printed = abs(float(claim["value"]))
            if claim["formula"] in ("total", "difference", "mean"):  # terms add: move by as much
                count = len(text.split("|")) if claim["formula"] == "mean" else 1
                moves = _moved(text, 1.0, ten * count)
            elif claim["formula"] in BOTH_SITES and name == "wue_l_per_kwh":
                # One of two terms, and the smaller: move it by a share of both together.
                pue, grid = (float(inputs[n].split()[0]) for n in WATER_OFF_SITE)
                both = float(text.split()[0]) + pue * grid
                moves = _moved(text, 1.0, ten / printed * both)
            else:
                moves = _moved(text, 1 + ten / printed, 0.0)
            for moved in moves:
                cell = ";".join(f"{n}={moved if n == name else t}" for n, t in inputs.items())
                verdict = judge({**claim, "inputs": cell}, known)["arithmetic"]
                assert verdict != "reproduces", (claim["id"], name, moved)
                tried += 1
    assert tried > 200


def test_every_claim_has_a_verdict_and_a_claim_that_fails_says_why(ledger):
    checked, _ = ledger
    fails = checked[checked["arithmetic"] == "fails"]

    assert checked["arithmetic"].notna().all()
    assert not checked["arithmetic"].eq("").any()
    assert fails["note"].str.len().gt(10).all(), fails.loc[fails["note"].eq(""), "id"].tolist()


def test_a_back_solved_input_never_reproduces(ledger):
    checked, _ = ledger
    solved = checked[checked["flags"].str.contains("back_solved_input")]

    assert set(solved["arithmetic"]) <= {"undetermined", "fails"}


def _findings(**change: str) -> str:
    rows = read_table(PLANTED, list(CLAIM.columns)).head(1).assign(**change)
    findings = Findings()
    sources = {"planted2026"}
    check_claims(rows, {"planted"}, sources, {"claim:sound.energy"}, "file.csv", findings)
    check_cycles(rows, "file.csv", findings)
    try:
        findings.raise_if_any()
    except LedgerError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"formula": "no_such"}, "unknown formula"),
        ({"formula": ""}, "inputs without a formula"),
        ({"inputs": "chips=1;days=2;power_w=3"}, "the inputs must be"),
        ({"inputs": "chips=1;days=2;power_w=x;pue=1.1"}, "is no number, list or reference"),
        ({"inputs": "chips=1;days=2;power_w=3 furlong/dozen;pue=1.1"}, "unknown unit"),
        ({"inputs": "chips=1;days=2;power_w=3|4;pue=1.1"}, "takes one value"),
        ({"inputs": "chips=1;days=2;power_w=claim:no.such;pue=1.1"}, "unknown claim"),
        ({"inputs": "chips=1;days=2;power_w=claim:sound.energy;pue=1.1"}, "refers to itself"),
        ({"unit": "MW/h/y"}, "unknown unit"),
        ({"value": "1,287"}, "is no number"),
        ({"flags": "misquoted"}, "only one of flag and words"),
        ({"source": "nobody"}, "unknown source"),
        ({"subject": "nobody"}, "unknown subject"),
    ],
)
def test_a_malformed_claim_is_refused(change, told):
    assert told in _findings(**change)


def test_a_sound_claim_is_not_refused():
    assert _findings() == ""


def test_claims_that_rest_on_each_other_are_refused():
    frame = pd.DataFrame({"id": ["a.x", "b.x"], "inputs": ["value=claim:b.x", "value=claim:a.x"]})
    findings = Findings()
    check_cycles(frame, "claims", findings)

    assert len(findings.problems) == 2


@pytest.mark.parametrize(
    ("printed", "hedged", "low", "high"),
    [
        ("300000", True, 250000, 350000),
        ("300000", False, 299999.5, 300000.5),
        ("0.30", True, 0.295, 0.305),
        ("10", True, 5, 15),
        ("1.2e6", False, 1.15e6, 1.25e6),
    ],
)
def test_a_hedge_takes_trailing_zeros_for_no_digits(printed, hedged, low, high):
    ends = rounding_interval(printed, hedged=hedged)

    assert ends == (pytest.approx(low), pytest.approx(high))


def test_a_list_keeps_its_unit_and_an_unpublished_input_is_none():
    assert parse_input("1|2.5|3e2 kWh").texts == ("1", "2.5", "3e2")
    assert parse_input("1|2.5|3e2 kWh").unit == "kWh"
    assert parse_input("?") is None
    assert parse_input(f"{CLAIM_REFERENCE}a.b").ids == ("claim:a.b",)
    with pytest.raises(ValueError, match="no number"):
        parse_input("__import__('os')")


# Fitted statistics answer for their spread themselves; no claim names them.
_STATISTICS = (
    "experiments", "fitted", "generation", "robustness", "scenarios", "serving", "trends", "validation",
)  # fmt: skip
# These take whole lists: draws of a count, quantiles, the stages of a request, the hours of a day.
_OF_LISTS = (
    "chain_latency_s", "critical_share", "daily_shift_saving_share", "fitted_median",
    "fitted_spread", "quantile_of", "spread_of_count",
)  # fmt: skip
_EQUATIONS = [
    name
    for name, equation in sorted(FORMULAS.items())
    if equation.function.__module__.rpartition(".")[2] not in _STATISTICS
    and name not in _OF_LISTS
    and not equation.on_intervals  # nor do these
]


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_a_formula_is_documented_and_its_parameters_have_units(name):
    equation = FORMULAS[name]
    assert equation.text
    assert str(equation.function.__doc__).strip()
    for parameter in equation.parameters:
        unit = equation.unit_of(parameter)
        assert unit in (SAME, ALIKE) or conversion_factor(unit, unit) == 1, parameter


@pytest.mark.parametrize("name", _EQUATIONS)
def test_a_formula_is_monotone_in_each_parameter(name):
    equation = FORMULAS[name]
    rng = np.random.default_rng(20261101)
    for _ in range(20):
        point = {p: float(rng.uniform(1.2, 3)) for p in equation.parameters}
        if name == "compounded_saving":
            point["share_per_period"] /= 4
        for parameter in equation.parameters:
            values = []
            for step in np.linspace(0.8, 1.2, 9):
                at = {**point, parameter: point[parameter] * step}
                for one in equation.lists:
                    at[one] = [at[one], 2.0]
                values.append(float(equation.function(**at)))
            steps = np.diff(values)
            assert (steps >= 0).all() or (steps <= 0).all(), parameter


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        # Li et al. 2025, Table 1, US average: 1,287 MWh, WUE 0.55, PUE 1.17, 3.142 L/kWh
        (
            "operational_water_l",
            {
                "it_energy_kwh": 1287e3,
                "wue_l_per_kwh": 0.55,
                "pue": 1.17,
                "water_intensity_l_per_kwh": 3.142,
            },
            5_439_039,
        ),
        ("compute_from_parameters_flop", {"parameter_count": 1e9, "token_count": 2e9}, 1.2e19),
        ("growth_over_time", {"duration_month": 24, "doubling_time_month": 12}, 4),
        ("doubling_time_from_factor_month", {"factor": 8, "duration_month": 36}, 12),
        ("doubling_time_from_orders_month", {"orders_per_year": 0.30103}, 12),
        ("compounded_saving", {"share_per_period": 0.2, "period_count": 4}, 0.5904),
        ("growth_rate", {"start": 100, "end": 121, "duration_year": 2}, 0.1),
        ("projected", {"value": 40, "growth_per_year": 2, "duration_year": 3}, 320),
        (
            "response_time_s",
            {"first_token_time_s": 0.5, "output_token_count": 500, "throughput_per_s": 50},
            10.5,
        ),
        (
            "search_time_h",
            {"step_count": 600_000, "reference_hour_count": 10, "reference_step_count": 300_000},
            20,
        ),
        (
            "search_emissions_kgco2e",
            {
                "step_count": 600_000,
                "reference_hour_count": 10,
                "reference_step_count": 300_000,
                "emission_rate": 0.5,
            },
            10,
        ),
        ("weighted_total", {"counts": [6144, 3072], "values": [1200, 336]}, 8_404_992),
        (
            "training_time_h",
            {"token_count": 1.4e12, "throughput_per_s": 380, "accelerator_count": 2048},
            499.7,
        ),
        # Amodei and Hernandez 2018: 1.2 million images, 90 epochs, 2 x 3, in petaflop/s-days
        (
            "compute_from_counts_flop",
            {"operations_per_item_flop": 0.75e9, "factor_count": [1.2e6, 90, 2, 3]},
            0.005625 * 8.64e19,
        ),
        (
            "compute_from_hardware_and_range_flop",
            {
                "accelerator_count": 96,
                "training_time_h": 216,
                "peak_flop_per_s": 8.5e12,
                "mfu": 0.33,
                "low_factor_count": 10,
                "high_factor_count": 100,
            },
            76.638 * 8.64e19,
        ),
        (
            "growth_at_other_doubling_time",
            {"factor": 64, "doubling_time_month": 4, "other_doubling_time_month": 24},
            2,
        ),
        ("in_proportion", {"value": 213, "amount": 600, "reference_amount": 280}, 456.43),
        ("per_piece", {"total": 1312, "piece_count": 8}, 164),
        ("water_intensity_l_per_kwh", {"water_l": 55_475e6, "energy_kwh": 14_975_435e3}, 3.7044),
        (
            "successor_intensity",
            {
                "value": 0.66,
                "embodied_kgco2e": 2274,
                "predecessor_embodied_kgco2e": 1312,
                "throughput_ratio": 2.3,
            },
            0.49736,
        ),
    ],
)
def test_formulas_give_known_answers(name, inputs, expected):
    assert FORMULAS[name].function(**inputs) == pytest.approx(expected, rel=2e-4)
