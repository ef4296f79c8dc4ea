"""Finish a page: header cells, columns of numbers, powers of ten; and read what it shows."""

import html
import re

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(th|td)\b([^>]*)>(.*?)</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
# A cell of a column of numbers: a value, perhaps an interval and a unit; or a dash, or nothing.
_NUMERIC = re.compile(
    r"[<>~≈\u2212-]?\s*\d[\d,.]*(?:\s*×\s*10\S+)?(?:\s*(?:–|to)\s*\d[\d,.]*)?(?:\s\S+){0,2}"
)
# A table of so few rows and characters is not torn apart on paper; one of so many columns scrolls
# on a phone.
_SHORT_ROWS, _SHORT_TEXT, _WIDE = 10, 1800, 4
_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_EMPTY = frozenset({"", "–", "—", "-"})
_SILENT = re.compile(r"<(style|script|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)
_UNREAD = re.compile(r"<(style|script|title)\b.*?</\1>|<[^>]+>", re.DOTALL)
_POWER = re.compile(r"(?<=10)[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_TIMES = re.compile(r"(\d) × 10(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")
_PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "\u22120123456789")
_ASCII = "".join(map(chr, range(32, 127)))


def finish_text(page: str) -> str:
    """Return the page with powers of ten as `<sup>`: the fonts have no raised minus."""
    parts, end = [], 0
    for silent in _SILENT.finditer(page):
        parts += [_raised(page[end : silent.start()]), silent[0]]
        end = silent.end()
    return "".join([*parts, _raised(page[end:])])


def _raised(text: str) -> str:
    text = _TIMES.sub("\\1\u00a0×\u00a010", text)  # a line does not end inside a number
    return _POWER.sub(lambda match: f"<sup>{match[0].translate(_PLAIN)}</sup>", text)


def shown_text(page: str) -> str:
    """Return all text of a page that is drawn with its fonts, and ASCII to be safe."""
    return html.unescape(_UNREAD.sub("", page)) + _ASCII


def finish_tables(page: str) -> str:
    """Return the page with `scope` on header cells and class `num` on columns of numbers."""
    return _TABLE.sub(lambda match: _finish(match[0]), page)


def _finish(table: str) -> str:
    table = _scoped(table)
    _, _, body = table.partition("<tbody")
    rows = [_CELL.findall(row) for row in _ROW.findall(body)]
    width = max((len(row) for row in rows), default=0)
    classes = ["wide"] * (width >= _WIDE)
    if len(rows) <= _SHORT_ROWS and len(_TAG.sub("", body)) < _SHORT_TEXT:
        classes.append("short")
    if classes:
        table = table.replace("<table", f'<table class="{" ".join(classes)}"', 1)
    if re.search(r"\b(?:col|row)span=", table):
        return table  # places of cells are no column numbers any more
    numeric = {i for i in range(width) if _is_numeric([row[i] for row in rows if i < len(row)])}
    return _ROW.sub(lambda match: _aligned(match[0], numeric), table)


def _is_numeric(cells: list[tuple[str, str, str]]) -> bool:
    texts = [" ".join(html.unescape(_TAG.sub("", inner)).split()) for _, _, inner in cells]
    told = [text for text in texts if text not in _EMPTY]
    return bool(told) and all(_NUMERIC.fullmatch(text) for text in told)


def _aligned(row: str, numeric: set[int]) -> str:
    place = -1

    def cell(match: re.Match[str]) -> str:
        nonlocal place
        place += 1
        kind, attributes, inner = match.groups()
        name = "num" if place in numeric else "date" * bool(_DATE.fullmatch(inner.strip()))
        if not name or "class=" in attributes:
            return match[0]
        return f'<{kind}{attributes} class="{name}">{inner}</{kind}>'

    return _CELL.sub(cell, row)


def _scoped(table: str) -> str:
    head, mark, body = table.partition("<tbody")
    head = re.sub(r"<th\b(?![^>]*\bscope=)", '<th scope="col"', head)
    return head + mark + re.sub(r"<th\b(?![^>]*\bscope=)", '<th scope="row"', body)
