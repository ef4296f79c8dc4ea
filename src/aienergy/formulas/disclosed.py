"""What forms of disclosure compute from the values that they ask for."""

from aienergy.formulas.registry import Values, formula


@formula("accelerator-hours / accelerators", accelerator_hours_h=1, accelerator_count=-1)
def wall_clock_h(accelerator_hours_h: Values, accelerator_count: Values) -> Values:
    """Wall-clock time of a run that kept all its accelerators throughout, in h."""
    return accelerator_hours_h / accelerator_count


@formula("(energy x intensity + embodied emissions x 1000) / functional units")
def software_carbon_intensity_gco2e(
    energy_kwh: Values,
    grid_intensity_gco2e_per_kwh: Values,
    embodied_share_kgco2e: Values,
    functional_unit_count: Values,
) -> Values:
    """Software carbon intensity of one functional unit, in g CO2e: SCI = ((E x I) + M) / R.

    Source: ISO/IEC 21031:2024.
    """
    operational_gco2e = energy_kwh * grid_intensity_gco2e_per_kwh
    return (operational_gco2e + embodied_share_kgco2e * 1000) / functional_unit_count


@formula("(operational + embodied emissions) x 1000 / (parameters / 1e9)")
def score_per_billion_gco2e(
    operational_emissions_kgco2e: Values, embodied_share_kgco2e: Values, parameter_count: Values
) -> Values:
    """Provider score for a billion parameters, in g CO2e.

    Source: Software Carbon Intensity for Artificial Intelligence, section 8.2.
    """
    whole_gco2e = (operational_emissions_kgco2e + embodied_share_kgco2e) * 1000
    return whole_gco2e / (parameter_count / 1e9)


@formula("certificates + contracts + on site")
def renewable_energy_kwh(
    certificates_kwh: Values, contracts_kwh: Values, on_site_kwh: Values
) -> Values:
    """Renewable energy of a data centre, none of it counted twice, in kWh.

    Source: Delegated Regulation (EU) 2024/1364, Annex II.
    """
    return certificates_kwh + contracts_kwh + on_site_kwh
