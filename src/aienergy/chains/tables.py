"""Chains as rows of tables, which are printed, drawn and written as JSON."""

from typing import Any

from aienergy.chains.bound import BoundChain, BoundStage
from aienergy.contracts.numbers import Ledger

ENDS = ("value", "low", "high")


def stage_rows(bound: BoundChain, ledger: Ledger) -> list[dict[str, Any]]:
    """Return one row a stage, in order.

    Returns:
        chain, place (from 0), stage, label, after (names, by `;`), calls, boundary (`device` on
        the user's own, empty where the energy is not known), energy_key and energy (Wh in that
        boundary), facility_key, facility, low, high (Wh at the facility), latency_key and
        latency_s (median of one call), critical_key and critical_share, is_critical (on the longest
        path of most requests), inside (stage whose time has this one's in it), energy_note and
        latency_note.
    """
    rows = []
    for place, part in enumerate(bound.stages):
        stage = part.stage
        row: dict[str, Any] = {
            "chain": bound.key,
            "place": place,
            "stage": stage.name,
            "label": stage.label,
            "after": ";".join(stage.after),
            "calls": _calls(part, ledger),
            "boundary": part.boundary,
            "energy_key": part.energy,
            "energy": ledger[part.energy].value if part.energy else None,
            "facility_key": part.facility,
        }
        whole = ledger[part.facility] if part.facility else None
        row |= dict(zip(("facility", "low", "high"), _ends(whole), strict=True))
        share = ledger[part.critical].value if part.critical else None
        row |= {
            "latency_key": part.median,
            "latency_s": ledger[part.median].value if part.median else None,
            "critical_key": part.critical,
            "critical_share": share,
            "is_critical": bool(share is not None and share >= 0.5),
            "inside": stage.latency.inside,
            "energy_note": part.note,
            "latency_note": stage.latency.not_known,
        }
        rows.append(row)
    return rows


def chain_row(bound: BoundChain, ledger: Ledger) -> dict[str, Any]:
    """Return the row of one chain.

    Returns:
        chain, title, region, energy_key, energy, low, high (Wh at the facility), emissions_key,
        cost_key, p50_key, p90_key, p99_key (time), has_all_energies, has_all_times, boundaries (by
        `;`), ladder_share (of the variance of the logarithm of the energy, from the steps that
        stages share), note.
    """
    number = ledger[bound.energy] if bound.energy else None
    row: dict[str, Any] = {
        "chain": bound.key,
        "title": bound.chain.title,
        "region": bound.chain.region,
        "energy_key": bound.energy,
    }
    row |= dict(zip(("energy", "low", "high"), _ends(number), strict=True))
    return row | {
        "emissions_key": bound.emissions,
        "cost_key": bound.cost,
        **{f"{name}_key": bound.latency.get(name, "") for name in ("p50", "p90", "p99")},
        "has_all_energies": bound.has_all_energies,
        "has_all_times": bound.has_all_times,
        "boundaries": ";".join(bound.boundaries),
        "ladder_share": number.variance_shares.get("steps", 0.0) if number else None,
        "note": bound.chain.note.strip(),
    }


def _ends(number: Any) -> tuple[float | None, ...]:  # noqa: ANN401 -- a Number or None
    return tuple(getattr(number, end) if number else None for end in ENDS)


def _calls(part: BoundStage, ledger: Ledger) -> float:
    calls = part.stage.calls
    if isinstance(calls, str):
        return ledger[calls].value
    return calls[0] if isinstance(calls, tuple) else calls
