"""Find the format of a log by its content, read it, and pass it through the gates."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aienergy.errors import LedgerError, Problem
from aienergy.logs.gates import passed
from aienergy.logs.reading import Companions, Reading
from aienergy.logs.text import LARGEST_LOG_BYTE, decode

HEAD_CHARACTERS = 65_536
_JSON_NAME = re.compile(r'"([A-Za-z_]\w*)"\s*:')


@dataclass(frozen=True, slots=True)
class Head:
    """What a reader may look at to know its format.

    Attributes:
        text: The first characters of the file.
        header: Cells of its first line that is no comment, stripped, as printed.
        names: Names of members in it, if it is JSON.
        is_mllog: Whether a line of MLPerf's logging stands anywhere in the file.
    """

    text: str
    header: tuple[str, ...]
    names: frozenset[str]
    is_mllog: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """One format.

    Attributes:
        format: Its key.
        title: Its name for people.
        recognizes: Whether a file is of this format, whole or damaged.
        read: Text, name for messages and the files beside it, to a reading.
        near: What a file lacks that almost is of this format; empty for other files.
        lends: Whether a file beside a log may be needed to read it.
    """

    format: str
    title: str
    recognizes: Callable[[Head], bool]
    read: Callable[[str, str, Companions], Reading]
    near: Callable[[Head], str] = lambda _: ""
    lends: Callable[[str], bool] = lambda _: False


def head_of(text: str) -> Head:
    """Return what readers look at."""
    start = text[:HEAD_CHARACTERS]
    lines = (line for line in start.splitlines() if line.strip() and not line.startswith("#"))
    cells = tuple(cell.strip().strip('"') for cell in next(lines, "")[:4096].split(","))
    is_json = start.lstrip()[:1] in ("{", "[")
    names = frozenset(_JSON_NAME.findall(start)) if is_json else frozenset()
    return Head(start, cells, names, ":::MLLOG" in text)


def read_log(
    source: Path | bytes,
    name: str,
    companions: Mapping[str, bytes] | None = None,
    readers: Sequence[Reader] = (),
) -> Reading:
    """Read a log of any known format.

    Args:
        source: The file, or its content.
        name: Its name, for messages and for what only a name tells (`node_1`, `ac`).
        companions: Name and content of the files beside it, of which a format may need one.
        readers: Formats to try before those of this package.

    Raises:
        LedgerError: No reader knows the file, its reader refuses it, or a gate does.
    """
    text = decode(read_bytes(source, name) if isinstance(source, Path) else source, name)
    head = head_of(text)
    known = (*readers, *formats())
    for reader in known:
        if reader.recognizes(head):
            texts = {key: _or_empty(content, key) for key, content in (companions or {}).items()}
            return passed(reader.read(text, name, texts), name)
    near = [told for told in (reader.near(head) for reader in known) if told]
    what = "; ".join(near) or "no known format"
    hint = f"Known: {', '.join(reader.title for reader in known)}."
    raise LedgerError(Problem(name, what, hint))


def read_bytes(path: Path, name: str) -> bytes:
    """Return the content of a file that is neither a link nor too large.

    Raises:
        LedgerError: It is, or it cannot be read.
    """
    if path.is_symlink():
        raise LedgerError(Problem(name, "is a symbolic link", "Name the file itself."))
    try:
        if path.stat().st_size > LARGEST_LOG_BYTE:
            what = f"{path.stat().st_size / 2**20:.0f} MiB, more than {LARGEST_LOG_BYTE >> 20} MiB"
            raise LedgerError(Problem(name, what, "Cut the log to the run."))
        return path.read_bytes()
    except OSError as error:
        hint = "Name a readable file."
        raise LedgerError(Problem(name, error.strerror or "cannot be read", hint)) from error


def _or_empty(content: bytes, name: str) -> str:
    """Return a companion's text; what cannot be read is no help, and told on its own turn."""
    try:
        return decode(content, name)
    except LedgerError:
        return ""


def formats() -> tuple[Reader, ...]:
    """Return the readers of this package, the most distinctive first and the plain one last."""
    from aienergy.logs import (
        boamps,
        carbontracker,
        codecarbon_log,
        eco2ai,
        mlperf_inference,
        mlperf_tiny,
        mlperf_training,
        nvidia_smi_log,
        optimum,
        plain,
        zeus,
    )

    modules = (
        codecarbon_log,
        eco2ai,
        zeus,
        boamps,
        optimum,
        carbontracker,
        mlperf_inference,
        mlperf_tiny,
        mlperf_training,
        nvidia_smi_log,
        plain,
    )
    return tuple(module.READER for module in modules)
