"""Recompute published figures from their own inputs, and set estimates beside reports."""

from aienergy.facts import Facts
from aienergy.stage import Opened, parser, run, settings, write_stage
from aienergy.tables import read_result, read_texts
from aienergy.verify.claims import bind_verdicts, check_arithmetic
from aienergy.verify.estimates import compare_with_reports


def main() -> None:
    """Judge and write."""
    arguments = parser("verify", __doc__, "ingested", "normalized", "estimated", "out")
    options = arguments.parse_args()
    facts = Facts.read(options.normalized)
    opened = Opened([options.normalized, options.estimated], settings(options.config)["seed"])
    claims = check_arithmetic(read_texts(options.ingested / "claims.csv"))
    bind_verdicts(claims, opened.ledger)
    estimates = read_result(options.estimated / "training.csv")
    compared = compare_with_reports(facts, estimates, opened.ledger)
    write_stage({"claims": claims, "estimates": compared}, opened.added(), options.out)


if __name__ == "__main__":
    run(main)
