"""Rules over rows that catch this field's usual slips: zero, basis, unit of use."""

import pandas as pd

from aienergy.contracts.findings import Findings

GRID_FACTORS = ("grid_intensity_gco2e_per_kwh", "grid_intensity_gco2_per_kwh")
ENERGIES_OF_USE = ("inference_energy_wh", "stated_inference_energy_wh")
# Widest energies of one unit of use that published measurements support, in Wh, with a factor of
# ten or more to either side: a value per million tokens entered as one per token falls outside.
USE_BOUNDS_WH = {
    "token": (1e-7, 0.1),
    "output_token": (1e-7, 0.1),
    "query": (1e-6, 100.0),
    "request": (1e-6, 100.0),
    "response": (1e-6, 100.0),
    "image": (1e-4, 100.0),
    "video": (0.1, 1e4),
    "audio_second": (1e-6, 1.0),
}


def check_plausible(
    rows: pd.DataFrame, canonical: pd.Series, where: str, findings: Findings
) -> None:
    """Check one table of observations against the rules.

    Args:
        rows: Observations as text, of known quantities.
        canonical: Their values in the canonical unit, NaN where there is none.
        where: Name of the file, for the message.
        findings: Where problems are noted.
    """
    qualifiers = rows["qualifiers"]
    market = qualifiers.str.contains("basis=market", regex=False)
    factor = rows["quantity"].isin(GRID_FACTORS)
    hint = "Missing is not zero: leave the row out, or say in the note that the source prints it."
    zero = factor & (canonical == 0) & ~market & ~rows["note"].str.contains("printed", regex=False)
    findings.flag(where, zero, rows["value"], "a grid without any emissions", hint)
    per = qualifiers.str.extract(r"(?:^|;)per=(\w+)")[0]
    bounds = pd.DataFrame(USE_BOUNDS_WH, index=["low", "high"]).T
    low, high = (per.map(bounds[name]) for name in ("low", "high"))
    energy = rows["quantity"].isin(ENERGIES_OF_USE)
    hint = "Per million, per thousand or per one? Say it with the qualifier per_count."
    bad = energy & ((canonical < low) | (canonical > high))
    findings.flag(where, bad, rows["value"], "{value} is no energy of one unit of use", hint)


def check_market_twins(observations: pd.DataFrame, findings: Findings) -> None:
    """Check that every market-based grid factor has a location-based one beside it.

    Args:
        observations: All observations as text, with a column `file`.
        findings: Where problems are noted.
    """
    factors = observations[observations["quantity"].isin(GRID_FACTORS)]
    market = factors["qualifiers"].str.contains("basis=market", regex=False)
    place = ["subject", "period", "source"]
    located = set(factors.loc[~market, place].itertuples(index=False, name=None))
    alone = factors[market]
    keys = alone[place].itertuples(index=False, name=None)
    alone = alone[pd.Series([key not in located for key in keys], alone.index, dtype=bool)]
    for where, rows in alone.groupby("file"):
        hint = "Add the location-based factor of the same place, year and source."
        every = pd.Series(True, rows.index)
        what = "'{value}' is market-based and has no location-based twin"
        findings.flag(str(where), every, rows["id"], what, hint)
