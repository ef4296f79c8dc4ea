"""Which facts would narrow an estimate: shares along a derivation, and what is left of the width."""

import math

import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger, Number
from aienergy.errors import LedgerError
from aienergy.scenarios.headlines import narrow_headlines, root_shares

Z = 1.6448536269514722  # 95th percentile of the normal distribution


def factor(key: str, log_sd: float, value: float = 1.0) -> Number:
    return Number(
        key=key, label=key, value=value, unit="1", formula="unit_conversion",
        inputs={"value": value, "factor": 1.0}, sources=(), range="p05_p95",
        low=value * math.exp(-Z * log_sd), high=value * math.exp(Z * log_sd),
    )  # fmt: skip


@pytest.fixture
def ledger() -> Ledger:
    one = Ledger([factor("f.a", 0.3), factor("f.b", 0.4), factor("f.c", 1.2)], seed=1)
    one.derive("x.ab", "x", "1", "unit_conversion", {"value": "f.a", "factor": "f.b"})
    one.derive("x.all", "x", "1", "unit_conversion", {"value": "x.ab", "factor": "f.c"})
    return one


HEADLINE = {"key": "all", "headline": "All", "number": "x.all", "mind": "A meter."}
WANTED = [{"number": f"f.{n}", "fact": f"fact {n}", "who": "operator"} for n in "abc"]


def narrowed(ledger, wanted=WANTED, **headline):
    return narrow_headlines(pd.DataFrame([{**HEADLINE, **headline}]), pd.DataFrame(wanted), ledger)


def test_shares_follow_the_derivation_down_to_its_roots(ledger):
    shares = root_shares("x.all", ledger)  # variances 0.09, 0.16 and 1.44
    assert shares == pytest.approx({"f.a": 0.09 / 1.69, "f.b": 0.16 / 1.69, "f.c": 1.44 / 1.69})


def test_facts_are_ranked_and_the_width_with_them_is_that_of_the_rest(ledger):
    ledger.add(factor("f.d", 0.3))
    ledger.derive("x.four", "x", "1", "unit_conversion", {"value": "x.all", "factor": "f.d"})
    wanted = [*WANTED, {"number": "f.d", "fact": "fact d", "who": "operator"}]
    table = narrowed(ledger, wanted, number="x.four")
    assert list(table["fact"]) == ["fact c", "fact b", "fact a"]  # a before d: equal shares, by key
    assert ledger[table["spread_key"][0]].value == pytest.approx(math.exp(2 * Z * math.sqrt(1.78)))
    assert ledger[table["left_key"][0]].value == pytest.approx(math.exp(2 * Z * 0.3))
    shares = [ledger[key].value for key in table["share_key"]]
    assert shares == pytest.approx([1.44 / 1.78, 0.16 / 1.78, 0.09 / 1.78])


def test_with_all_facts_nothing_of_the_interval_is_left(ledger):
    assert ledger[narrowed(ledger)["left_key"][0]].value == pytest.approx(1)


def test_a_factor_that_no_fact_would_replace_is_refused(ledger):
    with pytest.raises(LedgerError, match=r"'f\.c' is missing"):
        narrowed(ledger, WANTED[:2])


def test_a_headline_needs_an_interval(ledger):
    ledger.derive("x.point", "x", "1", "unit_conversion", {"value": 2.0, "factor": 1.0})
    with pytest.raises(LedgerError, match=r"'x\.point' has none"):
        narrowed(ledger, number="x.point")
