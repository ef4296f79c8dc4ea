"""Which systems, sites and claims of the ledger a law or a standard would have covered."""

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.facts import Facts
from aienergy.growth.points import year_of
from aienergy.tables import records

THRESHOLD = "threshold_compute_flop"
COLUMNS = ["instrument", "subjects_key", "claims_key"]


def cover_instruments(
    instruments: pd.DataFrame, kinds: pd.Series, claims: pd.DataFrame, facts: Facts, ledger: Ledger
) -> pd.DataFrame:
    """Count what each instrument would have covered, had it applied everywhere and always.

    A system is covered if it is of a kind that the instrument speaks of and, where the instrument
    has a threshold of training compute, its best-known compute is above it. Systems whose compute
    nobody tells are then not counted. A claim is covered if its subject is, and its topic is one
    that the instrument wants reported.

    Args:
        instruments: Registry of instruments.
        kinds: Kind of each subject, by key.
        claims: Claims: subject, topic.
        facts: Normalized observations.
        ledger: Numbers so far; up to two an instrument are added.

    Returns:
        One row an instrument that speaks of anything in the ledger; an empty `claims_key` where it
        asks for nothing.
    """
    compute = facts.select("training_compute_flop").drop_duplicates("subject")
    made = []
    for row in records(instruments[instruments["covers"] != ""]):
        subjects = set(kinds.index[kinds.isin(row["covers"].split(";"))])
        threshold = facts.select(THRESHOLD, row["key"])
        if len(threshold):
            above = compute[compute["value"] > threshold["value"].iloc[0]]
            subjects &= set(above["subject"])
        asked = claims["topic"].isin(row["asks"].split(";")) & claims["subject"].isin(subjects)
        subjects_key = _count(row["key"], "subjects", len(subjects), ledger)
        claims_key = _count(row["key"], "claims", int(asked.sum()), ledger) if row["asks"] else ""
        made.append([row["key"], subjects_key, claims_key])
    return pd.DataFrame(made, columns=COLUMNS)


def bind_day(as_of: str, ledger: Ledger) -> None:
    """Bind the day of the edition as a fractional year, by which rules apply or do not yet."""
    inputs: dict[str, Input] = {"value": year_of(as_of), "factor": 1.0}
    label = "Day to which the knowledge of the edition extends"
    ledger.derive("setting.as_of_year", label, "1", "unit_conversion", inputs)


def _count(instrument: str, name: str, counted: int, ledger: Ledger) -> str:
    terms: dict[str, Input] = {"terms": [1.0] * counted or [0.0]}
    key, label = f"{instrument}.covered_{name}", f"{name} that it would have covered"
    return ledger.derive(key, label, "1", "total", terms, evidence="counted").key
