"""Write a figure as SVG, PNG, CSV and JSON whose bytes depend on its content alone."""

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import matplotlib as mpl

from aienergy.errors import LedgerError, Problem
from aienergy.figures.sheet import Points, Sheet
from aienergy.figures.style import FAMILY
from aienergy.tables import write_text

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
PIXELS_PER_INCH = 96  # of CSS
PNG_DPI = 200
# A page that lacks the font falls back on the reader's own.
FALLBACK = f"'{FAMILY}', 'Helvetica Neue', Arial, sans-serif"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def svg_text(sheet: Sheet, key: str, alt: str) -> str:
    """Return the drawing as SVG that several figures of one page can't confuse.

    Ids that nothing refers to are dropped and the rest begin with the figure's id; no style sheet
    stands in the drawing; each point has a tooltip and, as `data-key`, the key of its number.

    Args:
        sheet: The figure.
        key: Id of the figure.
        alt: Text for readers who don't see it.

    Raises:
        LedgerError: A row of the table lies outside its axes.
    """
    lost = [tip for points in sheet.points.values() for tip in points.outside()]
    if lost:
        hint = "Widen the axes so that every row of the table is drawn."
        raise LedgerError(Problem(f"figure {key}", f"outside its axes: {'; '.join(lost)}", hint))
    buffer = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with mpl.rc_context({"svg.hashsalt": key}):
        sheet.figure.savefig(buffer, format="svg", dpi=72, metadata=metadata)
    root = ET.fromstring(buffer.getvalue().replace(f"'{FAMILY}'", FALLBACK))
    _drop_styles(root)
    for group, points in sheet.points.items():
        _tell_points(root, group, points)
    _prefix_ids(root, key)
    root.set("role", "img")
    root.set("aria-label", alt)
    root.set("width", f"{sheet.width * PIXELS_PER_INCH:g}")
    root.set("height", f"{sheet.height * PIXELS_PER_INCH:g}")
    # here and not at import: the registry is global, and other libraries write to it
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return ET.tostring(root, encoding="unicode") + "\n"


def _drop_styles(root: ET.Element) -> None:
    """Move what matplotlib says in a style sheet, which a page would apply to all, to a group."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}style", f"{{{SVG}}}metadata"):
                parent.remove(child)
    for group in root.findall(f"{{{SVG}}}g"):
        group.set("stroke-linejoin", "round")
        group.set("stroke-linecap", "butt")


def _tell_points(root: ET.Element, group: str, points: Points) -> None:
    holder = next(g for g in root.iter(f"{{{SVG}}}g") if g.get("id") == group)
    found = [
        (parent, i)
        for parent in holder.iter()
        for i, child in enumerate(parent)
        if child.tag == f"{{{SVG}}}use"
    ]
    for (parent, i), number, tip in zip(found, points.keys, points.tips, strict=True):
        wrapper = ET.Element(f"{{{SVG}}}g", {"class": "point"})
        if number:
            wrapper.set("data-key", number)
        ET.SubElement(wrapper, f"{{{SVG}}}title").text = tip
        wrapper.append(parent[i])
        parent[i] = wrapper


def _prefix_ids(root: ET.Element, key: str) -> None:
    used: set[str] = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name.endswith("href") and value.startswith("#"):
                used.add(value[1:])
            used.update(_REFERENCE.findall(value))
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in used:
            element.set("id", f"{key}-{own}")
        for name, value in element.attrib.items():
            if name.endswith("href") and value.startswith("#"):
                element.set(name, f"#{key}-{value[1:]}")
            elif "url(#" in value:
                element.set(name, _REFERENCE.sub(rf"url(#{key}-\1)", value))


def write_png(sheet: Sheet, path: Path) -> None:
    """Write the drawing as PNG, whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    sheet.figure.savefig(partial, format="png", dpi=PNG_DPI, metadata={"Software": None})
    partial.replace(path)


def write_drawing(sheet: Sheet, path: Path, key: str, alt: str) -> None:
    """Write a drawing of a command as what its name ends in, one of `formats.FORMATS`.

    Args:
        sheet: The drawing.
        path: File to write, with its folder.
        key: Id of the drawing.
        alt: Text for readers who don't see it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".svg":
        write_text(svg_text(sheet, key, alt), path)
    elif path.suffix == ".png":
        write_png(sheet, path)
    else:
        partial = path.with_name(path.name + ".partial")
        sheet.figure.savefig(partial, format="pdf", metadata={"CreationDate": None})
        partial.replace(path)


def record(sheet: Sheet, key: str, texts: dict[str, str], **more: object) -> dict[str, Any]:
    """Return what the JSON beside the drawing says.

    Args:
        sheet: The figure.
        key: Its id.
        texts: Title, caption and alternative text.
        more: Sources, licence, citation and keys of the numbers in the caption.
    """
    return {
        "id": key,
        **texts,
        **more,
        "width_px": round(sheet.width * PIXELS_PER_INCH),
        "height_px": round(sheet.height * PIXELS_PER_INCH),
    }
