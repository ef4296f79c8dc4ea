"""`aienergy parity`: anybody's own numbers, on one boundary or not at all."""

import json

import pytest

from aienergy.cli import parser
from aienergy.errors import LedgerError
from aienergy.parity.amounts import read_amount

BOARDS = ["--training-boundary", "board", "--use-boundary", "board"]
STEPS = {
    "factor.node_power_ratio": (1.0, 0.5, 2.0),
    "ladder.board_to_node": (1.6, 1.2, 2.0),
}


@pytest.fixture
def results(tmp_path):
    numbers = [
        {"key": key, "label": key, "value": value, "unit": "1", "formula": "assumed", "inputs": {},
         "sources": [], "low": low, "high": high, "range": "p05_p95"}
        for key, (value, low, high) in STEPS.items()
    ]  # fmt: skip
    (tmp_path / "numbers.json").write_text(json.dumps(numbers))
    return tmp_path


def asked(*words):
    options = parser().parse_args(["parity", *words])
    options.function(options)


def answer(capsys, *words):
    asked(*words, "--json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("training", ["59.257 MWh", "59257 kWh", "2.1332520e11 J"])
@pytest.mark.parametrize("use", ["0.1 Wh", "1e-4 kWh", "360 J"])
def test_the_count_of_luccioni_follows_in_any_unit(capsys, training, use):
    told = answer(capsys, "--training", training, "--use", use, *BOARDS)

    assert told["uses"] == {"value": pytest.approx(592_570_000), "low": None, "high": None}
    assert (told["boundary"], told["days"]) == ("board", None)


def test_an_interval_of_the_inputs_is_that_of_the_count(capsys):
    words = ("--training", "50..100..200 MWh", "--use", "1 Wh", "--uses-per-day", "1e6", *BOARDS)
    told = answer(capsys, *words)

    assert [told["uses"][name] for name in ("low", "value", "high")] == pytest.approx(
        [50e6, 100e6, 200e6]
    )
    assert told["days"]["value"] == pytest.approx(100)


def test_mixed_boundaries_are_an_error_and_a_conversion_says_its_steps(capsys, results):
    words = ["--training", "100 MWh", "--use", "1 Wh", "--training-boundary", "board", "--rated",
             "--use-boundary", "node", "--results", str(results)]  # fmt: skip
    with pytest.raises(LedgerError, match="mixed boundaries: training rated board, use node"):
        asked(*words)

    told = answer(capsys, *words, "--convert", "--experiments", "50 MWh")
    assert told["steps"] == {"training": ["rated_to_node"], "use": []}
    assert told["uses"]["low"] == pytest.approx(50e6)
    assert told["with_experiments"]["uses"]["value"] == pytest.approx(150e6)
    asked(*words, "--convert")
    assert "rated power of the boards to the server" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--use-statistic", "median"], "a median is no mean"),
        (["--use", "1 kg"], "cannot be converted"),
        (["--use", "lots"], "is no amount"),
        (["--use", "-1 Wh"], "is not above zero"),
        (["--use", "3..2..1 Wh"], "is no interval"),
        (["--use", "1..2 Wh"], "is no interval"),
        (["--use", "1" * 200 + " Wh"], "is no amount"),
        (["--use", "1e+-2 Wh"], "is no number"),
        (["--uses-per-day", "0"], "is no volume"),
    ],
)
def test_what_is_no_break_even_is_told(words, reason):
    with pytest.raises(LedgerError, match=reason):
        asked("--training", "1 MWh", "--use", "1 Wh", *BOARDS, *words)


def test_steps_that_were_not_built_are_told(tmp_path):
    (tmp_path / "numbers.json").write_text("[]")
    words = ["--training", "1 MWh", "--use", "1 Wh", "--training-boundary", "board", "--convert",
             "--use-boundary", "node", "--results", str(tmp_path)]  # fmt: skip

    with pytest.raises(LedgerError, match=r"no step ladder\.board_to_node"):
        asked(*words)


def test_an_amount_keeps_its_percentiles():
    amount = read_amount("40..59.3..90 MWh", "kWh", "--training")

    assert (amount.low, amount.value, amount.high) == pytest.approx((40e3, 59.3e3, 90e3))
