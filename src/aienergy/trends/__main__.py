"""Fit growth: rates, specifications, editions, published rates again, forecasts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.facts import Facts
from aienergy.growth.points import year_of
from aienergy.growth.resampling import Rule
from aienergy.stage import Opened, parser, run, settings, write_stage
from aienergy.tables import read_result, read_texts
from aienergy.trends.backtest import BLOCK, differences, score_editions, score_origins, summary
from aienergy.trends.bind import bind_differences, bind_scores, bind_settings
from aienergy.trends.calibrate import bind_coverage
from aienergy.trends.editions import editions_of, sources_of
from aienergy.trends.fits import SUBSETS, Choices, fit_all, fitted_points, subset_of
from aienergy.trends.forecasts import propose, score_register
from aienergy.trends.quantities import COMPUTE_SOURCE, QUANTITIES, Tables
from aienergy.trends.reproduction import Evidence, reproduce
from aienergy.trends.shapes import breaks_of, by_method
from aienergy.trends.specifications import derive_support, fit_grid, populations
from aienergy.trends.undisclosed import (
    bind_shares,
    bind_undisclosed,
    curves_of,
    disclosure_by_year,
    hidden_systems,
)
from aienergy.trends.vintages import decompose, fit_editions, points_of

Frames = dict[str, pd.DataFrame]
FIRST_FULL_EDITION = "2024"  # earlier ones are sheets of a hundred rows


def main() -> None:
    """Fit and write."""
    folders = ("ingested", "normalized", "estimated", "calibrated", "out")
    options = parser("trends", __doc__, *folders).parse_args()
    config = settings(options.config)
    plans = plans_of(config, options.config)
    choices = choices_of(config)
    opened = Opened([options.normalized, options.estimated], config["seed"])
    registry = read_texts(options.ingested / "series.csv")
    series = read_texts(options.normalized / "series_points.csv").astype({"value": float})
    tables = _tables(options.ingested, options.normalized, options.estimated, series, opened)
    bind_settings(config["trends"], opened.ledger)
    points = {name: quantity[2](tables) for name, quantity in QUANTITIES.items()}
    fits = fit_all(points, plans, choices, opened.ledger, sources_of(points))
    editions = editions_of(series, registry)
    asked = [plan for plan in plans if plan["key"] in config["trends"]["breaks"]]
    written = {
        "points": pd.concat([table.assign(quantity=name) for name, table in points.items()]),
        "fits": fits,
        "fitted": fitted_points(points, plans, choices),
        "breaks": breaks_of(points, asked, choices, opened.ledger),
        "coverage": bind_coverage(
            read_result(options.calibrated / "coverage.csv"), choices.level, opened.ledger
        ),
        "reproduced": _reproduced(options.ingested, tables, registry, fits, config),
        **_headline(points, fits, editions, config, choices, opened),
        **_editions(editions, config, choices, opened),
        **_undisclosed(tables, points, fits, config, choices),
        **_forecasts(points, editions, options.ingested, choices, opened),
    }
    write_stage(written, opened.added(), options.out)


def choices_of(config: Mapping[str, Any]) -> Choices:
    """Return what all fits share."""
    told = config["trends"]
    return Choices(
        told["confidence_level"],
        told["frontier_size"],
        told["min_systems"],
        told["draws"],
        config["as_of"],
        config["seed"],
    )


def plans_of(config: Mapping[str, Any], path: Path) -> list[dict[str, str]]:
    """Return the fits of the settings, each with a subset and an end.

    Raises:
        LedgerError: A fit is of nothing known, stands there twice, or is named and missing.
    """
    told = config["trends"]
    plans = [{"subset": "", "end": config["as_of"], **fit} for fit in told["fits"]]
    problems = []
    for i, plan in enumerate(plans):
        for part, known in (("quantity", QUANTITIES), ("subset", SUBSETS)):
            if plan[part] not in known:
                names = ", ".join(name for name in known if name)
                where, what = f"{path} key trends.fits.{i}.{part}", f"unknown '{plan[part]}'"
                problems.append(Problem(where, what, f"One of: {names}."))
    keys = [plan["key"] for plan in plans]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        problems.append(Problem(f"{path} key trends.fits", f"'{key}' stands there twice", ""))
    for part in ("headline", "slower"):
        if told[part] not in keys:
            what = f"'{told[part]}' is no fit"
            problems.append(Problem(f"{path} key trends.{part}", what, "Name one of trends.fits."))
    for key in set(told["breaks"]) - set(keys):
        what = f"'{key}' is no fit"
        problems.append(Problem(f"{path} key trends.breaks", what, "Name one of trends.fits."))
    if problems:
        raise LedgerError(*problems)
    return plans


def _tables(
    ingested: Path, normalized: Path, estimated: Path, series: pd.DataFrame, opened: Opened
) -> Tables:
    return Tables(
        Facts.read(normalized),
        read_texts(ingested / "systems.csv"),
        read_texts(ingested / "accelerators.csv"),
        read_result(estimated / "training.csv"),
        read_result(estimated / "costs.csv"),
        series,
        opened.ledger,
    )


def _reproduced(
    ingested: Path,
    tables: Tables,
    registry: pd.DataFrame,
    fits: pd.DataFrame,
    config: Mapping[str, Any],
) -> pd.DataFrame:
    rows = read_texts(ingested / "observations.csv")
    printed = {str(key): str(value) for key, value in zip(rows["id"], rows["value"], strict=True)}
    evidence = Evidence(
        tables.facts, registry, tables.series, fits, tables.ledger, config["seed"], printed
    )
    return reproduce(read_texts(ingested / "published_trends.csv"), evidence)


def _headline(
    points: Frames,
    fits: pd.DataFrame,
    editions: Frames,
    config: Mapping[str, Any],
    choices: Choices,
    opened: Opened,
) -> Frames:
    """Fit the headline in every way: the grid of specifications, and the methods of intervals."""
    told = config["trends"]
    older = {day: editions[day] for day in sorted(editions)[:-1] if day > FIRST_FULL_EDITION}
    grid = fit_grid(populations(points["training_compute"], older), told["specification"], choices)
    row = _fit_row(fits, told["headline"])
    slower = str(_fit_row(fits, told["slower"])["growth_key"])
    derive_support(grid, str(row["growth_key"]), slower, opened.ledger, COMPUTE_SOURCE)
    rule = Rule(choices.size, year_of(row["start"]), year_of(row["end"]))
    compute = subset_of(points["training_compute"], "")
    methods = by_method(compute, told["error_factors"], rule, choices, opened.ledger)
    return {"specifications": grid, "methods": methods}


def _fit_row(fits: pd.DataFrame, key: str) -> dict[str, Any]:
    return {str(k): v for k, v in fits[fits["fit"] == key].iloc[0].items()}


def _editions(
    editions: Frames, config: Mapping[str, Any], choices: Choices, opened: Opened
) -> Frames:
    windows = config["trends"]["editions"]
    days = sorted(day for day in editions if day > FIRST_FULL_EDITION)
    old, new = editions[days[0]], editions[days[-1]]
    changes = [
        decompose(old, new, window, choices, opened.ledger, (COMPUTE_SOURCE,)) for window in windows
    ]
    return {
        "editions": fit_editions(editions, windows, choices),
        "changes": pd.concat(changes, ignore_index=True),
    }


def _undisclosed(
    tables: Tables,
    points: Frames,
    fits: pd.DataFrame,
    config: Mapping[str, Any],
    choices: Choices,
) -> Frames:
    compute = subset_of(points["training_compute"], "")
    row = _fit_row(fits, config["trends"]["headline"])
    hidden = hidden_systems(tables.series, row["start"], config["as_of"])
    rule = Rule(choices.size, year_of(row["start"]), year_of(row["end"]))
    curves, counts = curves_of(compute, hidden, rule), disclosure_by_year(tables.series)
    bind_undisclosed(compute, hidden, curves, row, choices, tables.ledger)
    bind_shares(counts, tables.ledger)
    return {"undisclosed": hidden, "undisclosed_curve": curves, "disclosure": counts}


def _forecasts(
    points: Frames, editions: Frames, ingested: Path, choices: Choices, opened: Opened
) -> Frames:
    """Score the models on the past, and the register on what has come."""
    today = points_of(subset_of(points["training_compute"], ""))
    parts = [score_origins(today, choices), score_editions(editions, today, choices)]
    scores = pd.concat(parts, ignore_index=True)
    of_source = (COMPUTE_SOURCE,)
    bind_scores(scores, opened.ledger, of_source)
    arguments = {
        "block": float(BLOCK), "level": choices.level, "draws": float(choices.draws),
        "seed": float(choices.seed),
    }  # fmt: skip
    register = read_texts(ingested / "forecasts.csv")
    return {
        "backtest": summary(scores),
        "backtest_pairs": bind_differences(
            differences(scores), arguments, opened.ledger, of_source
        ),
        "backtest_scores": scores,
        "forecasts": score_register(register, today, choices, opened.ledger),
        "proposed": propose(today, register, choices, COMPUTE_SOURCE),
    }


if __name__ == "__main__":
    run(main)
