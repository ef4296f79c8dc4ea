"""The data dictionary says what the contracts say."""

from aienergy.contracts.quantities import qualifiers, quantities
from aienergy.dictionary import dictionary
from tests.checkout import ROOT


def test_the_committed_page_is_the_generated_one():
    assert (ROOT / "docs/data-dictionary.md").read_text(encoding="utf-8") == dictionary()


def test_every_quantity_and_qualifier_is_described():
    page = dictionary()

    for frame in (quantities(), qualifiers()):
        assert (frame["description"].str.len() > 10).all()
        assert all(f"| `{name}` |" in page for name in frame.index)


def test_every_qualifier_that_a_quantity_allows_exists():
    used = {name for allowed in quantities()["qualifiers"] for name in allowed}

    assert used <= set(qualifiers().index)
