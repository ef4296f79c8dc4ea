"""Runs re-expressed on another grid, in another facility, on another accelerator, at other hours.

Nothing is put in the place of a fact that is not there: the value is then not known, with the
reason. Location-based and market-based emissions stand side by side, the latter never alone.
"""

from collections.abc import Iterator, Sequence

from aienergy.contracts.numbers import Input, Number
from aienergy.run.case import Asked, Case, Restated
from aienergy.run.energy import Run, bind_energy
from aienergy.run.facility import equipment, facility
from aienergy.run.lookup import SERVICE_LIFE, Found, Library, Missing
from aienergy.run.profile import SECONDS_PER_HOUR, Profile, Weighed, hours_met


def restate(runs: Sequence[Run], asked: Asked, library: Library) -> list[Restated]:
    """Return all values that are asked for, run by run.

    Args:
        runs: Runs with energy; those that repeat another are left out.
        asked: What to re-express them on.
        library: Facts, and the ledger that derivations are added to.
    """
    found: list[Restated] = []
    for run in runs:
        bind_energy(run, library.ledger)
        if run.repeats:
            continue
        energy, told = equipment(Case(run, "", asked, library))
        found += told
        for region in dict.fromkeys(asked.regions or ("",)):
            found += _values(Case(run, region, asked, library), energy)
    return found


def _values(case: Case, energy: Number) -> Iterator[Restated]:
    """Yield what one run is in one region."""
    used, told = facility(case, energy)
    yield from told
    emissions: dict[str, Number] = {}
    if case.region:
        yield from _emissions(case, used, emissions)
    if case.asked.profile is not None:
        yield from _hourly(case, used, case.asked.profile)
    if emissions:
        yield from _score(case, emissions["location"])
    if case.region:
        yield from _cost_and_water(case, energy, used)


def _emissions(case: Case, energy: Number, kept: dict[str, Number]) -> Iterator[Restated]:
    label, unit = "emissions, location-based", "kgCO2e"
    grid = case.library.grid(case.region, case.asked.year)
    if isinstance(grid, Missing):
        yield case.unknown("emissions_location_based", label, unit, grid.why)
        return
    inputs: dict[str, Input] = {"energy_kwh": energy.key, "grid_intensity_gco2e_per_kwh": grid.key}
    what = "emissions_location_based"
    kept["location"] = case.derive(what, unit, "emissions_kgco2e", inputs, energy.boundary)
    yield case.tell(kept["location"], what, label, grid)
    market = case.library.market(case.region, grid.year)
    what, label = "emissions_market_based", "emissions, market-based"
    if isinstance(market, Missing):
        yield case.unknown(what, label, unit, market.why)
        return
    inputs = {"energy_kwh": energy.key, "grid_intensity_gco2e_per_kwh": market.key}
    number = case.derive(what, unit, "emissions_kgco2e", inputs, energy.boundary)
    note = "contracts, not the grid" if number.value == 0 else ""
    yield case.tell(number, what, label, market, note=note)


def _hourly(case: Case, energy: Number, profile: Profile) -> Iterator[Restated]:
    what, label = "emissions_hourly", "emissions by the hour"
    met = hours_met(profile, case.run.started_at, case.run.duration_s, case.asked.hour)
    if not isinstance(met, Weighed):
        yield case.unknown(what, label, "kgCO2e", met)
        return
    terms: dict[str, Input] = {"intensities": met.intensities, "weights": met.weights}
    factor = case.derive(
        "hourly_intensity", "gCO2e/kWh", "hourly_intensity_gco2e_per_kwh", terms, ""
    )
    inputs: dict[str, Input] = {
        "energy_kwh": energy.key, "grid_intensity_gco2e_per_kwh": factor.key,
    }  # fmt: skip
    number = case.derive(what, "kgCO2e", "emissions_kgco2e", inputs, energy.boundary)
    name = profile.name.rsplit("/", 1)[-1]
    note = f"{met.told}; constant power over the run is assumed"
    yield case.tell(number, what, label, basis=f"hourly, {name}", given=name, note=note)


