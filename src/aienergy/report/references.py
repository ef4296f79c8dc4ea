"""The list of references: author and year, only what the report uses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from aienergy.errors import LedgerError, Problem
from aienergy.prose import authors_short

LICENCES = {
    "LicenseRef-facts-cited": "",
    "LicenseRef-public-domain-US": "Public domain (US)",
    "CC-BY-4.0": "CC BY 4.0",
    "Apache-2.0": "Apache 2.0",
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of the list.

    Attributes:
        key: Key of the source.
        authors: Names, the last one after "and".
        year: Year, with a letter where author and year alone are ambiguous.
        title: Title.
        published_in: Journal, publisher or page; may be empty.
        url: Address, or empty.
        link: What is shown for it: DOI, arXiv number, or host.
        licence: Terms under which its data may be used.
    """

    key: str
    authors: str
    year: str
    title: str
    published_in: str
    url: str
    link: str
    licence: str


def lettered_years(sources: Mapping[str, Mapping[str, str]], used: Iterable[str]) -> dict[str, str]:
    """Return the year of each used source, with a letter where two would be cited alike."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in sorted(used):
        alike[authors_short(sources[key]), sources[key]["year"]].append(key)
    years = {}
    for (_, year), keys in alike.items():
        mark = "" if year[-1:].isdigit() else "-"  # n.d.-a
        letters = [mark + letter for letter in _LETTERS] if len(keys) > 1 else [""]
        if len(keys) > len(letters):
            hint = "Tell them apart by the author field in data/raw/sources.bib."
            raise LedgerError(Problem("data/raw/sources.bib", f"too many alike: {keys}", hint))
        years.update({key: year + letter for key, letter in zip(keys, letters, strict=False)})
    return years


def references(sources: Mapping[str, Mapping[str, str]], used: Iterable[str]) -> list[Reference]:
    """Return the references in the order of authors and year.

    Args:
        sources: Rows of the bibliography by key, years with their letters.
        used: Keys of the sources that the report rests on.
    """
    entries = [_reference(sources[key]) for key in set(used)]
    return sorted(entries, key=lambda e: (e.authors.casefold(), e.year, e.title, e.key))


def _reference(source: Mapping[str, str]) -> Reference:
    url = source["url"]
    if url and urlsplit(url).scheme not in ("http", "https"):
        hint = "Write an https address in data/raw/sources.bib."
        raise LedgerError(Problem(f"source '{source['key']}'", f"the address {url!r}", hint))
    return Reference(
        key=source["key"],
        authors=authors_long(source["authors"]),
        year=source["year"],
        title=source["title"],
        published_in=source["published_in"],
        url=url,
        link=_shown(url),
        licence=LICENCES.get(source["licence"], source["licence"].removeprefix("LicenseRef-")),
    )


def authors_long(authors: str) -> str:
    """Return `Strubell, Ganesh and McCallum`, or `Brown et al.` where the registry says others."""
    names = authors.split("; ")
    if names[-1] == "others":
        return f"{', '.join(names[:-1])} et al."
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _shown(url: str) -> str:
    parts = urlsplit(url)
    host, path = parts.netloc.removeprefix("www."), parts.path
    if host == "doi.org":
        return f"doi:{path.lstrip('/')}"
    if host == "arxiv.org" and path.startswith("/abs/"):
        return f"arXiv:{path.removeprefix('/abs/')}"
    return host
