"""Ratios that the report's sentences need; what is told in everyday things is in equivalents."""

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger

SEARCH_PROJECTED = "evolved_transformer_search.emissions.nvidia_p100.strubell2019"
SEARCH_ACTUAL = "evolved_transformer_search.emissions.gross.patterson2021"

# key, what the ratio says, numerator, denominator
RATIOS = (
    (
        "search_projected_over_actual",
        "Search as projected over search as run",
        SEARCH_PROJECTED,
        SEARCH_ACTUAL,
    ),
    (
        "search_run_over_training_run",
        "Energy of our search run over that of our training run",
        "run.search_mlp_digits.energy",
        "run.training_mlp_digits.energy",
    ),
    (
        "alphago_zero_with_over_without_self_play",
        "AlphaGo Zero's training compute with its self-play, over that without",
        "alphago_zero.training_compute.with_self_play.epoch_models2024",
        "alphago_zero.training_compute.epoch_models2026",
    ),
    (
        "gpt3_india_over_sweden",
        "The same run in India over that in Sweden",
        "place.ind",
        "place.swe",
    ),
    (
        "bloom_embodied_over_total",
        "Share of making the hardware in BLOOM's footprint",
        "bloom_176b.emissions.embodied.luccioni2022bloom",
        "bloom_176b.emissions.total.luccioni2022bloom",
    ),
)

# Images classified by one network on chips of different years: key, power, throughput.
IMAGES = (
    ("nvidia_v100.first", "resnet50_batch1.nvidia2018inference"),
    ("nvidia_v100.full", "resnet50_batch128.nvidia2018inference"),
    ("nvidia_p4.first", "resnet50_batch1.nvidia2018inference"),
    ("nvidia_p4.full", "resnet50_batch128.nvidia2018inference"),
    ("nvidia_t4.full", "resnet50_4x.mlperfinference2021"),
    ("nvidia_a100_80gb.full", "resnet50_8x.mlperfinference2021"),
    ("nvidia_h200.full", "resnet50_8x.mlperfinference2024"),
)

# Which undisclosed factor widens an estimate by how much: estimate, factors.
VARIANCES = (
    ("bert_base.facility_energy.hours_route", ("node_power_ratio", "pue")),
    ("bert_base.facility_energy.compute_route", ("mfu", "node_power_ratio", "pue")),
)

US_GRID = "usa.grid_intensity.2024.owid_ember2026"

FACTORS = ("factor.node_power_ratio", "factor.fleet_pue", "factor.service_life", "factor.mfu")


def derive_comparisons(ledger: Ledger) -> pd.DataFrame:
    """Derive the ratios, and return them as a table: key, meaning, ratio."""
    rows = []
    for key, label, numerator, denominator in RATIOS:
        inputs = {"numerator": numerator, "denominator": denominator}
        number = ledger.derive(f"comparison.{key}", label, "1", "ratio", inputs)
        rows.append({"key": number.key, "meaning": label, "ratio": number.value})
    derive_counts(ledger)
    derive_variance_shares(ledger)
    derive_image_energies(ledger)
    derive_days_of_use(ledger)
    derive_prompt_emissions(ledger)
    return pd.DataFrame(rows)


def derive_counts(ledger: Ledger) -> None:
    """Derive how many observations each fitted factor rests on."""
    for factor in FACTORS:
        label = "Observations that the factor was fitted to"
        ledger.derive(f"{factor}.n", label, "1", "count", ledger[factor].inputs)


def derive_variance_shares(ledger: Ledger) -> None:
    """Bind the shares of variance that the report prints, of an estimate's logarithm."""
    for estimate, factors in VARIANCES:
        for factor in factors:
            label = f"Share of the estimate's variance that comes from {factor}"
            share = {"value": ledger[estimate].variance_shares[factor], "factor": 1.0}
            key = f"{estimate}.variance_share.{factor}"
            ledger.derive(key, label, "1", "unit_conversion", share)


def derive_image_energies(ledger: Ledger) -> None:
    """Derive the energy of one classified image, at the boundary of each power value."""
    for name, configuration in IMAGES:
        accelerator = name.partition(".")[0]
        power = f"{accelerator}.system_power.{configuration}"
        inputs: dict[str, Input] = {
            "power_w": power,
            "throughput_per_s": f"{accelerator}.throughput.{configuration}",
        }
        label = "Energy of one image classified by ResNet-50"
        ledger.derive(
            f"image.{name}",
            label,
            "Wh",
            "energy_per_unit_wh",
            inputs,
            boundary=ledger[power].boundary,
            scope="use",
            evidence=ledger[power].evidence,
        )


def derive_days_of_use(ledger: Ledger) -> None:
    """Derive how many days of a service's stated use take the energy of one training run.

    Arithmetic on two bare statements, which the report prints as that: the hardware behind the
    energy of a query is not said, and the model in use is another. It is no break-even, and
    `break_even` refuses it.
    """
    inputs: dict[str, Input] = {
        "training_energy_kwh": "gpt3.energy.patterson2021",
        "fine_tuning_energy_kwh": 0.0,
        "inference_energy_wh": "chatgpt.stated_inference_energy.altman2025",
    }
    label = "Arithmetic, no break-even: queries of the stated energy that make the energy of GPT-3"
    uses = ledger.derive("comparison.gpt3_in_queries", label, "1", "parity_count", inputs)
    per_day = "chatgpt.use_count_per_day.ieeespectrum2025"
    days: dict[str, Input] = {"numerator": uses.key, "denominator": per_day}
    label = "Arithmetic, no break-even: days of the stated use that make the energy of GPT-3"
    ledger.derive("comparison.gpt3_in_days_of_use", label, "day", "ratio", days)


def derive_prompt_emissions(ledger: Ledger) -> None:
    """Derive the emissions of Google's prompt on the average grid of the United States.

    A market-based figure never stands alone; this is the accounted one to set beside it.
    """
    prompt = "gemini_apps_text.inference_energy.comprehensive.elsworth2025"
    label = "Energy of a median text prompt of Gemini Apps"
    energy = ledger.derive(
        "comparison.gemini_prompt_energy",
        label,
        "kWh",
        "unit_conversion",
        {"value": prompt, "factor": 0.001},
        boundary=ledger[prompt].boundary,
        scope="use",
    )
    inputs: dict[str, Input] = {
        "energy_kwh": energy.key,
        "grid_intensity_gco2e_per_kwh": US_GRID,
    }
    label = "Electricity of a median text prompt of Gemini Apps on the average grid of the USA"
    ledger.derive(
        "comparison.gemini_prompt_on_us_grid", label, "kgCO2e", "emissions_kgco2e", inputs
    )
