"""Damages to a log, drawn by hypothesis: bytes, lines, numbers, columns, encodings.

Hypothesis draws what a damage is and where; code of our own applies it, which is fast and still
shrinks to few damages at small places.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
TOKEN = re.compile(rb'"[^"\n]*"|[-+.\w]+')
ODD = (
    b"", b"0", b"-1", b"1e308", b"1e400", b"nan", b"inf", b"-inf", b"null", b"None", b"[N/A]",
    b"9" * 400, b"9" * 5000, b"1e-320", b"{}", b"[]", b'"', b"\x00", b"\xff\xfe", b"\xed\xa0\x80",
    b"2026-13-45", b"12:34", b"{x}", b"%s", b"0x10", b"1_0", b"\xd9\xa3", b"true", b",", b"\n",
    b"\r", b"\t", b"\xe2\x80\xa8", b"1,5", b"9999-12-31T23:59:59", b"0001-01-01 00:00:00",
    b"99999999999999999999", b"18446744073709551616", b":::MLLOG {", b"[" * 5000, b'{"a":' * 3000,
    b'{"a": 1}', b'"2026-01-02"', b"x" * 100_000, b"#", b"\xf0\x9f\x94\x8b",
)  # fmt: skip
ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-8-sig",
    "latin-1",
    "cp1252",
    "cp037",
)
SEPARATORS = (b";", b"\t", b"|", b" , ", b",,")
LINE_ENDS = (b"\r\n", b"\r", b"\n\n", b"\n \n", b"\x0b", b"\xe2\x80\xa8")
GROWTH = 8


class Damage(NamedTuple):
    """One damage.

    Attributes:
        kind: Name of its function.
        at: Where: a byte, line, number or column, modulo how many there are.
        to: A second place.
        pick: Which byte, text or encoding comes in, modulo the choice.
    """

    kind: str
    at: int
    to: int
    pick: int


def flip(content: bytes, damage: Damage) -> bytes:
    at = damage.at % len(content)
    return content[:at] + bytes([damage.pick % 256]) + content[at + 1 :]


def cut(content: bytes, damage: Damage) -> bytes:
    first, last = sorted((damage.at % len(content), damage.to % len(content)))
    return content[:first] + content[last:]


def end(content: bytes, damage: Damage) -> bytes:
    return content[: damage.at % len(content)]


def insert(content: bytes, damage: Damage) -> bytes:
    at = damage.at % len(content)
    return content[:at] + _odd(damage) + content[at:]


def swap_lines(content: bytes, damage: Damage) -> bytes:
    lines = content.split(b"\n")
    a, b = damage.at % len(lines), damage.to % len(lines)
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def repeat_line(content: bytes, damage: Damage) -> bytes:
    lines = content.split(b"\n")
    at = damage.at % len(lines)
    return b"\n".join([*lines[:at], *[lines[at]] * (1 + damage.pick % GROWTH), *lines[at:]])


def drop_line(content: bytes, damage: Damage) -> bytes:
    lines = content.split(b"\n")
    del lines[damage.at % len(lines)]
    return b"\n".join(lines)


def repeat_all(content: bytes, damage: Damage) -> bytes:
    return content * (2 + damage.pick % 2)


def change_number(content: bytes, damage: Damage) -> bytes:
    found = list(NUMBER.finditer(content))
    if not found:
        return content
    match = found[damage.at % len(found)]
    value = match[0]
    scaled = str(float(value) * 10.0 ** (damage.to % 19 - 9)) if len(value) < 30 else "0"
    choices = (_odd(damage), value + b"000", b"-" + value, b"0", scaled.encode(), value[:-1])
    return content[: match.start()] + choices[damage.to % len(choices)] + content[match.end() :]


def change_token(content: bytes, damage: Damage) -> bytes:
    found = list(TOKEN.finditer(content))
    if not found:
        return content
    match, other = found[damage.at % len(found)], found[damage.to % len(found)]
    new = other[0] if damage.pick % 2 else _odd(damage)
    return content[: match.start()] + new + content[match.end() :]


def change_cell(content: bytes, damage: Damage) -> bytes:
    cells = content.split(b",")
    cells[damage.at % len(cells)] = _odd(damage)
    return b",".join(cells)


def rename_column(content: bytes, damage: Damage) -> bytes:
    header, line, rest = content.partition(b"\n")
    names = header.split(b",")
    at, other = damage.at % len(names), names[damage.to % len(names)]
    name = names[at]
    choices = (other, name.upper(), name + b" [mW]", name[:-1], b" " + name, _odd(damage))
    names[at] = choices[damage.pick % len(choices)]
    return b",".join(names) + line + rest


def move_column(content: bytes, damage: Damage) -> bytes:
    lines = [line.split(b",") for line in content.split(b"\n")]
    at, to = damage.at % len(lines[0]), damage.to % len(lines[0])
    for cells in lines:
        if len(cells) > at:
            cells.insert(to, cells.pop(at))
    return b"\n".join(map(b",".join, lines))


def drop_column(content: bytes, damage: Damage) -> bytes:
    lines = [line.split(b",") for line in content.split(b"\n")]
    at = damage.at % len(lines[0])
    return b"\n".join(b",".join(cells[:at] + cells[at + 1 :]) for cells in lines)


def empty_column(content: bytes, damage: Damage) -> bytes:
    lines = [line.split(b",") for line in content.split(b"\n")]
    at = damage.at % len(lines[0])
    for cells in lines[1:]:
        if len(cells) > at:
            cells[at] = _odd(damage) if damage.to % 2 else b""
    return b"\n".join(map(b",".join, lines))


def separate(content: bytes, damage: Damage) -> bytes:
    return content.replace(b",", SEPARATORS[damage.pick % len(SEPARATORS)])


def end_lines(content: bytes, damage: Damage) -> bytes:
    return content.replace(b"\n", LINE_ENDS[damage.pick % len(LINE_ENDS)])


def encode(content: bytes, damage: Damage) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(ENCODINGS[damage.pick % len(ENCODINGS)], errors="replace")


def _odd(damage: Damage) -> bytes:
    return ODD[damage.pick % len(ODD)]


KINDS: dict[str, Callable[[bytes, Damage], bytes]] = {
    function.__name__: function
    for function in (
        change_number, change_token, change_cell, flip, cut, end, insert, swap_lines, repeat_line,
        drop_line, repeat_all, rename_column, move_column, drop_column, empty_column, separate,
        end_lines, encode,
    )
}  # fmt: skip
# What leaves a log nearly whole reaches deeper into a reader than what breaks its layout.
_OFTEN = ("change_number", "change_token", "change_cell") * 3 + ("repeat_line", "swap_lines")
_PLACES = st.integers(0, 2**20 - 1)
DAMAGES = st.builds(
    Damage, st.sampled_from((*KINDS, *_OFTEN)), _PLACES, _PLACES, st.integers(0, 255)
)


def damaged(content: bytes, damages: list[Damage]) -> bytes:
    """Return the content after all damages, one after another."""
    for damage in damages:
        if content:
            content = KINDS[damage.kind](content, damage)
    return content
