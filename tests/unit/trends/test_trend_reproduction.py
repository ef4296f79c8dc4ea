"""Published rates again: the verdict, the edition, and the committed table as a whole."""

import numpy as np
import pandas as pd
import pytest

from aienergy.trends.reproduction import judge, nearest_edition

PUBLISHED = {"published": 5.7, "published_low": 4.3, "published_high": 9.0, "step": 0.1}


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (5.7, "reproduces"), (5.65, "reproduces"), (5.749, "reproduces"), (5.76, "inside"),
        (4.3, "inside"), (9.0, "inside"), (4.29, "outside"), (9.01, "outside"),
        (None, "not_fitted"),
    ],
)  # fmt: skip
def test_verdicts(found, verdict):
    assert judge(PUBLISHED, found) == verdict


def test_without_a_published_rate_nothing_is_confirmed():
    blank = dict.fromkeys(PUBLISHED, np.nan)

    assert judge(blank, 1.34) == "unread"


def test_without_an_interval_only_the_printed_digits_count():
    alone = {**PUBLISHED, "published_low": np.nan, "published_high": np.nan}

    assert judge(alone, 5.72) == "reproduces"
    assert judge(alone, 5.9) == "outside"


def test_the_edition_is_the_first_that_covers_the_window():
    series = pd.DataFrame(
        {
            "key": ["x_2025", "x_2024", "other", "x_2026"],
            "vintage": ["2025-11-01", "2024-10-16", "2020-01-01", "2026-07-19"],
        }
    )

    assert nearest_edition(series, "x_", {"end": "2024-05-15"}) == "x_2024"
    assert nearest_edition(series, "x_", {"end": "2025-06-30"}) == "x_2025"
