"""The two golden tables: Strubell et al. 2019 Table 3 and Patterson et al. 2021 Table 4."""

import pandas as pd
import pytest

from aienergy.contracts.schema import CLAIM
from aienergy.verify.claims import check_arithmetic, rounding_interval
from tests.checkout import ROOT

# Strubell et al. 2019, Table 3, GPU rows as printed: kWh, lb CO2e, low and high US dollars.
STRUBELL_GPU_ROWS = {
    "transformer_base": ("27", "26", "41", "140"),
    "transformer_big": ("201", "192", "289", "981"),
    "elmo": ("275", "262", "433", "1472"),
    "bert_base": ("1507", "1438", "3751", "12571"),
    "evolved_transformer_search": ("656347", "626155", "942973", "3201722"),
}
# Patterson et al. 2021, Table 4, as printed: MWh, gross t, net t, FLOP.
PATTERSON_COLUMNS = {
    "evolved_transformer_search": ("7.5", "3.2", "3.2", "2.91e+21"),
    "t5_11b": ("85.7", "46.7", "46.7", "4.05e+22"),
    "meena": ("232", "96.4", "96.4", "1.12e+23"),
    "gshard_600b": ("24.1", "4.8", "4.3", "1.33e+22"),
    "switch_transformer": ("179", "72.2", "59.1", "8.22e+22"),
    "gpt3": ("1287", "552.1", "552.1", "3.14e+23"),
}
# Cells that the printed inputs do not give to the printed digits, since these are rounded.
CLOSE_IN_PATTERSON = {
    "t5_11b.energy", "t5_11b.compute", "meena.emissions_gross", "meena.emissions_net",
    "gshard_600b.energy", "gshard_600b.compute", "switch_transformer.emissions_gross",
    "gpt3.energy", "gpt3.compute",
}  # fmt: skip


@pytest.fixture(scope="module")
def checked() -> pd.DataFrame:
    files = [ROOT / f"data/raw/claims/{name}.csv" for name in ("strubell2019", "patterson2021")]
    claims = pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files])
    return check_arithmetic(claims).set_index("id")


@pytest.mark.parametrize("system", STRUBELL_GPU_ROWS)
def test_every_gpu_row_of_strubell_reproduces_to_its_printed_digits(checked, system):
    names = ("energy", "emissions", "cost_low", "cost_high")
    for name, printed in zip(names, STRUBELL_GPU_ROWS[system], strict=True):
        row = checked.loc[f"strubell2019.{system}.{name}"]
        assert row["value"] == printed
        assert row["arithmetic"] == "reproduces", name
        assert round(row["recomputed"]) == int(printed)


def test_bert_reproduces_with_the_hours_of_the_text_only(checked):
    row = checked.loc["strubell2019.bert_base.energy"]
    hours = row["inputs"].replace("hours_h=79.2", "hours_h=79")
    with_table_hours = row[list(CLAIM.columns)[1:]].to_frame().T.assign(id="x", inputs=hours)

    verdict = check_arithmetic(with_table_hours).iloc[0]
    assert "hours_h=79.2" in row["inputs"]
    assert round(verdict["recomputed"]) == 1503


def test_the_misprinted_price_of_a_tpu_is_found_out(checked):
    row = checked.loc["strubell2019.bert_base.tpu_cost_low"]

    assert row["arithmetic"] == "fails"
    assert row["recomputed"] == pytest.approx(16 * 96 * 1.46)


@pytest.mark.parametrize("system", PATTERSON_COLUMNS)
def test_every_cell_of_patterson_lies_within_the_rounding_of_its_inputs(checked, system):
    names = ("energy", "emissions_gross", "emissions_net", "compute")
    for name, printed in zip(names, PATTERSON_COLUMNS[system], strict=True):
        row = checked.loc[f"patterson2021.{system}.{name}"]
        assert row["value"] == printed
        low, high = rounding_interval(printed)
        assert row["lowest"] <= high, name
        assert row["highest"] >= low, name
        expected = "close" if f"{system}.{name}" in CLOSE_IN_PATTERSON else "reproduces"
        assert row["arithmetic"] == expected, name


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [
        ("7.5", 7.45, 7.55),
        ("1287", 1286.5, 1287.5),
        ("1.10", 1.095, 1.105),
        ("2.91e+21", 2.905e21, 2.915e21),
        ("20", 19.5, 20.5),
    ],
)
def test_rounding_interval(printed, low, high):
    assert rounding_interval(printed) == (pytest.approx(low), pytest.approx(high))


def test_a_tampered_claim_fails(checked):
    row = checked.loc["patterson2021.gpt3.energy"]
    tampered = row[list(CLAIM.columns)[1:]].to_frame().T.assign(id="x", value="1387")

    assert check_arithmetic(tampered)["arithmetic"].tolist() == ["fails"]
