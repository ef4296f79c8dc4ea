"""Water on site and off site: the one home of its equations, for our estimates and for claims.

On-site water follows the energy of the IT equipment, off-site water the energy of the facility.
Each result is a withdrawal or a consumption as its factor is; the factor's observation says which,
and `aienergy.estimate.water` refuses to add one to the other.
"""

from aienergy.formulas.physical import facility_energy_kwh
from aienergy.formulas.registry import Values, formula
from aienergy.formulas.restated import it_energy_kwh as equipment_energy_kwh


@formula("IT energy x WUE", it_energy_kwh=1, wue_l_per_kwh=1)
def on_site_water_l(it_energy_kwh: Values, wue_l_per_kwh: Values) -> Values:
    """Water in litres that leaves or enters the site. Source: Li et al. 2025, section 3."""
    return it_energy_kwh * wue_l_per_kwh


@formula("facility energy / PUE x WUE", facility_energy_kwh=1, pue=-1, wue_l_per_kwh=1)
def on_site_water_of_facility_l(
    facility_energy_kwh: Values, pue: Values, wue_l_per_kwh: Values
) -> Values:
    """Water on site in litres, where only the energy of the facility is known.

    WUE is per unit of IT energy (ISO/IEC 30134-9), so that PUE is taken out first.
    """
    return on_site_water_l(equipment_energy_kwh(facility_energy_kwh, pue), wue_l_per_kwh)


@formula("electricity x water intensity", energy_kwh=1, water_intensity_l_per_kwh=1)
def generation_water_l(energy_kwh: Values, water_intensity_l_per_kwh: Values) -> Values:
    """Water in litres used where the electricity is made, for energy at the facility.

    Source: Li et al. 2025, section 3.
    """
    return energy_kwh * water_intensity_l_per_kwh


@formula(
    "IT energy x PUE x water intensity of electricity",
    it_energy_kwh=1,
    pue=1,
    water_intensity_l_per_kwh=1,
)
def off_site_water_l(
    it_energy_kwh: Values, pue: Values, water_intensity_l_per_kwh: Values
) -> Values:
    """Water off site in litres from the energy of the IT equipment.

    Source: Li et al. 2025, section 3.
    """
    return generation_water_l(facility_energy_kwh(it_energy_kwh, pue), water_intensity_l_per_kwh)


@formula("on site, IT energy x WUE, and off site, IT energy x PUE x water intensity, together")
def operational_water_l(
    it_energy_kwh: Values, wue_l_per_kwh: Values, pue: Values, water_intensity_l_per_kwh: Values
) -> Values:
    """Water on site and off site together, in litres; both factors must be of one flow.

    Source: Li et al. 2025, section 3.
    """
    on_site = on_site_water_l(it_energy_kwh, wue_l_per_kwh)
    return on_site + off_site_water_l(it_energy_kwh, pue, water_intensity_l_per_kwh)


@formula("water / energy", water_l=1, energy_kwh=-1)
def water_intensity_l_per_kwh(water_l: Values, energy_kwh: Values) -> Values:
    """Water behind each unit of energy of a fleet or a grid, in litres per kWh."""
    return water_l / energy_kwh


@formula("volume / (IT energy of one use x (WUE + PUE x water intensity))", unit="1")
def uses_of_volume_count(
    volume_l: Values,
    it_energy_kwh: Values,
    wue_l_per_kwh: Values,
    pue: Values,
    water_intensity_l_per_kwh: Values,
) -> Values:
    """Uses whose water on site and off site together fills a volume, such as a bottle.

    Source: Li et al. 2025, Table 1, last column.
    """
    return volume_l / operational_water_l(
        it_energy_kwh, wue_l_per_kwh, pue, water_intensity_l_per_kwh
    )
