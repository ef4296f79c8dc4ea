"""What a maker has published of a system: its own word, and nothing that others tested later."""

import pandas as pd
import pytest

from aienergy.facts import Facts
from aienergy.normalize.observations import normalize
from aienergy.verify.disclosure import disclosure_of_systems
from tests.observations import observed

BOARD = "accelerator=nvidia_h100_sxm"
ROWS = [
    ("told.hours", "told", "accelerator_hours_h", BOARD, "5", "h", "counted", "operator", "final_run"),
    ("tested.j", "tested", "token_energy_j", f"{BOARD};batch=8;task=chat", "1", "J", "counter", "third_party", "use"),
    ("tested.made", "tested", "generated_energy_j", f"{BOARD};pixels=9;steps=2", "1", "J", "counter", "third_party", "use"),
    ("tested.wait", "tested", "latency_s", f"{BOARD};task=chat", "1", "s", "stated", "operator", ""),
    ("guessed.hours", "guessed", "accelerator_hours_h", BOARD, "5", "h", "modelled", "third_party", "final_run"),
]  # fmt: skip
COLUMNS = ["id", "subject", "quantity", "qualifiers", "value", "unit", "evidence", "said_by", "scope"]  # fmt: skip
SYSTEMS = pd.DataFrame({"key": ["told", "tested", "guessed"]})
NOWHERE = pd.DataFrame({"system": []})


@pytest.fixture(scope="module")
def known():
    table = disclosure_of_systems(Facts(normalize(observed(ROWS, COLUMNS))), SYSTEMS, NOWHERE)
    return table.set_index(["system", "aspect"])


def test_boards_of_a_later_test_are_no_published_hardware(known):
    assert not known.loc["tested"].to_numpy().any()


def test_what_the_maker_says_and_what_others_guess_are_told_apart(known):
    assert known.loc[("told", "hardware")].tolist() == [True, False]
    assert known.loc[("told", "time")].tolist() == [True, False]
    assert known.loc[("guessed", "hardware")].tolist() == [False, True]
