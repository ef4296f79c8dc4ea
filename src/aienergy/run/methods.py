"""A paragraph of methods to paste: tool, boundary, evidence, PUE, grid factor, edition."""

from collections.abc import Mapping, Sequence

from aienergy.prose import authors_short, significant
from aienergy.run.case import LOGGED, Asked, Restated
from aienergy.run.energy import Run
from aienergy.run.escape import clean
from aienergy.run.lookup import Found, Library

WITH_OVERHEAD = ("facility_energy", "energy_with_overhead")
_EVIDENCE = {
    "metered": "a power meter",
    "counter": "a hardware counter",
    "nameplate": "rated power",
    "modelled": "a model of the tool",
    "stated": "a statement of the log",
    "counted": "a count",
}


def cited(key: str, sources: Mapping[str, Mapping[str, str]]) -> str:
    """Return `Strubell et al. 2019`, or the key of what is no source."""
    if key not in sources:
        return key
    return f"{authors_short(sources[key])} {sources[key]['year']}"


def paragraph(
    runs: Sequence[Run],
    values: Sequence[Restated],
    asked: Asked,
    library: Library,
    sources: Mapping[str, Mapping[str, str]],
    edition: str,
) -> str:
    """Return the methods of a report as plain text.

    Args:
        runs: Runs that count.
        values: What was asked for of them.
        asked: The question.
        library: Facts and names.
        sources: Rows of the bibliography by key.
        edition: Edition of the ledger.
    """
    told = [*_measured(runs), *_facility(runs, values, asked, sources)]
    told += _grids(values, asked, library, sources)
    if asked.profile is not None:
        name = clean(asked.profile.name.rsplit("/", 1)[-1])
        when = f" from {asked.hour} h of the day on" if asked.hour is not None else ""
        told.append(
            f"Emissions by the hour take the intensities of {name}{when}, at constant power."
        )
    if asked.accelerator:
        told.append(
            f"Energy on {library.name(asked.accelerator)} is an assumption: rated power over "
            "peak rate at one precision, each accelerator at a utilization of its own."
        )
    told.append(
        "Logs were read, checked and re-expressed with aienergy; factors are those of the AI "
        f"Energy Ledger, edition {edition}."
    )
    return " ".join(told)


def _measured(runs: Sequence[Run]) -> list[str]:
    """Return a sentence for each kind of log, and one on intervals."""
    groups: dict[tuple[str, str, str, str], list[Run]] = {}
    for run in runs:
        version = f" {run.tool_version}" if run.tool_version else ""
        key = (clean(f"{run.tool}{version}"), run.covers, run.evidence, run.absent)
        groups.setdefault(key, []).append(run)
    told = []
    for (tool, covers, evidence, absent), members in groups.items():
        kinds = [_EVIDENCE.get(way, way) for way in evidence.split(" + ")]
        ways = " and ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
        count = "run" if len(members) == 1 else "runs"
        lacks = f"; not in it: {absent}" if absent else ""
        told.append(
            f"Energy of {len(members)} {count} comes from logs of {tool}, by {ways}, at the "
            f"boundary {covers}{lacks}."
        )
    wide = [run.widens for run in runs if run.widens > 1]
    if wide:
        low, high = (significant(end, 3) for end in (min(wide), max(wide)))
        factor = low if low == high else f"{low} to {high}"
        told.append(
            "Intervals are from the 5th to the 95th percentile and reflect what the quality "
            f"gates flagged (factor {factor}); logs without such flags state none."
        )
    else:
        told.append("No quality gate widened an interval, and the logs state none.")
    return told


def _facility(
    runs: Sequence[Run],
    values: Sequence[Restated],
    asked: Asked,
    sources: Mapping[str, Mapping[str, str]],
) -> list[str]:
    inside = sorted({run.pue for run in runs if run.pue is not None})
    applied = [v for v in values if v.quantity in WITH_OVERHEAD and v.value is not None]
    kept = any(LOGGED in value.sources for value in applied)
    told = []
    if inside:
        shown = " and ".join(f"{pue:g}" for pue in inside)
        what = "is kept" if kept else "was taken out" if applied else "is inside the energies"
        told.append(f"A PUE of {shown} that the tool had put in {what}.")
    if asked.pue is not None:
        return [*told, f"A PUE of {asked.pue:g}, given by the authors, was applied."]
    facts = [value for value in applied if LOGGED not in value.sources]
    if not facts:
        return told or ["No overhead of a facility was added."]
    shown = "; ".join(
        dict.fromkeys(
            ", ".join(
                filter(None, (v.basis, str(v.year or ""), *(cited(k, sources) for k in v.sources)))
            )
            for v in facts
        )
    )
    return [*told, f"Overhead of the facility: {shown}."]


def _grids(
    values: Sequence[Restated],
    asked: Asked,
    library: Library,
    sources: Mapping[str, Mapping[str, str]],
) -> list[str]:
    told = []
    for region in asked.regions:
        fact = library.grid(region, asked.year)
        if isinstance(fact, Found):
            told.append(
                f"{library.name(region)}, {fact.year}: {significant(fact.value, 3)} g CO₂e/kWh "
                f"({fact.basis}; {cited(fact.source, sources)})"
            )
    if not told:
        return []
    first = f"Location-based emissions are energy times the grid's intensity: {'; '.join(told)}."
    market = [value for value in values if value.quantity == "emissions_market_based"]
    known = [value for value in market if value.value is not None]
    second = (
        "Market-based emissions stand beside them where a factor of the same year is published."
        if known
        else "Market-based emissions are not known."
    )
    return [first, second]
