"""`aienergy fetch`: which files of which edition go where, and what is said about them."""

import difflib
import hashlib
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from aienergy.contracts.sources import File, Source, Vintage
from aienergy.errors import LedgerError, Problem
from aienergy.fetch.transfer import Manner, Pin, Progress, Received, download

LATEST = "latest"
_STAGED = ".latest"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def chosen(sources: Mapping[str, Source], name: str | None) -> list[Source]:
    """Return the source of a key or of a folder, or all of them.

    Raises:
        LedgerError: No such source.
    """
    if name is None:
        return list(sources.values())
    by_name = {source.folder: source for source in sources.values()} | dict(sources)
    if name not in by_name:
        near = difflib.get_close_matches(name, by_name, n=6, cutoff=0.4)
        hint = f"Near ones: {', '.join(near) or 'none'}; aienergy fetch --list shows all."
        raise LedgerError(Problem("data/raw/sources", f"no source '{name}' to download", hint))
    return [by_name[name]]


def listing(sources: Iterable[Source]) -> str:
    """Return a table of all editions: key, folder, day, files, bytes, whether they may be shared.

    An edition of which a file has no lasting address is marked `by hand`.
    """
    rows = [("source", "folder", "edition", "files", "bytes", "redistributable", "")]
    for source in sources:
        for vintage in source.vintages:
            size_bytes = sum(file.size_bytes for file in vintage.files)
            by_hand = "by hand" if any(file.url is None for file in vintage.files) else ""
            count = str(len(vintage.files))
            rows.append(
                (source.key, source.folder, vintage.date, count, f"{size_bytes}",
                 source.redistributable, by_hand)
            )  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def edition(source: Source, date: str | None) -> Vintage:
    """Return the edition of a day, or the newest one.

    Raises:
        LedgerError: No edition of that day is declared.
    """
    by_date = {vintage.date: vintage for vintage in source.vintages}
    if date is not None and date not in by_date:
        hint = f"Declared are {', '.join(by_date)}, and 'latest' for the publisher's present one."
        raise LedgerError(Problem(source.where, f"no edition of '{date}'", hint))
    return by_date[date] if date is not None else source.vintages[-1]


def target_of(out: Path, source: Source, date: str, name: str) -> Path:
    """Return where a file goes: `<out>/<folder>/<date>/<name>`.

    Raises:
        LedgerError: One of the names could lead elsewhere.
    """
    for part in (source.folder, date.removeprefix("."), name):
        if not _NAME.fullmatch(part):
            hint = "Letters, digits, dot, dash and underscore, no separator."
            raise LedgerError(Problem(source.where, f"'{part}' is no bare file name", hint))
    return out / source.folder / date / name


def fetch_edition(
    source: Source, vintage: Vintage, out: Path, manner: Manner, progress: Progress
) -> None:
    """Download the files of a declared edition that are not there yet, and say so.

    Args:
        source: The source.
        vintage: Its edition.
        out: Folder like `snapshots`.
        manner: Attempts, waits and limits.
        progress: Told how far it is.

    Raises:
        LedgerError: A file did not come or is not as declared; the others were brought.
    """
    problems: list[Problem] = []
    for file in vintage.files:
        target = target_of(out, source, vintage.date, file.name)
        try:
            state = _brought(source, file, target, manner, progress)
            print(f"{target.as_posix()}: {file.size_bytes} bytes, {state}")
        except LedgerError as error:
            problems += error.problems
    if problems:
        raise LedgerError(*problems)


def _brought(source: Source, file: File, target: Path, manner: Manner, progress: Progress) -> str:
    if target.is_file() and _is(target, file):
        return "there already"
    if file.url is None:
        what = f"no lasting address of {target.name} is known"
        hint = (
            f"Take it from {source.landing_url} and put it there; its SHA-256 must be"
            f" {file.sha256}."
        )
        raise LedgerError(Problem(target.as_posix(), what, hint))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        download(file.url, target, Pin(file.sha256, file.size_bytes), manner, progress)
    except LedgerError as error:
        hint = f"Landing page: {source.landing_url}"
        raise LedgerError(
            *(Problem(p.where, p.what, f"{p.hint} {hint}") for p in error.problems)
        ) from error
    return "as declared"


def _is(path: Path, file: File) -> bool:
    if path.stat().st_size != file.size_bytes:
        return False
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


