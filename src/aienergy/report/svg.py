"""Put a drawing into the page: its ids must not meet those of another one."""

import re
from functools import cache

from markupsafe import Markup, escape

from aienergy.errors import LedgerError, Problem
from aienergy.report.paper import lightened

_PROLOG = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_ROOT = re.compile(r"<svg\b([^>]*)>", re.DOTALL)
_VIEW_BOX = re.compile(r'viewBox="([^"]+)"')
_SIZE = re.compile(r'\b(width|height)="([\d.]+)(?:px)?"')
_SIDES = ("width", "height")
_IDS = re.compile(r'\bid="([^"]+)"')


@cache  # the chapters are read twice
def inline(svg: str, key: str, alt: str, *, tips: bool) -> Markup:
    """Return a drawing as an element of the page, told to screen readers by its alternative text.

    Args:
        svg: A whole SVG file.
        key: Id of the figure; each id inside gets it as a prefix.
        alt: Alternative text.
        tips: Keep points as elements with tooltips, which paper has no use for.
    """
    body = _PROLOG.sub("", svg if tips else lightened(svg)).strip()
    root = _ROOT.search(body)
    box = _VIEW_BOX.search(root[1]) if root else None
    if root is None or box is None:
        hint = "Save the figure as SVG with a viewBox."
        raise LedgerError(Problem(f"{key}.svg", "no <svg> element with a viewBox", hint))
    inner = body[root.end() :]
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
