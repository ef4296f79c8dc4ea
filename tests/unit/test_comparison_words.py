"""Comparisons on the finished page: each needs a bound number in its sentence."""

import pytest

from aienergy.report.comparisons import unbound_comparisons

BOUND = '<a class="n" href="#n-x">4.6</a>'


def told(page: str) -> list[str]:
    return [problem.what for problem in unbound_comparisons(page, "page")]


@pytest.mark.parametrize(
    "page",
    [
        "<p>Use is larger than training.</p>",
        "<p>It fell. Then it grew faster, without a word on how much.</p>",
        f"<p>It grew by {BOUND}. Chips became no faster.</p>",
        "<li>Inference dominates.</li>",
        "<h3>Use outweighs training</h3>",
        "<p>GPT-3 was larger than BERT in 2020.</p>",
        '<p>Smaller (<a class="cite" href="#ref-x">Strubell et al. 2019</a>).</p>',
        '<p>Faster, as <a href="#fig-place">Figure 4</a> shows.</p>',
        "<figcaption><p>In 2020 GPT-3 was larger.</p></figcaption>",
    ],
)
def test_a_comparison_without_a_bound_number_is_told(page):
    assert len(told(page)) == 1


@pytest.mark.parametrize(
    "page",
    [
        f"<p>Training grew by {BOUND} a year, faster than chips.</p>",
        f"<li>More by {BOUND}</li>",
        "<p>This chapter says no more.</p>",
        "<p>They wrote that “inference dominates”.</p>",
        "<table><tr><th>Larger</th></tr></table>",
        "<article><p>A larger one.</p></article>",
        "<svg><text>larger</text></svg>",
        "<figcaption><p>The 10 largest of their day.</p></figcaption>",
        "<p>Moreover it is a lesson in lowering.</p>",
    ],
)
def test_what_is_bound_quoted_or_no_comparison_passes(page):
    assert told(page) == []


def test_the_message_names_word_and_sentence():
    assert told("<p>Use is larger.</p>") == [
        "'larger' compares without a number in 'Use is larger.'"
    ]
