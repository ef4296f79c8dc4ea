"""Which files there are to read, and which of them must be read together.

It imports no table library: the workflow asks it for its batches at every start.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aienergy.errors import LedgerError, Problem

DESCRIPTION = "run.yaml"


@dataclass(frozen=True, slots=True)
class Unit:
    """Files that are read together: they may be companions of each other, or one described run.

    Attributes:
        folder: Where they lie.
        files: The files, in order.
        is_described: Whether `run.yaml` in the folder says what they are; then `files` holds all
            that lies below it.
    """

    folder: Path
    files: tuple[Path, ...]
    is_described: bool = False


def find(paths: Iterable[Path]) -> list[Unit]:
    """Return what is to be read below files and folders, each file once, described runs first.

    Args:
        paths: Files are taken as they are; of a folder everything that is not hidden.

    Raises:
        LedgerError: A path that does not exist.
    """
    described: dict[Path, tuple[Path, ...]] = {}
    folders: dict[Path, dict[Path, None]] = {}
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            inside = sorted(p for p in path.rglob("*") if not _is_hidden(p.relative_to(path)))
            own = [p.parent for p in (path / DESCRIPTION, *inside) if p.name == DESCRIPTION]
            own = [folder for folder in dict.fromkeys(own) if (folder / DESCRIPTION).is_file()]
            files = [p for p in inside if p.is_file()]
            for folder in own:
                described[folder] = tuple(p for p in files if folder in p.parents)
            files = [p for p in files if not set(p.parents) & set(described)]
        elif path.is_file() or path.is_symlink():
            files = [path]
        else:
            hint = "Correct the path."
            raise LedgerError(Problem(str(path), "the file does not exist", hint))
        for file in files:
            folders.setdefault(file.parent, {})[file] = None
    return [
        *(Unit(folder, files, is_described=True) for folder, files in described.items()),
        *(Unit(folder, tuple(files)) for folder, files in folders.items()),
    ]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def batched(folder: Path, count: int) -> list[dict[int, Unit]]:
    """Deal what lies below a folder out to batches, by the rank of each unit.

    A unit is never divided. Ranks are dealt out in turn, so that batches are alike in number of
    units, and folders that are added last in the order of names leave the others where they are.

    Args:
        folder: Folder of logs.
        count: Number of batches; there are fewer if there are fewer units.

    Returns:
        For each batch its units by their rank among all.

    Raises:
        LedgerError: No such folder, or nothing in it.
    """
    units = find([folder]) if folder.is_dir() else []
    if not units:
        what = "no file to read" if folder.is_dir() else "no such folder"
        hint = "Name a folder of logs: snakemake logs --config logs=<folder>"
        raise LedgerError(Problem(str(folder), what, hint))
    size = min(count, len(units))
    ranked = list(enumerate(units))
    return [dict(ranked[first::size]) for first in range(size)]
