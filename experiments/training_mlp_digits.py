"""Train the network that the search found best, with the energy of the training logged.

Usage: python experiments/training_mlp_digits.py data/raw/runs/training_mlp_digits \
           data/raw/runs/search_mlp_digits/outcome.json MODEL_FILE
"""

import json
import sys
from pathlib import Path

import joblib
from digits import TRAINING_EPOCHS, load_split, make_model, save_outcome, tracked


def main(run_folder: Path, search_outcome: Path, model_file: Path) -> None:
    """Train under the tracker, then score on images that neither run has seen."""
    candidate = json.loads(search_outcome.read_text(encoding="utf-8"))["best_candidate"]
    split = load_split()
    model = make_model(candidate, epochs=TRAINING_EPOCHS)
    with tracked(run_folder):
        model.fit(*split["train"])
    joblib.dump(model, model_file)
    save_outcome(
        run_folder,
        {
            "candidate": candidate,
            "epochs": TRAINING_EPOCHS,
            "training_image_count": len(split["train"][1]),
            "parameter_count": sum(part.size for part in [*model.coefs_, *model.intercepts_]),
            "test_accuracy": round(float(model.score(*split["test"])), 4),
        },
    )


if __name__ == "__main__":
    main(
        run_folder=Path(sys.argv[1]),
        search_outcome=Path(sys.argv[2]),
        model_file=Path(sys.argv[3]),
    )
