"""A few damaged logs of every format; `python -m tests.fuzz` feeds ten thousand of each."""

import warnings

import numpy as np
import pytest

from tests.fuzz.__main__ import fuzz
from tests.fuzz.mutate import mutate
from tests.fuzz.samples import SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_logs_are_read_or_refused(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read, refused, _ = fuzz(name, 40)

    assert read + refused == 40
    assert refused > 0


def test_damage_is_reproducible_and_seldom_nothing():
    content = SAMPLES["zeus"][1].encode()
    again = [[mutate(content, np.random.default_rng([7, n])) for n in range(50)] for _ in range(2)]

    assert again[0] == again[1]
    assert sum(damaged == content for damaged in again[0]) <= 5
