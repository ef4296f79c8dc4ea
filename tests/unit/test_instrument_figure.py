"""The time line of rules: which have a duty to come, and names that fit."""

import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.figures import instruments
from aienergy.verify.instruments import bind_day

ROWS = [
    # name, place, status, stands since, applies from
    ("Old act (No. 1 (2)), part", "France", "in_force", "2020-01-01", "2021-06-01"),
    ("New act", "United States, Texas", "adopted", "2026-01-01", "2027-01-01"),
    ("Plain act", "European Union", "in_force", "2024-01-01", "2024-01-01"),
    ("Mere draft", "China", "draft", "2025-01-01", ""),
]


class Built:
    """Results of which only these instruments and the day are asked."""

    def __init__(self, as_of):
        self.ledger = Ledger(seed=1)
        bind_day(as_of, self.ledger)

    def table(self, _path):
        names = ["name", "jurisdiction", "status", "status_date", "applies_from"]
        return pd.DataFrame(ROWS, columns=names)

    def number(self, key):
        return self.ledger[key]


@pytest.mark.parametrize(("as_of", "event"), [("2026-11-26", "later"), ("2027-02-01", "duty")])
def test_a_duty_to_come_is_told_from_the_day_of_the_edition(as_of, event):
    told = instruments.table(Built(as_of))
    events = list(zip(told["name"], told["event"], strict=True))

    assert events == [
        ("Plain act", "text"),
        ("Old act, part", "text"),
        ("New act", "text"),
        ("Old act, part", "duty"),
        ("New act", event),
    ]
    assert instruments.facts(told)["later"] == str(int(event == "later"))


def test_a_long_name_is_cut_at_a_comma():
    assert instruments.short(f"{'Act' * 12}, on this, and on that (of {2020})") == (
        f"{'Act' * 12}, on this"
    )
