"""Fonts of the page: static faces, cut down to the characters in use, embedded in the page.

`python -m aienergy.report.fonts --out FOLDER` makes the faces ready for all pages: static, with the
letters of European languages and common signs. A page that needs others cuts them from the fonts.
"""

import argparse
import base64
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from aienergy.errors import LedgerError, Problem
from aienergy.report.finish import shown_text
from aienergy.stage import run


@dataclass(frozen=True, slots=True)
class Face:
    """One face.

    Attributes:
        family: Name of the family.
        weight: Weight as CSS counts it.
        style: `normal` or `italic`.
        package: Package that holds the file.
        file: Name of the file.
        axes: Place of the face in a variable font, else None.
    """

    family: str
    weight: int
    style: str
    package: str
    file: str
    axes: dict[str, float] | None = None

    @property
    def ready(self) -> str:
        """Name of the file that holds the face made ready."""
        return f"{self.family.replace(' ', '')}-{self.weight}-{self.style}.ttf"


_SERIF = ("IBM Plex Serif", "fontpkg_ibm_plex_serif")
_SANS = ("IBM Plex Sans", "fontpkg_ibm_plex_sans", "IBMPlexSans[wdth,wght].ttf")
FACES = (
    Face(_SERIF[0], 400, "normal", _SERIF[1], "IBMPlexSerif-Regular.ttf"),
    Face(_SERIF[0], 400, "italic", _SERIF[1], "IBMPlexSerif-Italic.ttf"),
    Face(_SERIF[0], 600, "normal", _SERIF[1], "IBMPlexSerif-SemiBold.ttf"),
    Face(_SANS[0], 400, "normal", _SANS[1], _SANS[2], {"wght": 400, "wdth": 100}),
    Face(_SANS[0], 600, "normal", _SANS[1], _SANS[2], {"wght": 600, "wdth": 100}),
)

# Latin, Greek, punctuation, arrows, mathematics.
_COMMON = frozenset((*range(0x20, 0x400), *range(0x2000, 0x2C00)))


def font_css(text: str, *, compressed: bool, ready: Path | None = None) -> str:
    """Return the `@font-face` rules for a text.

    Args:
        text: Everything that the page shows.
        compressed: Embed woff2, cut down; a page that is laid out at once, by a program that cuts
            fonts itself, is faster with plain TrueType.
        ready: Folder of the faces made ready.

    Raises:
        LedgerError: A character that no face has: the page would look different on each machine.
    """
    characters = {ord(char) for char in text} - set(range(32))
    if ready and characters <= _COMMON:
        faces, covered = _read(ready, characters, cut=compressed)
    else:
        faces, covered = _cut(characters)
    missing = characters - covered
    if missing:
        shown = ", ".join(f"{chr(code)} (U+{code:04X})" for code in sorted(missing))
        hint = "Write it with characters that IBM Plex has, or add a face to report/fonts.py."
        raise LedgerError(Problem("report", f"no embedded font has {shown}", hint))
    return "\n".join(_rule(face, data, compressed=compressed) for face, data in faces)


def _read(
    folder: Path, characters: set[int], *, cut: bool
) -> tuple[list[tuple[Face, bytes]], set[int]]:
    """Return the faces made ready, perhaps cut down, and those of the characters that they have."""
    faces, covered = [], set()
    for face in FACES:
        data = (folder / face.ready).read_bytes()
        covered |= characters & set(_open(data).getBestCmap())
        faces.append((face, _subset(_open(data), characters) if cut else data))
    return faces, covered


def _cut(characters: Iterable[int]) -> tuple[list[tuple[Face, bytes]], set[int]]:
    """Return static faces cut down to some characters, and those of them that they have."""
    wanted, covered = set(characters), set()
    cut: dict[str, bytes] = {}  # a variable font is cut once for all its faces
    faces = []
    for face in FACES:
        if face.file not in cut:
            font = _font_of(face)
            covered |= wanted & set(font.getBestCmap())
            cut[face.file] = _subset(font, wanted)
        faces.append((face, _static(cut[face.file], face.axes)))
    return faces, covered


def covered(text: str) -> str:
    """Return the characters of a text that some face has, each once."""
    found: set[int] = set()
    for face in FACES:
        found |= {ord(char) for char in text} & set(_font_of(face).getBestCmap())
    return "".join(map(chr, sorted(found)))


def _open(data: bytes) -> TTFont:
    return TTFont(io.BytesIO(data), recalcTimestamp=False, lazy=True)


def _font_of(face: Face) -> TTFont:
    return _open(resources.files(face.package).joinpath("files", face.file).read_bytes())


def _saved(font: TTFont) -> bytes:
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _subset(font: TTFont, characters: set[int]) -> bytes:
    """Return a font cut down to some characters."""
    options = Options()
    options.hinting = False
    options.recalc_timestamp = False
    options.notdef_outline = True
    options.name_IDs = [1, 2]
    options.layout_features = ["kern", "liga", "tnum"]
    options.drop_tables += ["DSIG", "meta"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=sorted(characters))
    cutter.subset(font)
    return _saved(font)


def _static(data: bytes, axes: dict[str, float] | None) -> bytes:
    """Return a font at one place of its axes: after the cut, when few glyphs are left to move."""
    if not axes:
        return data
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    instancer.instantiateVariableFont(font, axes, inplace=True)
    return _saved(font)


def _rule(face: Face, data: bytes, *, compressed: bool) -> str:
    if compressed:
        font = TTFont(io.BytesIO(data), recalcTimestamp=False)
        font.flavor = "woff2"
        data = _saved(font)
    encoded = base64.b64encode(data).decode("ascii")
    kind = ("woff2", "woff2") if compressed else ("ttf", "truetype")
    return (
        f"@font-face{{font-family:'{face.family}';font-weight:{face.weight};"
        f"font-style:{face.style};font-display:block;"
        f"src:url(data:font/{kind[0]};base64,{encoded}) format('{kind[1]}')}}"
    )


def with_fonts(pages: list[str]) -> list[str]:
    """Return the pages with the fonts of both, which are cut once.

    Names come from outside: a character that the fonts lack is left to the reader's own.
    """
    generated = "".join(re.findall(r'content:[^;]*"([^"]*)"', "".join(pages)))
    shown = covered("".join(map(shown_text, pages)) + generated)
    faces = font_css(shown, compressed=True)
    return [page.replace("/*fonts*/", faces, 1) for page in pages]


def main() -> None:
    """Make the faces ready."""
    parser = argparse.ArgumentParser(prog="python -m aienergy.report.fonts")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for face, data in _cut(_COMMON)[0]:
        (folder / face.ready).write_bytes(data)


if __name__ == "__main__":
    run(main)
