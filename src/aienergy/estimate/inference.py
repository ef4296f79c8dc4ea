"""Training against use, where one study gives both."""

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts


def compare_training_with_use(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Return how many uses equal training and fine-tuning, by study.

    Returns:
        One row per system: system, source, training_key, fine_tuning_key, use_key, parity_key,
        parity, and the boundaries of training and use, which differ in the one study there is.
    """
    energies = facts.select("training_energy_kwh")
    keys = ["subject", "source"]
    training = energies[energies["q_stage"] == "pretraining"].drop_duplicates(keys)
    tuning = energies[energies["q_stage"] == "fine_tuning"].drop_duplicates(keys)
    use = facts.select("inference_energy_wh").drop_duplicates(keys)
    columns = [*keys, "id", "boundary"]
    both = training[columns].merge(tuning[columns], on=keys, suffixes=("_training", "_tuning"))
    both = both.merge(use[columns], on=keys).sort_values("subject")
    rows = []
    for row in both.itertuples():
        inputs = {
            "training_energy_kwh": str(row.id_training),
            "fine_tuning_energy_kwh": str(row.id_tuning),
            "inference_energy_wh": str(row.id),
        }
        label = f"{facts.name(row.subject)}: uses whose energy equals that of training"
        key = f"{row.subject}.parity"
        number = ledger.derive(key, label, "1", "parity_count", inputs)
        rows.append(
            {
                "system": row.subject,
                "source": row.source,
                "training_key": row.id_training,
                "fine_tuning_key": row.id_tuning,
                "use_key": row.id,
                "parity_key": number.key,
                "parity": number.value,
                "training_boundary": row.boundary_training,
                "use_boundary": row.boundary,
            }
        )
    return pd.DataFrame(rows)
