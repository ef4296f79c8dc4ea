"""Which licence a figure bears: known answers from the texts of the licences."""

from itertools import permutations

import pytest

from aienergy.errors import LedgerError
from aienergy.licences import OURS, TERMS, licence_of_figure, strictest


@pytest.mark.parametrize(
    ("licences", "answer"),
    [
        (["MIT"], "MIT"),
        (["LicenseRef-facts-cited", "CC0-1.0"], "LicenseRef-facts-cited"),
        (["Apache-2.0", "CC-BY-4.0", "LicenseRef-public-domain-US"], "CC-BY-4.0"),
        (["CC-BY-4.0", "CC-BY-NC-4.0"], "CC-BY-NC-4.0"),
        (["CC-BY-SA-4.0", "CC-BY-4.0", "MIT"], "CC-BY-SA-4.0"),
        (["ODbL-1.0", "CC-BY-4.0"], "ODbL-1.0"),
        (["CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-4.0"], "CC-BY-NC-SA-4.0"),
    ],
)
def test_the_strictest_is_found_in_any_order(licences, answer):
    assert {strictest(order) for order in permutations(licences)} == {answer}


@pytest.mark.parametrize(
    ("licences", "says"),
    [
        (["MIT", "CC-BY-ND-4.0"], "CC-BY-ND-4.0 forbids adapted copies"),
        (["CC-BY-NC-ND-4.0"], "CC-BY-NC-ND-4.0 forbids adapted copies"),
        (["LicenseRef-no-redistribution"], "LicenseRef-no-redistribution forbids"),
        (["MIT", "mit"], "unknown licence 'mit'"),
        (["CC-BY-SA-4.0", "ODbL-1.0"], "CC-BY-SA-4.0 and ODbL-1.0 can't be met together"),
        (["CC-BY-SA-4.0", "CC-BY-NC-SA-4.0"], "CC-BY-NC-SA-4.0 and CC-BY-SA-4.0 can't be met"),
        (["CC-BY-SA-4.0", "CC-BY-NC-4.0"], "CC-BY-NC-4.0 and CC-BY-SA-4.0 can't be met together"),
    ],
)
def test_what_cannot_be_met_is_refused_in_any_order(licences, says):
    for order in permutations(licences):
        with pytest.raises(LedgerError, match=says):
            strictest(order)


def test_a_figure_bears_at_least_our_own_licence():
    assert licence_of_figure("fig-x", {}) == OURS
    assert licence_of_figure("fig-x", {"doe2021": "MIT", "roe": "CC0-1.0"}) == OURS


def test_single_cited_facts_ask_nothing_whatever_the_licence_of_the_work():
    assert licence_of_figure("fig-x", {"aiindex2026": "LicenseRef-facts-cited"}) == OURS


def test_every_offender_is_named_with_the_figure():
    sources = {"doe2021": "CC-BY-ND-4.0", "roe2022": "WTFPL-9", "poe2023": "MIT"}
    with pytest.raises(LedgerError) as refused:
        licence_of_figure("fig-x", sources)

    told = [(problem.where, problem.what) for problem in refused.value.problems]
    assert told == [
        ("figure fig-x", "draws from 'doe2021', whose licence CC-BY-ND-4.0 forbids adapted copies"),
        ("figure fig-x", "source 'roe2022' has the unknown licence 'WTFPL-9'"),
    ]


def test_a_clash_names_the_sources_that_clash():
    sources = {"a": "CC-BY-SA-4.0", "b": "MIT", "c": "ODbL-1.0"}
    with pytest.raises(LedgerError) as refused:
        licence_of_figure("fig-x", sources)

    assert str(refused.value).startswith(
        "figure fig-x: CC-BY-SA-4.0 and ODbL-1.0 can't be met together: "
        "a (CC-BY-SA-4.0), c (ODbL-1.0)"
    )


def test_the_table_runs_from_free_to_forbidden():
    adaptable = [terms.adaptable for terms in TERMS.values()]
    free = [t.adaptable and t.commercial and not t.share_alike for t in TERMS.values()]

    assert adaptable == sorted(adaptable, reverse=True)
    assert free == sorted(free, reverse=True)
    assert free[list(TERMS).index(OURS)]
