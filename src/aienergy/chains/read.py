"""Read a chain from a file that anybody may have written."""

from pathlib import Path

from aienergy.chains.model import Chain, chain_of
from aienergy.contracts.descriptions import read_description
from aienergy.errors import LedgerError, Problem
from aienergy.tables import read_text

SCHEMA = "chain.schema.json"
MOST_BYTES = 64 * 1024
MOST_DEPTH = 6


def read_chain(path: Path) -> Chain:
    """Read and check a chain.

    Raises:
        LedgerError: No such file, one too large, no YAML, or whatever schema and graph refuse.
    """
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        hint = f"A chain of forty stages needs less than {MOST_BYTES // 1024} KiB."
        raise LedgerError(Problem(path.as_posix(), f"{path.stat().st_size} bytes", hint))
    return parse_chain(read_text(path), path.as_posix())


def parse_chain(text: str, where: str) -> Chain:
    """Parse and check the content of a file; errors as of `read_chain`."""
    if len(text) > MOST_BYTES:
        hint = f"A chain of forty stages needs less than {MOST_BYTES // 1024} KiB."
        raise LedgerError(Problem(where, f"{len(text)} characters", hint))
    return chain_of(read_description(text, where, SCHEMA, MOST_DEPTH), where)
