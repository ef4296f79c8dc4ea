"""Training against use, and footprints beside everyday things."""

from aienergy.formulas.registry import WATTS_PER_KILOWATT, Values, formula


@formula(
    "training energy x its steps x 1000 / (energy of one use x its steps)",
    training_energy_kwh=1,
    training_to_node_ratio=1,
    training_to_it_ratio=1,
    training_pue=1,
    inference_energy_wh=-1,
    use_to_node_ratio=-1,
    use_to_it_ratio=-1,
    use_pue=-1,
)
def break_even_count(
    training_energy_kwh: Values,
    training_to_node_ratio: Values,
    training_to_it_ratio: Values,
    training_pue: Values,
    inference_energy_wh: Values,
    use_to_node_ratio: Values,
    use_to_it_ratio: Values,
    use_pue: Values,
) -> Values:
    """Units of use whose energy equals that of training, both inside one boundary.

    A step that is inside already, or that neither side climbs, is 1. The steps are those of the
    ladder of boundaries: to the node, to the IT equipment, and PUE to the facility.
    """
    training = training_energy_kwh * training_to_node_ratio * training_to_it_ratio * training_pue
    use = inference_energy_wh * use_to_node_ratio * use_to_it_ratio * use_pue
    return training * WATTS_PER_KILOWATT / use


@formula(
    "training energy x uses of the sample / energy of the sample",
    training_energy_kwh=1,
    sample_energy_kwh=-1,
    sample_count=1,
)
def parity_of_sample_count(
    training_energy_kwh: Values, sample_energy_kwh: Values, sample_count: Values
) -> Values:
    """Uses whose energy equals that of training, from the energy of a sample of uses.

    Source: Morrison et al. 2025, Table 3.
    """
    return training_energy_kwh * sample_count / sample_energy_kwh


@formula("uses / uses a day", use_count=1, use_count_per_day=-1)
def break_even_day(use_count: Values, use_count_per_day: Values) -> Values:
    """Days of a published volume of use until it has taken as much energy as training."""
    return use_count / use_count_per_day


@formula("node energy x node to IT x PUE", node_energy_kwh=1, node_to_it_ratio=1, pue=1)
def facility_energy_from_node_kwh(
    node_energy_kwh: Values, node_to_it_ratio: Values, pue: Values
) -> Values:
    """Energy at the facility of what a server used."""
    return node_energy_kwh * node_to_it_ratio * pue


@formula("as used + supply of the fuel")
def fuel_cycle_kgco2e(combustion_kgco2e: Values, supply_kgco2e: Values) -> Values:
    """Emissions of one kilometre with those of producing and bringing the fuel (well to wheel)."""
    return combustion_kgco2e + supply_kgco2e


@formula(
    "emissions of one kilometre x kilometres x ways",
    units={"distance_km": "km"},
    emissions_kgco2e=1,
    distance_km=1,
    way_count=1,
)
def journey_kgco2e(emissions_kgco2e: Values, distance_km: Values, way_count: Values) -> Values:
    """Emissions of one passenger's journey; a return is two ways."""
    return emissions_kgco2e * distance_km * way_count
