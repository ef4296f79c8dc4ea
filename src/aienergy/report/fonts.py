"""Fonts of the page: static faces, cut down to the characters in use, embedded in the page."""

import base64
import io
import re
from dataclasses import dataclass
from importlib import resources

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from aienergy.errors import LedgerError, Problem
from aienergy.report.finish import shown_text


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


_SERIF = ("IBM Plex Serif", "fontpkg_ibm_plex_serif")
_SANS = ("IBM Plex Sans", "fontpkg_ibm_plex_sans", "IBMPlexSans[wdth,wght].ttf")
FACES = (
    Face(_SERIF[0], 400, "normal", _SERIF[1], "IBMPlexSerif-Regular.ttf"),
    Face(_SERIF[0], 400, "italic", _SERIF[1], "IBMPlexSerif-Italic.ttf"),
    Face(_SERIF[0], 600, "normal", _SERIF[1], "IBMPlexSerif-SemiBold.ttf"),
    Face(_SANS[0], 400, "normal", _SANS[1], _SANS[2], {"wght": 400, "wdth": 100}),
    Face(_SANS[0], 600, "normal", _SANS[1], _SANS[2], {"wght": 600, "wdth": 100}),
)


def font_css(text: str, *, compressed: bool) -> str:
    """Return the `@font-face` rules for a text.

    Args:
        text: Everything that the page shows.
        compressed: Embed woff2; a page that is laid out at once is faster with plain TrueType.

    Raises:
        LedgerError: A character that no face has: the page would look different on each machine.
    """
    characters = {ord(char) for char in text} - set(range(32))
    covered: set[int] = set()
    cut: dict[str, bytes] = {}  # a variable font is cut once for all its faces
    rules = []
    for face in FACES:
        if face.file not in cut:
            cut[face.file], has = _subset(face, characters)
            covered |= has
        flavor = "woff2" if compressed else None
        rules.append(_rule(face, _face(cut[face.file], face.axes, flavor), flavor))
    missing = characters - covered
    if missing:
        shown = ", ".join(f"{chr(code)} (U+{code:04X})" for code in sorted(missing))
        hint = "Write it with characters that IBM Plex has, or add a face to report/fonts.py."
        raise LedgerError(Problem("report", f"no embedded font has {shown}", hint))
    return "\n".join(rules)


def covered(text: str) -> str:
    """Return the characters of a text that some face has, each once."""
    found: set[int] = set()
    for face in FACES:
        path = resources.files(face.package).joinpath("files", face.file)
        font = TTFont(io.BytesIO(path.read_bytes()), recalcTimestamp=False, lazy=True)
        found |= {ord(char) for char in text} & set(font.getBestCmap())
    return "".join(map(chr, sorted(found)))


def _subset(face: Face, characters: set[int]) -> tuple[bytes, set[int]]:
    """Return the font file cut down to some characters, and those of them that it has."""
    path = resources.files(face.package).joinpath("files", face.file)
    font = TTFont(io.BytesIO(path.read_bytes()), recalcTimestamp=False, lazy=True)
    covered = characters & set(font.getBestCmap())
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
    out = io.BytesIO()
    font.save(out)
    return out.getvalue(), covered


def _face(data: bytes, axes: dict[str, float] | None, flavor: str | None) -> bytes:
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    if axes:  # after the cut, when few glyphs are left to instance
        instancer.instantiateVariableFont(font, axes, inplace=True)
    font.flavor = flavor
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _rule(face: Face, data: bytes, flavor: str | None) -> str:
    encoded = base64.b64encode(data).decode("ascii")
    kind = ("woff2", "woff2") if flavor else ("ttf", "truetype")
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
