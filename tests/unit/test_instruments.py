"""What a law would have covered: by kind, by threshold, by topic."""

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts
from aienergy.normalize.observations import normalize
from aienergy.verify.instruments import cover_instruments
from tests.observations import observed

COLUMNS = ("id", "subject", "quantity", "qualifiers", "value", "unit")
KINDS = pd.Series({"large": "system", "small": "system", "quiet": "system", "shop": "operator"})
CLAIMS = pd.DataFrame(
    {
        "id": ["a.energy", "b.energy", "a.water", "shop.demand"],
        "subject": ["large", "small", "large", "shop"],
        "topic": ["training_energy", "training_energy", "water", "demand"],
    }
)


def covered(instrument, threshold=""):
    rows = [
        ("large.compute.x", "large", "training_compute_flop", "", "3e25", "FLOP"),
        ("small.compute.x", "small", "training_compute_flop", "", "1e23", "FLOP"),
    ]
    if threshold:
        rows.append(("act.from.x", "act", "threshold_compute_flop", "", threshold, "FLOP"))
    facts = Facts(normalize(observed(rows, COLUMNS)))
    ledger = Ledger()
    act = {"key": "act", "covers": "", "asks": "", **instrument}
    table = cover_instruments(pd.DataFrame([act]), KINDS, CLAIMS, facts, ledger)
    keys = [("subjects_key", "subjects"), ("claims_key", "claims")]
    return [
        {name: ledger[row[key]].value if row[key] else None for key, name in keys}
        for row in table.to_dict("records")
    ]


def test_a_threshold_leaves_out_the_small_and_those_whose_compute_nobody_tells():
    act = {"covers": "system", "asks": "training_energy"}
    assert covered(act) == [{"subjects": 3, "claims": 2}]
    assert covered(act, "1e25") == [{"subjects": 1, "claims": 1}]
    assert covered(act, "3e25") == [{"subjects": 0, "claims": 0}]  # above it, not at it


def test_only_what_is_asked_of_those_covered_counts():
    assert covered({"covers": "system;operator", "asks": "water;demand"}) == [
        {"subjects": 4, "claims": 2}
    ]
    assert covered({"covers": "operator", "asks": "water"}) == [{"subjects": 1, "claims": 0}]


def test_a_text_that_asks_for_nothing_has_no_count_of_figures():
    assert covered({"covers": "system"}) == [{"subjects": 3, "claims": None}]
    assert covered({}) == []
