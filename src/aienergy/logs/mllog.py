"""Lines of MLPerf's logging: `:::MLLOG {json}`, with or without the number of a rank before it."""

from collections.abc import Iterator
from typing import Any

from aienergy.errors import LedgerError
from aienergy.logs.gates import refuse
from aienergy.logs.text import parse_json

MARK = ":::MLLOG"


def entries(text: str, where: str, keys: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the entries with one of the keys, in the order of the log.

    Args:
        text: The log; other lines are passed over.
        where: Its name for messages.
        keys: Keys to be read.

    Raises:
        LedgerError: A line with one of the keys that is no JSON object.
    """
    marks = tuple(f'"{key}"' for key in keys)
    for number, line in enumerate(text.splitlines(), start=1):
        at = line.find(MARK)
        if at < 0 or not any(mark in line for mark in marks):
            continue
        place = f"{where}:{number}"
        try:
            entry = parse_json(line[at + len(MARK) :], place)
        except LedgerError as error:
            what = "a line of the log is cut or damaged"
            raise refuse(place, what, "Delete the damaged line, and say so.") from error
        if isinstance(entry, dict) and entry.get("key") in keys:
            yield entry


def metadata(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata of an entry, which is an object or an empty string."""
    found = entry.get("metadata")
    return found if isinstance(found, dict) else {}


def contains(text: str, *keys: str) -> bool:
    """Say whether all the keys stand in a log, without parsing it."""
    return MARK in text and all(f'"{key}"' in text for key in keys)
