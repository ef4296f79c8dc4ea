"""The configuration is closed."""

import pytest
import yaml

from aienergy.config import read_config
from aienergy.errors import LedgerError
from tests.checkout import ROOT

SCHEMA = ROOT / "workflow/schemas/config.schema.json"


@pytest.fixture
def config(tmp_path):
    def write(change: str, to: str):
        text = (ROOT / "config.yaml").read_text()
        assert change in text
        path = tmp_path / "config.yaml"
        path.write_text(text.replace(change, to, 1))
        return path

    return write


def test_the_committed_configuration_is_valid():
    assert read_config(ROOT / "config.yaml", SCHEMA)["as_of"] == "2026-11-26"


@pytest.mark.parametrize(
    ("change", "to", "says"),
    [
        ('as_of: "2026-11-26"', "as_of: 2026-11-26", "unquoted date"),
        ("seed: 20261101", "seeds: 20261101", "'seeds' was unexpected"),
        ("seed: 20261101", "seed: some", "is not of type 'integer'"),
        ("confidence_level: 0.9", "confidence_level: 90", "90 is greater than or equal"),
        ('edition: "2026.11"', 'edition: "November"', "does not match"),
        ("seed: 20261101", "seed: [", "while parsing"),
        (
            "seed: 20261101",
            "seed: 20261101\nseed: 3",
            "config.yaml:10 key seed: the key stands there twice",
        ),
        ('as_of: "2026-11-26"', 'as_of: "2026-13-01"', "'2026-13-01' is no date"),
        ('end: "2011-12-31"', 'end: "1911-12-31"', "the window ends before it starts"),
    ],
)
def test_a_spoilt_configuration_is_refused(config, change, to, says):
    with pytest.raises(LedgerError, match=r"config\.yaml") as caught:
        read_config(config(change, to), SCHEMA)

    assert says in str(caught.value)
    assert "Hint" in str(caught.value)


def test_every_key_is_described():
    schema = yaml.safe_load(SCHEMA.read_text())
    missing = [name for name, rule in schema["properties"].items() if not rule.get("description")]

    assert missing == []
