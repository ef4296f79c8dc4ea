"""Cells of the tables of claims: figures, deviations, inputs."""

import re

import pytest

from aienergy.report.cells import (
    computed_figure,
    deviation_text,
    inputs_text,
    plain_figure,
    standing_text,
)


@pytest.mark.parametrize(
    ("value", "printed", "computed"),
    [
        (1287.0, "1,287", "1,287"),
        (656347.0, "656,347", "656,347"),
        (0.1357, "0.1357", "0.1357"),
        (321034.4828, "321,034.4828", "321,034"),
        (7.468032, "7.468", "7.46803"),
        (2.91e21, "2.91 × 10²¹", "2.91000 × 10²¹"),
        (8.5e-05, "8.50 × 10⁻⁵", "8.50000 × 10⁻⁵"),
        (0.0, "0", "0"),
        ("", "–", "–"),
    ],
)
def test_figures(value, printed, computed):
    assert plain_figure(value) == printed
    assert computed_figure(value) == computed


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.0, "0\u00a0%"),
        (0.0812, "+8.1\u00a0%"),
        (-0.0058, "\u22120.58\u00a0%"),
        (998.8, "×\u00a01,000"),
        (-0.999, "×\u00a00.0010"),
        ("", "–"),
    ],
)
def test_deviations(share, told):
    assert deviation_text(share) == told


def test_inputs_are_told_in_words_linked_and_escaped():
    cell = "power_w=1.5 kW;energy_kwh=claim:a.b;terms=1|2 kWh;pue=?;value=obs:c.d"
    text = str(inputs_text(cell))

    assert text.startswith("power 1.5 kW; energy ")
    assert '<a href="#claim-a.b">another figure</a>' in text
    assert "terms 1, 2 kWh; PUE ?" in text
    assert '<span class="e-id">c.d</span>' in text
    assert str(inputs_text("hours_h=12;chips=8")) == "hours 12&nbsp;hours; chips 8"
    assert "<script>" not in str(inputs_text("value=<script>"))


ACT = {"status": "in_force", "status_date": "2024-08-01", "date_precision": "day",
       "applies_from": "2025-08-02"}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "as_of", "told"),
    [
        ({}, "2025-08-01", "In force since 2024-08-01; applies from 2025-08-02"),
        ({}, "2025-08-02", "In force since 2024-08-01; applies since 2025-08-02"),
        ({"applies_from": ""}, "2026-01-01", "In force since 2024-08-01"),
        ({"applies_from": "2024-08-01"}, "2026-01-01", "In force since 2024-08-01"),
        ({"status": "draft", "date_precision": "month", "applies_from": ""}, "2026-01-01",
         "Draft of 2024-08"),
        ({"status": "adopted"}, "2026-01-01", "Adopted 2024-08-01; applies since 2025-08-02"),
    ],
)  # fmt: skip
def test_how_a_rule_stands_depends_on_the_day_of_the_report(changed, as_of, told):
    said = standing_text({**ACT, **changed}, as_of)
    assert re.sub(r"<[^>]+>", "", said) == told
    assert said.count('<span class="day">') == told.count("20")
