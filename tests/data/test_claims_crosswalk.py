"""Our verdicts against an independent arithmetic check of the same published claims."""

import csv

import pandas as pd
import pytest

from aienergy.ingest.raw import read_raw
from aienergy.verify.claims import check_arithmetic
from tests.checkout import ROOT
from tests.data.test_raw import SHARED, needs_shared

VERDICT_OF = {
    "PRINT": "reproduces",
    "<=1%": "close",
    "<=5%": "close",
    "OK-BOUND": "close",
    "OK-APPROX": "close",
    "FAIL": "fails",
    "FAIL-DIGITS": "fails",
    "UNDETERMINED": "undetermined",
    "PARTIAL-BOUNDARY": "undetermined",
}
MOST_DIFFERENT = 0.12  # share of judged claims where both judgements may differ, each explained


def rows_of(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def crosswalk() -> list[dict[str, str]]:
    return [
        r for p in sorted((ROOT / "tests/data").glob("claims_crosswalk_*.csv")) for r in rows_of(p)
    ]


@pytest.fixture(scope="module")
def verdicts() -> pd.Series:
    tables = read_raw(ROOT / "data/raw").tables
    checked = check_arithmetic(tables["claims"], tables["observations"])
    return checked.set_index("id")["arithmetic"]


def test_every_row_of_the_crosswalk_names_a_claim_or_says_why_none(crosswalk, verdicts):
    for row in crosswalk:
        if row["id"]:
            assert row["id"] in verdicts.index, row
        else:
            assert row["note"], row


@needs_shared
def test_every_published_claim_is_in_the_ledger_or_left_out_for_a_reason(crosswalk):
    shared = {row["claim_id"] for row in rows_of(SHARED / "claims/claims.csv")}
    seen = {row["shared_id"] for row in crosswalk}
    left_out = {row["shared_id"] for row in crosswalk} - {
        row["shared_id"] for row in crosswalk if row["id"]
    }

    assert seen == shared
    assert len(left_out) <= 25, sorted(left_out)


@needs_shared
def test_the_verdicts_agree_with_the_check_or_the_difference_is_explained(crosswalk, verdicts):
    ours = {(row["shared_id"], row["field"]): row for row in crosswalk}
    judged = differ = 0
    for check in rows_of(SHARED / "claims/arithmetic_checks.csv"):
        row = ours.get((check["claim_id"], check["field"]))
        assert row is not None, check
        if not row["id"]:
            continue
        judged += 1
        if verdicts[row["id"]] != VERDICT_OF[check["status"]]:
            differ += 1
            assert row["note"].startswith("differs: "), (check, verdicts[row["id"]])
    assert judged > 180
    assert differ <= judged * MOST_DIFFERENT
