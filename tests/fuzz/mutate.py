"""Damage a log: bytes, lines, numbers and cells, by a seeded generator."""

import re

import numpy as np

NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
ODD = (
    b"", b"0", b"-1", b"1e308", b"1e400", b"nan", b"inf", b"-inf", b"null", b"None", b"[N/A]",
    b"9" * 400, b"1e-320", b"{}", b"[]", b'"', b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"2026-13-45",
    b"12:34", b"{x}", b"%s", b"0x10", b"1_0", b"\xd9\xa3", b"true", b",", b"\n", b"\r", b"\t",
    b"9999-12-31T23:59:59", b"0001-01-01 00:00:00", b"99999999999999999999", b":::MLLOG {",
)  # fmt: skip


def mutate(content: bytes, random: np.random.Generator) -> bytes:
    """Return the content with one to four damages."""
    for _ in range(int(random.integers(1, 5))):
        content = DAMAGES[int(random.integers(len(DAMAGES)))](content, random)
    return content


def _at(length: int, random: np.random.Generator) -> int:
    return int(random.integers(max(length, 1)))


def flip(content, random):
    if not content:
        return content
    at = _at(len(content), random)
    return content[:at] + bytes([int(random.integers(256))]) + content[at + 1 :]


def cut(content, random):
    first, last = sorted((_at(len(content), random), _at(len(content), random)))
    return content[:first] + content[last:]


def end(content, random):
    return content[: _at(len(content), random)]


def insert(content, random):
    at = _at(len(content), random)
    return content[:at] + ODD[_at(len(ODD), random)] + content[at:]


def swap_lines(content, random):
    lines = content.split(b"\n")
    a, b = _at(len(lines), random), _at(len(lines), random)
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def repeat_line(content, random):
    lines = content.split(b"\n")
    at = _at(len(lines), random)
    return b"\n".join([*lines[:at], lines[at], *lines[at:]])


def drop_line(content, random):
    lines = content.split(b"\n")
    del lines[_at(len(lines), random)]
    return b"\n".join(lines)


def change_number(content, random):
    found = list(NUMBER.finditer(content))
    if not found:
        return content
    match = found[_at(len(found), random)]
    value = match[0]
    choices = (
        ODD[_at(len(ODD), random)],
        value + b"000",
        b"-" + value,
        b"0",
        str(float(value) * 10 ** int(random.integers(-9, 10))).encode()
        if len(value) < 30
        else value,
    )
    return content[: match.start()] + choices[_at(5, random)] + content[match.end() :]


def change_cell(content, random):
    cells = content.split(b",")
    cells[_at(len(cells), random)] = ODD[_at(len(ODD), random)]
    return b",".join(cells)


DAMAGES = (
    flip, cut, end, insert, swap_lines, repeat_line, drop_line,
    change_number, change_number, change_number, change_cell, change_cell,
)  # fmt: skip
