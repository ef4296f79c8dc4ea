"""Embodied emissions of hardware, shared out over the paid hours of its life.

One rule for hours, runs, queries and published claims: total / (service life x share of it in
use), times the hours. Which stages of life the total holds is said by its observation;
`aienergy.additivity` refuses to set totals of different stages side by side.
"""

from aienergy.formulas.registry import SAME, Values, formula

GRAMS_PER_KILOGRAM = 1000


@formula(
    "accelerator-hours x embodied emissions of one / (service life x share of it in paid use)",
    accelerator_hours_h=1,
    embodied_kgco2e=1,
    service_life_h=-1,
    busy_share=-1,
)
def embodied_of_hours_kgco2e(
    accelerator_hours_h: Values,
    embodied_kgco2e: Values,
    service_life_h: Values,
    busy_share: Values,
) -> Values:
    """Embodied emissions in kg CO2e that a run or a query uses up by its accelerator-hours.

    Source: Luccioni et al. 2023, section 4.1; ISO/IEC 21031 (SCI) with the share of paid use.
    """
    return accelerator_hours_h * embodied_kgco2e / (service_life_h * busy_share)


@formula(
    "embodied emissions / (service life x share of it in paid use) x 1000",
    unit="gCO2e/h",
    embodied_kgco2e=1,
    service_life_h=-1,
    busy_share=-1,
)
def embodied_per_hour(
    embodied_kgco2e: Values, service_life_h: Values, busy_share: Values
) -> Values:
    """Embodied emissions of one paid hour, in g CO2e."""
    one_hour = embodied_of_hours_kgco2e(1.0, embodied_kgco2e, service_life_h, busy_share)
    return one_hour * GRAMS_PER_KILOGRAM


@formula("embodied emissions of a card + those of its server / cards in it")
def embodied_with_host_kgco2e(
    embodied_kgco2e: Values, server_embodied_kgco2e: Values, piece_count: Values
) -> Values:
    """Embodied emissions in kg CO2e of one accelerator with its equal share of the server."""
    return embodied_kgco2e + server_embodied_kgco2e / piece_count


@formula(
    "accelerator-hours x (card + server / cards in it) / (service life x share of it in paid use)"
)
def embodied_of_hours_with_host_kgco2e(
    accelerator_hours_h: Values,
    embodied_kgco2e: Values,
    server_embodied_kgco2e: Values,
    piece_count: Values,
    service_life_h: Values,
    busy_share: Values,
) -> Values:
    """Embodied emissions in kg CO2e that a run uses up of its accelerators and their servers.

    Source: Luccioni et al. 2023, section 4.1.
    """
    one = embodied_with_host_kgco2e(embodied_kgco2e, server_embodied_kgco2e, piece_count)
    return embodied_of_hours_kgco2e(accelerator_hours_h, one, service_life_h, busy_share)


@formula(
    "embodied emissions of a board x boards x duration / service life",
    embodied_emissions_kgco2e=1,
    accelerator_count=1,
    duration_h=1,
    service_life_h=-1,
)
def embodied_share_kgco2e(
    embodied_emissions_kgco2e: Values,
    accelerator_count: Values,
    duration_h: Values,
    service_life_h: Values,
) -> Values:
    """Embodied emissions in kg CO2e that a run uses up, by its share of the service life.

    Source: ISO/IEC 21031 (SCI), M = TE x TS x RS with the whole board reserved.
    """
    hours = accelerator_count * duration_h
    return embodied_of_hours_kgco2e(hours, embodied_emissions_kgco2e, service_life_h, 1.0)


@formula(
    "intensity x embodied emissions / those of the predecessor / ratio of throughputs",
    unit=SAME,
    units={"value": SAME},
    value=1,
    embodied_kgco2e=1,
    predecessor_embodied_kgco2e=-1,
    throughput_ratio=-1,
)
def successor_intensity(
    value: Values,
    embodied_kgco2e: Values,
    predecessor_embodied_kgco2e: Values,
    throughput_ratio: Values,
) -> Values:
    """Embodied emissions for each operation of a product, from those of its predecessor.

    Source: NVIDIA 2025, product carbon footprint of HGX B200.
    """
    return value * embodied_kgco2e / predecessor_embodied_kgco2e / throughput_ratio
