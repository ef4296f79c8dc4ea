"""Kinds of file that the commands draw into. Light: commands ask before anything is loaded."""

from pathlib import Path

from aienergy.errors import Problem

FORMATS = (".svg", ".png", ".pdf")


def unknown_format(path: Path | None) -> list[Problem]:
    """Return what is wrong with the name of a drawing, if one is asked for."""
    if path is None or path.suffix in FORMATS:
        return []
    hint = f"Let its name end in {', '.join(FORMATS)}."
    return [Problem(str(path), "unknown kind of figure", hint)]
