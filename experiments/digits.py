"""The data, the model and the tracker that the three small runs share."""

import json
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
from codecarbon import OfflineEmissionsTracker
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

Images = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

SEED = 20261123
IMAGE_SIDE = 8
SHIFTS = (-1, 0, 1)
# Long enough for a training of a minute. The search gives each candidate a tenth of it, a common
# way to search; the ratio of search to training energy follows from this choice.
TRAINING_EPOCHS = 320
SEARCH_EPOCHS = TRAINING_EPOCHS // 10
BRIGHTEST = 16.0


def load_split() -> dict[str, tuple[Images, Labels]]:
    """Return `train` (shifted copies included), `validation` and `test` images with labels.

    Pixels are scaled to 0..1. Shapes: (images, 64) and (images,). Only the training images are
    copied with shifts of one pixel, so that no copy of a validation or test image is trained on.
    """
    images, labels = load_digits(return_X_y=True)
    rest, test, rest_labels, test_labels = train_test_split(
        images / BRIGHTEST, labels, test_size=0.2, random_state=SEED, stratify=labels
    )
    train, validation, train_labels, validation_labels = train_test_split(
        rest, rest_labels, test_size=0.2, random_state=SEED, stratify=rest_labels
    )
    squares = train.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    # np.roll would wrap the far edge around; the blank frame keeps digits in one piece.
    framed = np.pad(squares, ((0, 0), (1, 1), (1, 1)))
    shifted = [
        framed[:, 1 + down : 1 + down + IMAGE_SIDE, 1 + right : 1 + right + IMAGE_SIDE]
        for down in SHIFTS
        for right in SHIFTS
    ]
    return {
        "train": (
            np.concatenate(shifted).reshape(-1, IMAGE_SIDE**2),
            np.tile(train_labels, len(shifted)),
        ),
        "validation": (validation, validation_labels),
        "test": (test, test_labels),
    }


def make_model(candidate: Mapping[str, float | int], *, epochs: int) -> MLPClassifier:
    """Build the network of one candidate, trained for exactly `epochs` passes over the data.

    Args:
        candidate: `width` (units in each of two hidden layers), `learning_rate`, `l2_penalty`
            and `batch_size`.
        epochs: Passes over the training images; early stopping is off, so the work is known.
    """
    return MLPClassifier(
        hidden_layer_sizes=(int(candidate["width"]), int(candidate["width"])),
        learning_rate_init=float(candidate["learning_rate"]),
        alpha=float(candidate["l2_penalty"]),
        batch_size=int(candidate["batch_size"]),
        max_iter=epochs,
        n_iter_no_change=epochs,
        tol=0.0,
        random_state=SEED,
    )


@contextmanager
def tracked(run_folder: Path) -> Iterator[None]:
    """Log the energy of the block to `run_folder/emissions.csv`.

    `process` mode models the CPU from the CPU time of this process alone, so other work on a
    shared machine is left out. One thread keeps runs on different machines alike.

    Raises:
        FileExistsError: The folder has a log; the tool would append a second run to it.
    """
    log = run_folder / "emissions.csv"
    if log.exists():
        raise FileExistsError(f"{log} exists; move it away before running again")
    run_folder.mkdir(parents=True, exist_ok=True)
    tracker = OfflineEmissionsTracker(
        project_name=run_folder.name,
        country_iso_code="USA",
        tracking_mode="process",
        measure_power_secs=5,
        output_dir=str(run_folder),
        log_level="error",
    )
    with threadpool_limits(limits=1):
        tracker.start()
        # The tool would log the host's full kernel build string, which says nothing about energy.
        tracker._conf["os"] = f"{platform.system()}-{platform.machine()}"
        try:
            yield
        finally:
            tracker.stop()


def save_outcome(run_folder: Path, outcome: Mapping[str, object]) -> None:
    """Write what the run found beside its log, and print it."""
    text = json.dumps(outcome, indent=1) + "\n"
    (run_folder / "outcome.json").write_text(text, encoding="utf-8")
    print(text, end="")
