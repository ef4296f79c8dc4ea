"""Answer a known number of predictions with the trained network, with the energy logged.

Usage: python experiments/inference_mlp_digits.py data/raw/runs/inference_mlp_digits MODEL_FILE
"""

import sys
from pathlib import Path

import joblib
from digits import load_split, save_outcome, tracked

BATCH_SIZE = 32
# About 80 s on one core: long enough for more than ten samples of the tracker.
BATCH_COUNT = 240_000


def main(run_folder: Path, model_file: Path) -> None:
    """Predict under the tracker, walking round the test images batch by batch."""
    model = joblib.load(model_file)  # a file of your own: loading a pickle runs its code
    images, _ = load_split()["test"]
    starts = range(0, len(images) - BATCH_SIZE + 1, BATCH_SIZE)
    batches = [images[start : start + BATCH_SIZE] for start in starts]
    prediction_count = 0
    with tracked(run_folder):
        for turn in range(BATCH_COUNT):
            prediction_count += len(model.predict(batches[turn % len(batches)]))
    save_outcome(run_folder, {"batch_size": BATCH_SIZE, "prediction_count": prediction_count})


if __name__ == "__main__":
    main(run_folder=Path(sys.argv[1]), model_file=Path(sys.argv[2]))
