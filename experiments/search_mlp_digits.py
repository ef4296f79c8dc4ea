"""Random search over 24 candidates, with the energy of the whole search logged.

Usage: python experiments/search_mlp_digits.py data/raw/runs/search_mlp_digits
"""

import sys
from pathlib import Path

import numpy as np
from digits import SEARCH_EPOCHS, SEED, load_split, make_model, save_outcome, tracked

CANDIDATE_COUNT = 24


def draw_candidate(rng: np.random.Generator) -> dict[str, float | int]:
    """Draw one candidate, log-uniformly where a parameter spans orders of magnitude."""
    return {
        "width": int(rng.choice([64, 128, 256, 384])),
        "learning_rate": float(f"{10 ** rng.uniform(-4, -2):.3g}"),
        "l2_penalty": float(f"{10 ** rng.uniform(-6, -2):.3g}"),
        "batch_size": int(rng.choice([32, 64, 128, 256])),
    }


def main(run_folder: Path) -> None:
    """Search under the tracker, then write the ranking."""
    split = load_split()
    rng = np.random.default_rng(SEED)
    candidates = [draw_candidate(rng) for _ in range(CANDIDATE_COUNT)]
    accuracies = []
    with tracked(run_folder):
        for candidate in candidates:
            model = make_model(candidate, epochs=SEARCH_EPOCHS).fit(*split["train"])
            accuracies.append(float(model.score(*split["validation"])))
    best = int(np.argmax(accuracies))
    save_outcome(
        run_folder,
        {
            "candidate_count": CANDIDATE_COUNT,
            "epochs_per_candidate": SEARCH_EPOCHS,
            "training_image_count": len(split["train"][1]),
            "best_candidate": candidates[best],
            "best_validation_accuracy": round(accuracies[best], 4),
            "validation_accuracies": [round(accuracy, 4) for accuracy in accuracies],
        },
    )


if __name__ == "__main__":
    main(run_folder=Path(sys.argv[1]))
