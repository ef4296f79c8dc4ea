"""Every figure of the report, in the order of its first mention."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from aienergy.figures import (
    backtest,
    calibration,
    chains,
    compute,
    costs,
    demand,
    disclosure,
    disclosure_forms,
    embodied,
    experiments,
    factors,
    fleet,
    footprints,
    forecasts,
    generation,
    growth_families,
    growth_overview,
    hardware,
    inference,
    instruments,
    ladder,
    methods,
    openai,
    parity,
    place,
    publishing,
    runs,
    scenarios,
    serving,
    serving_chips,
    siting,
    specifications,
    training,
    undisclosed,
    use_splits,
    verdicts,
    vintages,
    water,
)
from aienergy.figures.data import Results
from aienergy.figures.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Plan:
    """How one figure comes about.

    Attributes:
        table: Makes the tidy table, which is drawn and published.
        facts: Says in words what the table holds, for the caption.
        draw: Draws the table.
    """

    table: Callable[[Results], pd.DataFrame]
    facts: Callable[[pd.DataFrame], dict[str, str]]
    draw: Callable[[pd.DataFrame], Sheet]


FIGURES: dict[str, Plan] = {
    "fig-training-compute": Plan(
        compute.history_table, compute.history_facts, compute.draw_history
    ),
    "fig-ai-and-compute": Plan(openai.table, openai.facts, openai.draw),
    "fig-growth-overview": Plan(growth_overview.table, growth_overview.facts, growth_overview.draw),
    "fig-growth-runs": Plan(
        growth_families.table_of("runs"), growth_families.facts, growth_families.draw
    ),
    "fig-growth-cost-energy": Plan(
        growth_families.table_of("cost_energy"), growth_families.facts, growth_families.draw
    ),
    "fig-growth-hardware": Plan(
        growth_families.table_of("hardware"), growth_families.facts, growth_families.draw
    ),
    "fig-growth-clusters": Plan(
        growth_families.table_of("clusters"), growth_families.facts, growth_families.draw
    ),
    "fig-growth-use": Plan(
        growth_families.table_of("use"), growth_families.facts, growth_families.draw
    ),
    "fig-specifications": Plan(specifications.table, specifications.facts, specifications.draw),
    "fig-vintages": Plan(vintages.table, vintages.facts, vintages.draw),
    "fig-coverage": Plan(calibration.table, calibration.facts, calibration.draw),
    "fig-backtest": Plan(backtest.table, backtest.facts, backtest.draw),
    "fig-forecasts": Plan(forecasts.table, forecasts.facts, forecasts.draw),
    "fig-undisclosed": Plan(undisclosed.table, undisclosed.facts, undisclosed.draw),
    "fig-footprints": Plan(footprints.table, footprints.facts, footprints.draw),
    "fig-training-energy": Plan(training.table, training.facts, training.draw),
    "fig-place": Plan(place.table, place.facts, place.draw),
    "fig-water": Plan(water.table, water.facts, water.draw),
    "fig-embodied": Plan(embodied.table, embodied.facts, embodied.draw),
    "fig-hardware-efficiency": Plan(hardware.table, hardware.facts, hardware.draw),
    "fig-inference-energy": Plan(inference.table, inference.facts, inference.draw),
    "fig-serving-model": Plan(serving.table, serving.facts, serving.draw),
    "fig-generation": Plan(generation.table, generation.facts, generation.draw),
    "fig-inference-hardware": Plan(serving_chips.table, serving_chips.facts, serving_chips.draw),
    "fig-chains": Plan(chains.table, chains.facts, chains.draw),
    "fig-training-and-use": Plan(parity.table, parity.facts, parity.draw),
    "fig-use-splits": Plan(use_splits.table, use_splits.facts, use_splits.draw),
    "fig-methods": Plan(methods.table, methods.facts, methods.draw),
    "fig-ladder": Plan(ladder.table, ladder.facts, ladder.draw),
    "fig-own-runs": Plan(runs.table, runs.facts, runs.draw),
    "fig-search": Plan(experiments.search_table, experiments.search_facts, experiments.draw_search),
    "fig-variants": Plan(
        experiments.variants_table, experiments.variants_facts, experiments.draw_variants
    ),
    "fig-electricity-demand": Plan(demand.table, demand.facts, demand.draw),
    "fig-siting": Plan(siting.table, siting.facts, siting.draw),
    "fig-fleet": Plan(fleet.table, fleet.facts, fleet.draw),
    "fig-scenarios": Plan(scenarios.table, scenarios.facts, scenarios.draw),
    "fig-disclosure": Plan(disclosure.table, disclosure.facts, disclosure.draw),
    "fig-disclosure-forms": Plan(
        disclosure_forms.table, disclosure_forms.facts, disclosure_forms.draw
    ),
    "fig-instruments": Plan(instruments.table, instruments.facts, instruments.draw),
    "fig-costs": Plan(costs.table, costs.facts, costs.draw),
    "fig-verdicts": Plan(verdicts.table, verdicts.facts, verdicts.draw),
    "fig-factors": Plan(factors.table, factors.facts, factors.draw),
    "fig-disclosure-index": Plan(publishing.table, publishing.facts, publishing.draw),
}
