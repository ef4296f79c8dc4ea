"""Sources that can be downloaded: what each edition's files are, and where they lie.

`data/raw/sources/<key>.yaml` is laid out as `source.schema.json` says. The licence stands in
`sources.bib` alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aienergy.contracts.descriptions import read_description
from aienergy.contracts.findings import Findings
from aienergy.errors import LedgerError, Problem
from aienergy.tables import read_text
from aienergy.units import UnknownUnitError, conversion_factor

SCHEMA = "source.schema.json"


@dataclass(frozen=True, slots=True)
class File:
    """One file of one edition.

    Attributes:
        name: Name under which it is kept, without separators.
        url: Address of exactly these bytes, or None where no lasting one is known.
        sha256: What a copy must hash to, 64 hexadecimal digits.
        size_bytes: What a copy must measure.
    """

    name: str
    url: str | None
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Vintage:
    """One edition of a source.

    Attributes:
        date: ISO day on which it is known to have existed.
        cited_as: Entry of `sources.bib` under which its facts are cited.
        files: Its files.
    """

    date: str
    cited_as: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A source that can be downloaded.

    Attributes:
        key: Its entry in `sources.bib`.
        where: Its file, for error messages.
        folder: Folder of its editions, as locators name it.
        landing_url: Page on which the publisher offers the data.
        download: Address of the present edition by file name; may be empty.
        redistributable: `yes`, `no` or `check`.
        vintages: Editions, oldest first.
    """

    key: str
    where: str
    folder: str
    landing_url: str
    download: dict[str, str]
    redistributable: str
    vintages: tuple[Vintage, ...]


def parse_source(text: str, key: str, where: str) -> Source:
    """Parse the description of one source.

    Args:
        text: Content of the file.
        key: Its name without `.yaml`.
        where: Its name for error messages.

    Raises:
        LedgerError: What the schema refuses, an edition or a file given twice, or an unknown unit.
    """
    told = read_description(text, where, SCHEMA)
    problems = _repeated([vintage["date"] for vintage in told["vintages"]], f"{where} vintages")
    for vintage in told["vintages"]:
        place = f"{where} vintage {vintage['date']}"
        problems += _repeated([file["name"] for file in vintage["files"]], place)
        for file in vintage["files"]:
            problems += _unknown_units(file, f"{place} file {file['name']}")
    if problems:
        raise LedgerError(*problems)
    vintages = [_vintage(vintage, key) for vintage in told["vintages"]]
    return Source(
        key=key,
        where=where,
        folder=told["folder"],
        landing_url=told["landing_url"],
        download=told.get("download", {}),
        redistributable=told["redistributable"],
        vintages=tuple(sorted(vintages, key=lambda vintage: vintage.date)),
    )


def _vintage(told: dict[str, Any], key: str) -> Vintage:
    files = [
        File(file["name"], file.get("url"), file["sha256"], file["bytes"]) for file in told["files"]
    ]
    return Vintage(told["date"], told.get("cited_as", key), tuple(files))


def _repeated(names: Iterable[str], where: str) -> list[Problem]:
    # file systems of macOS and Windows don't tell small letters from capitals
    counts = Counter(name.casefold() for name in names)
    return [
        Problem(where, f"'{name}' stands there {count} times", "Keep one of them.")
        for name, count in counts.items()
        if count > 1
    ]


def _unknown_units(file: dict[str, Any], where: str) -> list[Problem]:
    problems = []
    for column in file.get("columns", []):
        try:
            conversion_factor(column["unit"], column["unit"])
        except UnknownUnitError:
            what = f"column '{column['name']}' has the unknown unit '{column['unit']}'"
            problems.append(Problem(where, what, "Units are those of aienergy/units.py."))
    return problems


def read_sources(folder: Path) -> dict[str, Source]:
    """Read all descriptions of a folder.

    Args:
        folder: `data/raw/sources`; it may be absent.

    Returns:
        The sources by key, in the order of their keys.

    Raises:
        LedgerError: Everything wrong in any of them, and a folder that two of them claim.
    """
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            sources[path.stem] = parse_source(read_text(path), path.stem, path.as_posix())
        except LedgerError as error:
            problems += error.problems
    owners: dict[str, str] = {}
    for source in sources.values():
        if source.folder in owners:
            what = f"folder '{source.folder}' belongs to {owners[source.folder]} already"
            problems.append(Problem(source.where, what, "Give each source a folder of its own."))
        owners.setdefault(source.folder, source.key)
    if problems:
        raise LedgerError(*problems)
    return sources


def check_sources(folder: Path, keys: Collection[str], findings: Findings) -> None:
    """Note everything wrong in the descriptions of a folder.

    Args:
        folder: `data/raw/sources`.
        keys: Entries of `sources.bib`.
        findings: Where problems go.
    """
    try:
        sources = read_sources(folder)
    except LedgerError as error:
        for problem in error.problems:
            findings.add(problem)
        return
    for source in sources.values():
        for key in sorted({source.key, *(vintage.cited_as for vintage in source.vintages)}):
            if key not in keys:
                hint = f"Add an entry '{key}' to data/raw/sources.bib."
                findings.add(Problem(source.where, f"unknown source '{key}'", hint))
