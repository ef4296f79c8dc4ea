"""The value of disclosure: which facts would narrow each headline of the report by how much."""

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.errors import LedgerError, Problem
from aienergy.tables import records

TOLD = 3
LEAST_SHARE = 0.01
COLUMNS = ["key", "headline", "number", "rank", "fact", "who", "share_key", "spread_key",
           "left_key", "mind"]  # fmt: skip


def root_shares(key: str, ledger: Ledger) -> dict[str, float]:
    """Return the share of a number's log-variance that each of its roots brings, by key.

    Shares are followed down to the numbers that are not derived from others with a spread. A root
    that is met on several ways has the sum, which leaves the covariance of the ways out.

    Raises:
        LedgerError: A share belongs to a list of numbers, which has no one key.
    """
    number = ledger[key]
    if not number.variance_shares:
        return {key: 1.0}
    found: dict[str, float] = {}
    for name, share in number.variance_shares.items():
        item = number.inputs[name]
        if not isinstance(item, str):
            hint = "Choose a number whose inputs with a spread are single ones."
            raise LedgerError(Problem("headlines.csv", f"'{key}' takes a list '{name}'", hint))
        for root, part in root_shares(item, ledger).items():
            found[root] = found.get(root, 0.0) + share * part
    return found


def narrow_headlines(headlines: pd.DataFrame, wanted: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Rank the facts that would narrow each headline, and derive how wide it then still is.

    Args:
        headlines: Table `headlines`.
        wanted: Table `wanted_facts`.
        ledger: Numbers so far; `headline.<key>.*` are added: the share of the variance that each
            fact takes away, and the upper over the lower end of the interval today and with
            them.

    Returns:
        Up to three rows a headline, `COLUMNS`.

    Raises:
        LedgerError: A number is unknown or without an interval, or a factor has no fact.
    """
    facts = {row["number"]: row for row in records(wanted)}
    made = []
    for row in records(headlines):
        number = ledger[row["number"]]
        if number.low is None or number.high is None:
            hint = "Choose a number with an interval."
            raise LedgerError(Problem("headlines.csv", f"'{number.key}' has none", hint))
        shares = root_shares(number.key, ledger)
        ranked = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
        told = [pair for pair in ranked[:TOLD] if pair[1] >= LEAST_SHARE]
        stem, ends = f"headline.{row['key']}", {"low": number.low, "high": number.high}
        # rounded: shares that add up to all but their last digit leave nothing
        known = min(1.0, round(sum(share for _, share in told), 9))
        label = f"{row['headline']}: upper over lower end"
        today: dict[str, Input] = {**ends, "known_share": 0.0}
        then: dict[str, Input] = {**ends, "known_share": known}
        spread = ledger.derive(f"{stem}.spread", label, "1", "spread_left", today)
        left = ledger.derive(f"{stem}.left", f"{label}, facts known", "1", "spread_left", then)
        for rank, (root, share) in enumerate(told, 1):
            fact = _fact(root, facts)
            inputs: dict[str, Input] = {"value": share, "factor": 1.0}
            label = f"{row['headline']}: share of its variance from {fact['fact']}"
            bound = ledger.derive(f"{stem}.share.{rank}", label, "1", "unit_conversion", inputs)
            made.append({**row, **fact, "rank": rank, "share_key": bound.key,
                         "spread_key": spread.key, "left_key": left.key})  # fmt: skip
    return pd.DataFrame(made)[COLUMNS]


def _fact(root: str, facts: dict[str, dict[str, str]]) -> dict[str, str]:
    if root not in facts:
        hint = "Say in wanted_facts.csv which fact would replace it, and who could tell it."
        raise LedgerError(Problem("wanted_facts.csv", f"'{root}' is missing", hint))
    return {"fact": facts[root]["fact"], "who": facts[root]["who"]}
