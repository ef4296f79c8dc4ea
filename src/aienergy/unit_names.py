"""Units as names carry them: `energy_kwh` is in kWh. Light to import; `units` converts."""

JOULE_PER_KWH = 3.6e6
# Longest ending first, so that `_gco2e_per_kwh` is not read as `_kwh`.
ENDINGS = {
    "_gco2e_per_kwh": "gCO2e/kWh",
    "_gco2_per_kwh": "gCO2/kWh",
    "_kg_per_kwh": "kgCO2e/kWh",
    "_lb_per_kwh": "lbCO2e/kWh",
    "_usd_per_kwh": "USD/kWh",
    "_eur_per_kwh": "EUR/kWh",
    "_eur_per_tco2e": "EUR/tCO2e",
    "_usd_per_h": "USD/h",
    "_byte_per_s": "byte/s",
    "_flop_per_s_per_usd": "flop_s/USD",
    "_flop_per_s": "FLOP/s",
    "_flop_per_j": "FLOP/J",
    "_l_per_kwh": "L/kWh",
    "_per_s": "1/s",
    "_per_year": "1",
    "_kgco2e": "kgCO2e",
    "_lbco2e": "lbCO2e",
    "_tco2e": "tCO2e",
    "_gco2e": "gCO2e",
    "_kgco2": "kgCO2",
    "_flop": "FLOP",
    "_byte": "byte",
    "_month": "month",
    "_year": "year",
    "_mwh": "MWh",
    "_kwh": "kWh",
    "_twh": "TWh",
    "_usd": "USD",
    "_day": "day",
    "_wh": "Wh",
    "_ml": "mL",
    "_kw": "kW",
    "_w": "W",
    "_h": "h",
    "_l": "L",
    "_s": "s",
    "_j": "J",
}


def unit_of_name(name: str) -> str:
    """Return the unit that a name ends with, `1` where it ends with none."""
    return ENDINGS[ending] if (ending := unit_ending(name)) else "1"


def unit_ending(name: str) -> str:
    """Return the part of a name that says its unit, empty where there is none."""
    return next((end for end in ENDINGS if name.endswith(end)), "")
