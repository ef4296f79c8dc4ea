"""What may be added, or stand on one axis: water of one flow, embodied emissions of one extent.

A withdrawal holds what was consumed and what flowed back, so the two are never added. Embodied
totals differ by the stages of life in them, so that totals of unlike stages are never compared.
"""

from collections.abc import Iterable

from aienergy.errors import LedgerError, Problem

FLOWS = ("withdrawal", "consumption")
SITES = ("on_site", "off_site")
# Extent of embodied totals, the narrowest first; `life_cycle` has the electricity of use in it.
STAGES = {
    "cradle_to_gate": "Cradle to gate",
    "cradle_to_site": "Cradle to site",
    "life_cycle_without_use": "Life cycle without use",
}


def one_flow(flows: Iterable[str], where: str = "water") -> str:
    """Return the one flow of waters that are to be added or drawn together.

    Raises:
        LedgerError: Withdrawal beside consumption, or a flow that its source does not state.
    """
    found = sorted(set(flows))
    unknown = [flow for flow in found if flow not in FLOWS]
    if unknown:
        hint = f"Only a stated flow adds up: {', '.join(FLOWS)}."
        raise LedgerError(Problem(where, f"water of an unstated flow: {unknown}", hint))
    if len(found) != 1:
        hint = "Keep them apart: a withdrawal has the consumption in it."
        raise LedgerError(Problem(where, f"water of {len(found)} flows together: {found}", hint))
    return found[0]


def both_sites(sites: Iterable[str], where: str = "water") -> None:
    """Check that waters to be added are those on site and off site, once each.

    Raises:
        LedgerError: Another site, or one of the two missing or twice.
    """
    found = sorted(sites)
    if found != sorted(SITES):
        hint = "A sum is of one water on site and one off site, and says so."
        raise LedgerError(Problem(where, f"these do not add up: {found}", hint))


def one_extent(stages: Iterable[str], where: str = "embodied emissions") -> str:
    """Return the one extent of embodied totals that are to be compared or drawn together.

    Raises:
        LedgerError: Several extents, one that is not stated, or one with the electricity of use.
    """
    found = sorted(set(stages))
    unknown = [stage for stage in found if stage not in STAGES]
    if unknown:
        hint = f"Known extents without use: {', '.join(STAGES)}."
        raise LedgerError(Problem(where, f"no comparable extent: {unknown}", hint))
    if len(found) != 1:
        hint = "Give each extent a table or a panel of its own."
        raise LedgerError(Problem(where, f"extents together on one axis: {found}", hint))
    return found[0]
