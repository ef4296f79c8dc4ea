"""Recompute published figures from their own inputs, and set estimates beside reports."""

from pathlib import Path

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.disclose.known import TABLES, Base
from aienergy.facts import Facts
from aienergy.stage import Opened, parser, run, settings, write_stage
from aienergy.tables import read_result, read_texts
from aienergy.verify.claims import check_arithmetic
from aienergy.verify.consistency import check_consistency, refuse_errors
from aienergy.verify.disclosure import disclosure_index
from aienergy.verify.estimates import compare_with_reports
from aienergy.verify.examples import fill_examples, tell_facts
from aienergy.verify.instruments import bind_day, cover_instruments
from aienergy.verify.scoreboard import judge_methods
from aienergy.verify.serving import judge_left_out
from aienergy.verify.verdicts import (
    add_evidence,
    bind_claims,
    bind_comparison,
    bind_lineages,
    bind_verdicts,
)

# Fits whose left-out sources are counted, and what they predict.
FITS = {"serving": "Energy of a token", "generation": "Energy of a picture or film"}


def main() -> None:
    """Judge and write."""
    arguments = parser("verify", __doc__, "ingested", "normalized", "estimated", "out")
    options = arguments.parse_args()
    facts = Facts.read(options.normalized)
    consistency = check_consistency(facts)
    refuse_errors(consistency)
    config = settings(options.config)
    opened = Opened([options.normalized, options.estimated], config["seed"])
    observations = read_texts(options.ingested / "observations.csv")
    checked = check_arithmetic(read_texts(options.ingested / "claims.csv"), observations)
    verdicts = add_evidence(checked, read_texts(options.ingested / "evidence.csv"))
    bind_claims(verdicts, observations, facts.name, opened.ledger)
    bind_verdicts(verdicts, opened.ledger)
    estimates = read_result(options.estimated / "training.csv")
    compared = compare_with_reports(facts, estimates, opened.ledger)
    cases, methods = (
        read_result(options.estimated / f"{name}.csv") for name in ("method_cases", "methods")
    )
    left_out, scoreboard = judge_methods(cases, methods, opened.ledger)
    unseen = _judge_fits(options.estimated, opened.ledger)
    bind_lineages(read_texts(options.ingested / "lineages.csv"), opened.ledger)
    bind_comparison(read_result(options.ingested / "compared.csv"), opened.ledger)
    names = ("systems", "places", "providers")
    systems, places, providers = (read_texts(options.ingested / f"{n}.csv") for n in names)
    disclosed = disclosure_index(facts, systems, places, providers, opened.ledger)
    bind_day(config["as_of"], opened.ledger)
    instruments = read_texts(options.ingested / "instruments.csv")
    kinds = read_texts(options.normalized / "subjects.csv").set_index("key")["kind"]
    covered = cover_instruments(instruments, kinds, verdicts, facts, opened.ledger)
    registries = {name: read_texts(options.ingested / f"{name}.csv") for name in TABLES}
    base = Base.of(opened.ledger, facts, registries)
    form_fields, forms = fill_examples(read_texts(options.ingested / "disclosures.csv"), base)
    tables = {
        "form_fields": form_fields,
        "forms": forms,
        "example_facts": tell_facts(form_fields),
        "left_out": left_out,
        "scoreboard": scoreboard,
        **unseen,
        "disclosure": disclosed,
        "instruments": covered,
        "verdicts": verdicts,
        "estimates": compared,
        "consistency": consistency,
    }
    write_stage(tables, opened.added(), options.out)


def _judge_fits(estimated: Path, ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Return what each fit of a unit of use had left out, and how much of it was inside."""
    tables = {}
    for fit, name in FITS.items():
        left_out = read_result(estimated / f"{fit}_left_out.csv")
        judged = judge_left_out(left_out, f"validation.{fit}", name, ledger)
        tables[f"{fit}_left_out"], tables[f"{fit}_scores"] = judged
    return tables


if __name__ == "__main__":
    run(main)
