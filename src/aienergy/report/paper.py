"""Make a drawing light for paper, where each element costs time and there are thousands of points.

On screen a point is an element that can be pointed at, in the group of its series, its mark told
once and used at many places. On paper the same picture is drawn from bare shapes: no tooltips, no
groups that say nothing, no marks that only take the pointer, no styles that have to be parsed.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_UNSEEN = {"title", "metadata"}
# Matplotlib turns every level text by minus nothing: a matrix for each, told and applied in vain.
_UNTURNED = re.compile(r"rotate\(-?0 [^)]*\)")
# A circle as Matplotlib draws it: eight curves, begun at the lowest point.
_CIRCLE = re.compile(r"M 0 ([\d.]+) +(?:C (?:-?[\d.]+ ){6} *){8}z")


def lightened(svg: str) -> str:
    """Return a drawing that looks the same and has fewer elements; names are without a prefix."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        _tell_plainly(element)
    marks = {f"#{mark.get('id')}": mark for defs in root.iter("defs") for mark in defs.iter("path")}
    for element in list(root.iter()):
        element[:] = list(_drawn(element, marks))
    return ElementTree.tostring(root, encoding="unicode")


def _tell_plainly(element: Element) -> None:
    """Tell the style of an element by attributes, and nothing that paper has no use for."""
    element.tag = element.tag.removeprefix(_SVG)
    if link := element.attrib.pop(_HREF, ""):
        element.set("href", link)
    for declaration in element.attrib.pop("style", "").split(";"):
        name, mark, value = declaration.partition(":")
        if mark:
            element.set(name.strip(), value.strip())
    if _UNTURNED.fullmatch(element.get("transform", "")):
        del element.attrib["transform"]
    element.attrib.pop("data-key", None)
    if not (element.text or "").strip():
        element.text = None
    if not (element.tail or "").strip():
        element.tail = None


def _drawn(parent: Element, marks: Mapping[str, Element]) -> Iterator[Element]:
    """Yield the children of an element that are drawn: silent groups opened, marks in place."""
    for child in parent:
        if child.tag in _UNSEEN or child.get("fill-opacity") == child.get("stroke-opacity") == "0":
            continue
        mark = marks.get(child.get("href", "")) if child.tag == "use" else None
        if child.tag == "g" and not set(child.attrib) - {"id", "class"}:
            yield from _drawn(child, marks)
        elif (
            mark is not None
            and not {"transform", "clip-path"} & (child.attrib | mark.attrib).keys()
        ):
            yield _placed(child, mark)
        else:
            yield child


def _placed(use: Element, mark: Element) -> Element:
    """Return a mark at the place where it is used."""
    told = {**use.attrib, **mark.attrib}
    place = f"translate({told.pop('x', '0')} {told.pop('y', '0')})"
    shape = told.pop("d")
    told = {name: value for name, value in told.items() if name not in ("id", "href")}
    if circle := _CIRCLE.fullmatch(shape.strip()):
        return Element("circle", {**told, "r": circle[1], "transform": place})
    return Element("path", {**told, "d": shape, "transform": place})
