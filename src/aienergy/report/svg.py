"""Put a drawing into the page: its ids must not meet those of another one."""

import re

from markupsafe import Markup, escape

from aienergy.errors import LedgerError, Problem

_PROLOG = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_ROOT = re.compile(r"<svg\b([^>]*)>", re.DOTALL)
_VIEW_BOX = re.compile(r'viewBox="([^"]+)"')
_SIZE = re.compile(r'\b(width|height)="([\d.]+)(?:px)?"')
_SIDES = ("width", "height")
_TIPS = re.compile(r"<title>.*?</title>|\sdata-key=\"[^\"]*\"", re.DOTALL)
_POINT = re.compile(r'<g class="point">\s*(<use [^>]*/>)\s*</g>')
_ALIKE = re.compile(
    r'<g>(\s*<use [^>]*? style="([^"]*)" />(?:\s*<use [^>]*? style="\2" />)*\s*)</g>'
)
# Matplotlib turns every level text by minus nothing: a matrix for each, told and applied in vain.
_UNTURNED = re.compile(r' transform="rotate\(-?0 [^")]*\)"')
_IDS = re.compile(r'\bid="([^"]+)"')


def _bare_points(inner: str) -> str:
    """Return a drawing whose points are bare marks, their common style told once.

    On screen each point is an element that can be pointed at; on paper each element costs time.
    """

    def told_once(match: re.Match[str]) -> str:
        style = match[2]
        return f'<g style="{style}">' + match[1].replace(f' style="{style}"', "") + "</g>"

    return _ALIKE.sub(told_once, _POINT.sub(r"\1", inner))


def inline(svg: str, key: str, alt: str, *, tips: bool) -> Markup:
    """Return a drawing as an element of the page, told to screen readers by its alternative text.

    Args:
        svg: A whole SVG file.
        key: Id of the figure; each id inside gets it as a prefix.
        alt: Alternative text.
        tips: Keep the tooltips of points, which paper has no use for.
    """
    body = _PROLOG.sub("", svg).strip()
    root = _ROOT.search(body)
    box = _VIEW_BOX.search(root[1]) if root else None
    if root is None or box is None:
        hint = "Save the figure as SVG with a viewBox."
        raise LedgerError(Problem(f"{key}.svg", "no <svg> element with a viewBox", hint))
    inner = body[root.end() :]
    if not tips:
        inner = _bare_points(_UNTURNED.sub("", _TIPS.sub("", inner)))
    # Ids that begin with the figure's own are safe already.
    ids = {name for name in _IDS.findall(body) if not name.startswith(f"{key}-")}
    inner = _IDS.sub(lambda m: f'id="{key}-{m[1]}"' if m[1] in ids else m[0], inner)

    def point(match: re.Match[str]) -> str:
        return f"{match[1]}{key}-{match[2]}" if match[2] in ids else match[0]

    inner = re.sub(r"((?:xlink:)?href=\"#|url\(#)([^\")]+)", point, inner)
    inner = "\n".join(line.strip() for line in inner.splitlines() if line.strip())
    sizes = dict(_SIZE.findall(root[1])) or dict(zip(_SIDES, box[1].split()[2:], strict=True))
    width, height = (sizes[side] for side in _SIDES)
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box[1]}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(alt)}">{inner}'
    )