def _score(case: Case, emissions: Number) -> Iterator[Restated]:
    """Yield the software carbon intensity, partial where embodied emissions are unknown."""
    run, asked = case.run, case.asked
    count = asked.unit_count if asked.unit_count is not None else run.unit_count
    unit_name = asked.unit_name if asked.unit_count is not None else run.unit_of_use
    if run.per != "run":
        count, unit_name = 1.0, run.per
    if count is None:
        return
    grid = case.library.grid(case.region, asked.year)
    facts = [grid] if isinstance(grid, Found) else []
    embodied, told = _embodied(case)
    inputs: dict[str, Input] = {
        "operational_emissions_kgco2e": emissions.key, "functional_unit_count": float(count),
    }  # fmt: skip
    what, label = "software_carbon_intensity", f"SCI, g CO₂e per {unit_name}"
    if isinstance(embodied, str):
        number = case.derive(what, "gCO2e", "operational_score_gco2e", inputs, emissions.boundary)
        note = f"partial: embodied emissions are unknown ({embodied})"
        yield case.tell(number, what, f"{label}, partial", *facts, note=note)
        return
    yield told[0]
    inputs["embodied_share_kgco2e"] = embodied.key
    number = case.derive(what, "gCO2e", "carbon_intensity_score_gco2e", inputs, emissions.boundary)
    note = "embodied emissions of the boards only; servers and buildings are not in"
    fact = case.library.embodied(asked.ran_on)
    more = [fact] if isinstance(fact, Found) else []
    yield case.tell(number, what, label, *facts, *more, note=note)


def _embodied(case: Case) -> tuple[Number | str, list[Restated]]:
    """Return the embodied emissions of the boards that the run uses up, or why not."""
    run, accelerator = case.run, case.asked.accelerator or case.asked.ran_on
    if not accelerator:
        return "no accelerator; state --ran-on", []
    if case.asked.accelerator:
        return "how long the other accelerator would take is not known", []
    if not run.duration_s > 0 or run.per != "run":
        return "the log has no duration of a run", []
    count = case.asked.board_count or run.board_count
    if count is None:
        return "the log does not count boards; state --boards", []
    fact = case.library.embodied(accelerator)
    if isinstance(fact, Missing) or SERVICE_LIFE not in case.ledger:
        return fact.why if isinstance(fact, Missing) else "no service life", []
    inputs: dict[str, Input] = {
        "embodied_emissions_kgco2e": fact.key,
        "accelerator_count": float(count),
        "duration_h": run.duration_s / SECONDS_PER_HOUR,
        "service_life_h": SERVICE_LIFE,
    }
    what = "embodied_emissions"
    number = case.derive(what, "kgCO2e", "embodied_share_kgco2e", inputs, "board")
    note = "by the run's share of a service life fitted to operators' own"
    return number, [case.tell(number, what, "embodied emissions, boards", fact, note=note)]


def _cost_and_water(case: Case, energy: Number, used: Number) -> Iterator[Restated]:
    """Yield cost and water; on-site and off-site water are never added."""
    library, region = case.library, case.region
    asks: tuple[tuple[str, str, str, str, Found | Missing, Number, str], ...] = (
        ("electricity_cost", "cost of electricity", "USD", "electricity_cost_usd",
         library.price(region), used, "electricity_price_usd_per_kwh"),
        ("water_on_site", "water on site", "L", "on_site_water_l", library.wue(region), energy,
         "wue_l_per_kwh"),
        ("water_off_site", "water off site", "L", "generation_water_l", library.water(region),
         used, "water_intensity_l_per_kwh"),
    )  # fmt: skip
    for what, label, unit, formula, fact, base, parameter in asks:
        if isinstance(fact, Missing):
            yield case.unknown(what, label, unit, fact.why)
            continue
        first = "it_energy_kwh" if what == "water_on_site" else "energy_kwh"
        inputs: dict[str, Input] = {first: base.key, parameter: fact.key}
        number = case.derive(what, unit, formula, inputs, base.boundary)
        place = "" if fact.place == region else f"factor of {library.name(fact.place)}"
        yield case.tell(number, what, label, fact, note=place)
