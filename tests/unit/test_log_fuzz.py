"""A few damaged logs of every format; `make fuzz` feeds ten thousand of each."""

import resource
import subprocess
import sys
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aienergy.errors import LedgerError, Problem
from tests.fuzz import reader
from tests.fuzz.damage import DAMAGES, KINDS, Damage, damaged
from tests.fuzz.samples import SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_logs_are_read_or_refused(name, tmp_path):
    tally = reader.fuzz(name, 30, tmp_path)

    assert tally.read + tally.refused >= 30
    assert tally.refused > 0
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.lists(DAMAGES, max_size=4))
def test_damage_can_be_applied_to_any_log_and_again_gives_the_same(name, damages):
    content = SAMPLES[name][1].encode()

    assert damaged(content, damages) == damaged(content, damages)
    assert damaged(content, []) == content
    assert all(damaged(content[:1], [damage]) is not None for damage in damages)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_damage_changes_a_log(kind):
    content = SAMPLES["codecarbon"][1].encode()
    results = {damaged(content, [Damage(kind, 7 * n, 11 * n, n)]) for n in range(1, 20)}

    assert results - {content}


def planted(monkeypatch, defect):
    """Let the reader do something wrong to logs with the text "1e308"."""

    def read_log(content, name, *_):
        if b"1e308" in content:
            defect()
        raise LedgerError(Problem(name, "no log", "None."))

    monkeypatch.setattr(reader, "read_log", read_log)


def hang():
    try:
        while True:
            pass
    except Exception:
        return


def warn():
    warnings.warn("overflow", RuntimeWarning, stacklevel=1)


@pytest.mark.parametrize(
    ("defect", "raised", "told"),
    [
        ({}.popitem, KeyError, "is empty"),
        (warn, RuntimeWarning, "overflow"),
        (hang, AssertionError, "no answer within 0.05 s"),
    ],
)
def test_planted_defects_are_found_shrunk_and_kept(defect, raised, told, monkeypatch, tmp_path):
    planted(monkeypatch, defect)
    monkeypatch.setattr(reader, "LOG_LIMIT_S", 0.05)

    with pytest.raises(raised, match=told) as caught:
        reader.fuzz("zeus", 2000, tmp_path)

    assert "".join(caught.value.__notes__).count("Damage(") == 1
    assert b"1e308" in (tmp_path / "zeus" / "zeus.csv").read_bytes()


def test_memory_beyond_the_limit_is_refused_by_the_system():
    code = (
        "from tests.fuzz.reader import limit_memory; limit_memory(); import numpy as np\n"
        "np.ones(2**29, np.uint8)\n"
        "try:\n    np.ones(2**30, np.uint8)\nexcept MemoryError:\n    print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "refused\n"
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
