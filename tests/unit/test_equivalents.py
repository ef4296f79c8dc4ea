"""Footprints in everyday things: what is admitted, and planted mixtures that are refused."""

from dataclasses import replace

import pytest

from aienergy.contracts.numbers import Ledger, Number
from aienergy.equivalents import Card, objections, refuse
from aienergy.errors import LedgerError
from aienergy.tables import read_result

RUN = Card("run", "A run", "training", "emissions", "", "co2e", "fuel_cycle", "average", "2020")
FLIGHT = Card("flight", "A flight", "activity", "emissions", "return_passenger", "co2e",
              "fuel_cycle", "average", "2025", "without", "average_load")  # fmt: skip
CAR = Card("car", "A car", "activity", "emissions", "one_km", "co2e", "fuel_cycle", "average",
           "2025", "", "one_vehicle")  # fmt: skip
METER = Card("kwh", "A run", "training", "energy", boundary="facility")
HOME = Card("home", "A home", "activity", "energy", "year_household", year="2020")


@pytest.mark.parametrize(("left", "right"), [(RUN, FLIGHT), (RUN, CAR), (METER, HOME)])
def test_equal_bases_are_admitted(left, right):
    assert objections(left, right) == []
    refuse(left, right, right.unit)


@pytest.mark.parametrize(
    ("left", "right", "said", "reason"),
    [
        (replace(RUN, gases="co2"), FLIGHT, "", "the gases differ"),
        (RUN, replace(FLIGHT, gases=""), "", "the gases differ"),
        (replace(RUN, stages="combustion"), FLIGHT, "", "the stages differ"),
        (replace(RUN, stages="unstated"), FLIGHT, "", "stages of the footprint are not said"),
        (replace(RUN, stages="unstated"), replace(FLIGHT, stages="unstated"), "",
         "stages of the footprint and of the yardstick are not said"),
        (replace(RUN, stages="operational_and_embodied"), CAR, "", "the stages differ"),
        (replace(RUN, basis="market"), FLIGHT, "", "a market value is no account"),
        (RUN, replace(CAR, basis="marginal"), "", "takes marginal electricity"),
        (RUN, replace(FLIGHT, non_co2=""), "", "effects beside the gases"),
        (RUN, replace(FLIGHT, unit="return_aircraft"), "return_passenger", "not return passenger"),
        (RUN, replace(FLIGHT, unit="one_way_passenger"), "return_passenger", "one way passenger"),
        (RUN, replace(FLIGHT, unit="passenger_direction_unstated"), "", "one way or return"),
        (RUN, replace(FLIGHT, year=""), "", "the year of the yardstick"),
        (replace(RUN, kind="search"), replace(RUN, key="other"), "", "no training is a search"),
        (RUN, replace(RUN, kind="search"), "", "no training is a search"),
        (RUN, replace(RUN, key="other"), "", "no yardstick of everyday life"),
        (replace(RUN, kind="use", statistic="median"), CAR, "", "a median is no mean"),
        (METER, FLIGHT, "", "energy and emissions"),
        (replace(METER, boundary="board"), HOME, "", "energy is that of the board"),
        (replace(METER, boundary=""), HOME, "", "unknown hardware"),
    ],
)  # fmt: skip
def test_a_planted_mixture_is_refused_with_its_reason(left, right, said, reason):
    assert any(reason in text for text in objections(left, right, said))
    with pytest.raises(LedgerError, match=reason):
        refuse(left, right, said)


def test_a_journey_is_its_kilometres_and_its_ways():
    numbers = [("burnt", 0.09), ("supply", 0.03), ("km", 6000.0)]
    known = Ledger([Number(key, key, value, "1", "assumed", {}, ()) for key, value in numbers])
    inputs = {"combustion_kgco2e": "burnt", "supply_kgco2e": "supply"}
    per_km = known.derive("per_km", "x", "kgCO2e", "fuel_cycle_kgco2e", inputs)
    journey = {"emissions_kgco2e": per_km.key, "distance_km": "km", "way_count": 2.0}

    told = known.derive("return", "x", "kgCO2e", "journey_kgco2e", journey)
    assert told.value == pytest.approx(2 * 6000 * 0.12)


def test_what_was_built_refuses_the_famous_comparisons_and_keeps_their_reasons(built):
    table = read_result(built.folder / "results/estimate/equivalents.csv")
    pairs = {(f, y): r for f, y, r in zip(
        table["footprint_key"], table["yardstick_key"], table["reason"], strict=True)}  # fmt: skip
    search = "evolved_transformer_search.emissions.nvidia_p100.strubell2019"

    assert "stages" in pairs[search, "car_lifetime.emissions.strubell2019"]
    assert (
        "no training is a search" in pairs[search, "bert_base.emissions.nvidia_v100.strubell2019"]
    )
    flight = "flight_sf_ny_aircraft.return_emissions.patterson2021"
    assert "aircraft, not return passenger" in pairs["gpt3.emissions.gross.patterson2021", flight]
    assert (table["reason"].fillna("") != "").equals(table["verdict"] == "refused")
