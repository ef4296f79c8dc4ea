"""What the licences of sources ask of a figure that draws from them.

The figure and its table are an adaptation of the sources' data, so it bears the strictest of
their licences and at least our own. A licence that forbids adaptations or copies stops the build,
and so do two that each demand the whole under their own terms. A work of which single facts alone
are cited is `LicenseRef-facts-cited`, whatever its own licence: facts are nobody's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aienergy.errors import LedgerError, Problem

OURS = "CC-BY-4.0"


@dataclass(frozen=True, slots=True)
class Terms:
    """What one licence asks.

    Attributes:
        adaptable: Whether adapted copies may be shared at all.
        share_alike: Whether they must be under this very licence.
        commercial: Whether they may be used for money.
    """

    adaptable: bool = True
    share_alike: bool = False
    commercial: bool = True


# SPDX ids, from what asks nothing to what forbids; a later one is the stricter. Sources: the
# texts of the licences at spdx.org/licenses. ODbL counts as share-alike, since the table beside
# a figure is a derived database; MPL binds the very files of a program, not values read from them.
# LicenseRef ids are defined in docs/data-entry.md.
TERMS = {
    "CC0-1.0": Terms(),
    "LicenseRef-public-domain-US": Terms(),
    "LicenseRef-facts-cited": Terms(),
    "MIT": Terms(),
    "BSD-3-Clause": Terms(),
    "Apache-2.0": Terms(),
    "MPL-2.0": Terms(),
    "OGL-UK-3.0": Terms(),
    "etalab-2.0": Terms(),
    "CC-BY-3.0": Terms(),
    "CC-BY-4.0": Terms(),
    "CC-BY-NC-4.0": Terms(commercial=False),
    "CC-BY-SA-4.0": Terms(share_alike=True),
    "ODbL-1.0": Terms(share_alike=True),
    "CC-BY-NC-SA-4.0": Terms(share_alike=True, commercial=False),
    "CC-BY-ND-4.0": Terms(adaptable=False),
    "CC-BY-NC-ND-4.0": Terms(adaptable=False, commercial=False),
    "LicenseRef-no-redistribution": Terms(adaptable=False, commercial=False),
}
_ORDER = {name: place for place, name in enumerate(TERMS)}
UNKNOWN_HINT = "Use an id of TERMS in src/aienergy/licences.py, or add it there with its terms."


def strictest(licences: Iterable[str]) -> str:
    """Return the licence that an adaptation of all these works bears.

    Args:
        licences: SPDX ids of `TERMS`, at least one.

    Raises:
        LedgerError: An unknown id, one that forbids adaptations, or ids that exclude each other.
    """
    names = sorted(set(licences))
    problems = [
        Problem("licences", f"unknown licence '{name}'", UNKNOWN_HINT)
        for name in names
        if name not in TERMS
    ]
    problems += [
        Problem("licences", f"{name} forbids adapted copies", "Leave the work out.")
        for name in names
        if name in TERMS and not TERMS[name].adaptable
    ]
    if problems:
        raise LedgerError(*problems)
    binding = [name for name in names if TERMS[name].share_alike]
    unpaid = [name for name in names if not TERMS[name].commercial]
    # Share-alike for every use can't take in what excludes use for money.
    torn = bool(binding and unpaid) and TERMS[binding[0]].commercial
    if len(binding) > 1 or torn:
        what = f"{' and '.join(sorted({*binding, *unpaid}))} can't be met together"
        raise LedgerError(Problem("licences", what, "Draw them in figures of their own."))
    return max(names, key=lambda name: _ORDER[name])


def licence_of_figure(figure: str, sources: Mapping[str, str]) -> str:
    """Return the licence of a figure, at least as strict as our own.

    Args:
        figure: Id of the figure.
        sources: Licence of each source that its table or its caption takes values from.

    Raises:
        LedgerError: As `strictest`, each problem with the figure and the sources it is about.
    """
    problems: list[Problem] = []
    for key, licence in sources.items():
        if licence not in TERMS:
            what = f"source '{key}' has the unknown licence '{licence}'"
            problems.append(Problem(f"figure {figure}", what, UNKNOWN_HINT))
        elif not TERMS[licence].adaptable:
            what = f"draws from '{key}', whose licence {licence} forbids adapted copies"
            hint = "Leave it out, or cite single facts of it alone: LicenseRef-facts-cited."
            problems.append(Problem(f"figure {figure}", what, hint))
    if problems:
        raise LedgerError(*problems)
    try:
        return strictest([OURS, *sources.values()])
    except LedgerError as error:
        told = ", ".join(
            f"{key} ({licence})"
            for key, licence in sources.items()
            if TERMS[licence].share_alike or not TERMS[licence].commercial
        )
        raise LedgerError(
            *(Problem(f"figure {figure}", f"{p.what}: {told}", p.hint) for p in error.problems)
        ) from error
