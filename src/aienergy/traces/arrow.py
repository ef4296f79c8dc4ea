"""Columns of a query as arrays, a batch at a time, as the engine makes them.

The C interface of Arrow is three structs (arrow.apache.org/docs/format/CDataInterface.html), so
reading it takes no package. The engine's own way to arrays holds a whole answer in memory first,
which costs several times as much as decoding the file.
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import duckdb
import numpy as np
from numpy.typing import NDArray


class _Array(ctypes.Structure):
    """`ArrowArray`; its fields name itself, so they follow below."""


_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
    ("private_data", ctypes.c_void_p),
]


class _Stream(ctypes.Structure):
    """`ArrowArrayStream`."""

    _fields_: ClassVar = [
        ("get_schema", ctypes.c_void_p),
        ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(_Array))),
        ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


def batches(
    query: duckdb.DuckDBPyRelation, types: Sequence[type[np.generic]]
) -> Iterator[list[tuple[NDArray[Any], NDArray[np.bool_] | None]]]:
    """Yield the columns of a query, each with where it has values (nothing: everywhere).

    Arrays are views of memory that is gone when the next batch is asked for.

    Args:
        query: Columns of numbers.
        types: What each holds.

    Raises:
        duckdb.Error: The engine could not go on.
    """
    capsule = query.__arrow_c_stream__()  # owns the stream
    stream = _Stream.from_address(_pointer(capsule, b"arrow_array_stream"))
    where = ctypes.addressof(stream)
    while True:
        batch = _Array()
        if stream.get_next(where, ctypes.byref(batch)):
            raise duckdb.Error(stream.get_last_error(where).decode(errors="replace"))
        if not batch.release:
            return
        try:
            columns = (batch.children[i].contents for i in range(batch.n_children))
            yield [_column(column, kind) for column, kind in zip(columns, types, strict=True)]
        finally:
            batch.release(ctypes.addressof(batch))


def _column(
    column: _Array, kind: type[np.generic]
) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    first, n = column.offset, column.length
    values = _view(column.buffers[1], kind, first + n)[first:]
    if column.null_count == 0 or not column.buffers[0]:
        return values, None
    bits = _view(column.buffers[0], np.uint8, (first + n + 7) // 8)
    return values, np.unpackbits(bits, bitorder="little")[first : first + n].astype(np.bool_)


def _view(address: int | None, kind: type[np.generic], n: int) -> NDArray[Any]:
    if not n or address is None:
        return np.empty(0, kind)
    size = n * np.dtype(kind).itemsize
    return np.frombuffer(memoryview((ctypes.c_ubyte * size).from_address(address)), np.dtype(kind))