def fetch_latest(source: Source, out: Path, manner: Manner, progress: Progress) -> str:
    """Download the publisher's present edition, for which nothing vouches.

    The files go to the folder of the day on the server's clock, all of them or none.

    Returns:
        YAML to be added to the source's description once somebody has looked at the files.

    Raises:
        LedgerError: No address is declared, a file did not come, the server tells no day, or a
            declared edition of that day would be overwritten.
    """
    if not source.download:
        hint = f"Add `download` to it, or go to {source.landing_url}."
        raise LedgerError(Problem(source.where, "no address of the present edition", hint))
    staged = {name: target_of(out, source, _STAGED, name) for name in source.download}
    try:
        received: dict[str, Received] = {}
        for name, url in source.download.items():
            staged[name].parent.mkdir(parents=True, exist_ok=True)
            received[name] = download(url, staged[name], None, manner, progress)
        day = min(one.day for one in received.values())
        if not day:
            hint = f"Download it by hand from {source.landing_url}."
            raise LedgerError(Problem(source.where, "the server tells no day", hint))
        _check_declared(source, day, received)
        for name, path in staged.items():
            target = target_of(out, source, day, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    finally:
        for path in staged.values():
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.partial").unlink(missing_ok=True)
        folder = out / source.folder / _STAGED
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return _stanza(source, day, received)


def _check_declared(source: Source, day: str, received: Mapping[str, Received]) -> None:
    """Refuse to put unknown bytes where a declared edition lies."""
    for vintage in source.vintages:
        for file in vintage.files:
            came = received.get(file.name)
            if vintage.date == day and came and came.sha256 != file.sha256:
                what = f"{file.name} is no longer the one declared for {day}"
                hint = "It was published anew that day; fetch it into another folder (--out)."
                raise LedgerError(Problem(source.where, what, hint))


def _stanza(source: Source, day: str, received: Mapping[str, Received]) -> str:
    known = {file.sha256: vintage.date for vintage in source.vintages for file in vintage.files}
    lines = [f'  - date: "{day}"', "    files:"]
    for name, one in received.items():
        same = f"  # as in the edition of {known[one.sha256]}" if one.sha256 in known else ""
        lines += [
            f"      - name: {name}{same}",
            "        pinned: false",
            f'        sha256: "{one.sha256}"',
            f"        bytes: {one.size_bytes}",
        ]
    return "\n".join(lines)


class Meter:
    """Tells on standard error how far a transfer is.

    Args:
        wanted: Whether to tell; otherwise it is silent.
    """

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted
        self._told = ""

    def __call__(self, name: str, size_bytes: int, length_bytes: int | None) -> None:
        """Tell the bytes so far, and the share of the whole where it is known."""
        share = f", {100 * size_bytes // length_bytes} %" if length_bytes else ""
        line = f"{name}: {size_bytes} bytes{share}"
        if self.wanted:
            end = "\n" if size_bytes == length_bytes else ""
            print(f"\r{line.ljust(len(self._told))}", end=end, file=sys.stderr, flush=True)
            self._told = "" if end else line


def fetch(
    sources: Mapping[str, Source],
    name: str | None,
    date: str | None,
    out: Path,
    manner: Manner,
    progress: Progress,
) -> None:
    """Fetch an edition of one source, or the newest declared one of each.

    Args:
        sources: Declared sources by key.
        name: Key or folder of one source, or None for all.
        date: Day of an edition, `latest` for the publisher's present one, None for the newest
            declared.
        out: Folder to write to.
        manner: Attempts, waits and limits.
        progress: Told how far it is.

    Raises:
        LedgerError: Everything that could not be brought.
    """
    if name is None and date is not None:
        hint = "aienergy fetch --list shows the sources and their editions."
        raise LedgerError(Problem("--vintage", "belongs to one source", f"Name it; {hint}"))
    problems: list[Problem] = []
    for source in chosen(sources, name):
        try:
            if date == LATEST:
                stanza = fetch_latest(source, out, manner, progress)
                print(
                    "UNPINNED: no hash vouches for these files. Look at them; then add to"
                    f" {source.where}:\n{stanza}"
                )
            else:
                fetch_edition(source, edition(source, date), out, manner, progress)
            if source.redistributable != "yes":
                print(f"{source.key}: not to be passed on (see its terms: {source.landing_url})")
        except LedgerError as error:
            problems += error.problems
    if problems:
        raise LedgerError(*problems)
