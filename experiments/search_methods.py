"""Four ways to search hyperparameters on the same tasks: what each costs to reach an accuracy.

Usage: python experiments/search_methods.py FOLDER [--tiny] [--beside TEXT]

The tasks are data sets that scikit-learn carries. Of each seed all methods see the same split of
the data. The searches of a seed take turns in random order, evaluation by evaluation, so that a
machine that slows down slows all of them. A search's own bookkeeping is inside its time.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import optuna
from measuring import Stopwatch, Trials, options, progress, run_experiment
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

SEEDS = tuple(range(1, 11))
TASKS = {"digits": load_digits, "breast_cancer": load_breast_cancer}
METHODS = ("grid", "random", "tpe", "halving")
BATCH_SIZE = 64
# Halving stops a candidate after the first or the second of these, if it is not among the best
# third there; the other methods train every candidate to the last.
RUNGS_EPOCHS = (1, 3, 9)
REDUCTION = 3
# All methods may spend as many passes over the data as the grid needs, all trained fully.
CANDIDATES = 27  # nodes of the grid
BUDGET_EPOCHS = CANDIDATES * RUNGS_EPOCHS[-1]
# Lowest and highest value of each hyperparameter; all are searched on a logarithmic scale. The grid
# takes the middles of three equal cells of each.
SPACE = {"width": (8.0, 128.0), "learning_rate": (1e-4, 1e-1), "l2_penalty": (1e-6, 1e-1)}
GRID_CELLS = 3
FORWARD, BACKWARD = 2, 4  # FLOP for each weight and input: multiply and add; two such products back
SHARE_OF_VALIDATION = 0.25


@dataclass(frozen=True)
class Task:
    """A data set, split: inputs of shape (n, features) as float32, labels of shape (n,)."""

    name: str
    train: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]

    @property
    def classes(self) -> np.ndarray:
        """Return all labels that occur."""
        return np.unique(self.train[1])


def load_task(name: str, seed: int) -> Task:
    """Split a data set by seed and scale it by its training part."""
    inputs, labels = TASKS[name](return_X_y=True)
    train, validation, labels_train, labels_validation = train_test_split(
        inputs, labels, test_size=SHARE_OF_VALIDATION, random_state=seed, stratify=labels
    )
    scaler = StandardScaler().fit(train)
    return Task(
        name,
        (scaler.transform(train).astype(np.float32), labels_train),
        (scaler.transform(validation).astype(np.float32), labels_validation),
    )


def grid() -> dict[str, list[float]]:
    """Return the values of the grid: middles of equal cells of the logarithmic range."""
    middles = (np.arange(GRID_CELLS) + 0.5) / GRID_CELLS
    return {
        name: [float(f"{low * (high / low) ** part:.3g}") for part in middles]
        for name, (low, high) in SPACE.items()
    }


def make_study(method: str, seed: int) -> optuna.Study:
    """Return the study of a method; halving draws candidates at random and prunes them.

    Where a grid begins decides how soon it is good, so its nodes come in an order of the seed.
    """
    sampler: optuna.samplers.BaseSampler = optuna.samplers.RandomSampler(seed=seed)
    if method == "tpe":
        sampler = optuna.samplers.TPESampler(seed=seed)
    pruner: optuna.pruners.BasePruner = optuna.pruners.NopPruner()
    if method == "halving":
        pruner = optuna.pruners.SuccessiveHalvingPruner(
            min_resource=RUNGS_EPOCHS[0], reduction_factor=REDUCTION
        )
    study = optuna.create_study(direction="maximize", sampler=sampler, pruner=pruner)
    if method == "grid":
        nodes = list(product(*grid().values()))
        for place in np.random.default_rng(seed).permutation(len(nodes)):
            study.enqueue_trial(dict(zip(SPACE, nodes[place], strict=True)))
    return study


def search(method: str, task: Task, seed: int, budget_epochs: int) -> Iterator[dict[str, object]]:
    """Search until the budget is spent; yield the cells of each evaluation as it is done."""
    study, spent_epochs = make_study(method, seed), 0
    while spent_epochs < budget_epochs:
        watch = Stopwatch()
        with watch.running():
            trial = study.ask()
            chosen = {
                name: trial.suggest_float(name, *span, log=True) for name, span in SPACE.items()
            }
            model = _model(chosen, seed)
        done_epochs = 0
        for until_epochs in RUNGS_EPOCHS if method == "halving" else RUNGS_EPOCHS[-1:]:
            with watch.running():
                for _ in range(until_epochs - done_epochs):
                    model.partial_fit(*task.train, classes=task.classes)
                accuracy = float(model.score(*task.validation))
                trial.report(accuracy, until_epochs)
                is_last = until_epochs == RUNGS_EPOCHS[-1]
                is_pruned = not is_last and trial.should_prune()
                if is_pruned:
                    study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                elif is_last:
                    study.tell(trial, accuracy)
            epochs = until_epochs - done_epochs
            yield {
                **watch.cells(),
                "work_count": epochs,
                "setting": ";".join(f"{k}={v:.3g}" for k, v in chosen.items()),
                "operations_flop": operations_flop(model, task, epochs),
                "accuracy": accuracy,
            }
            watch = Stopwatch()
            done_epochs, spent_epochs = until_epochs, spent_epochs + epochs
            if is_pruned:
                break


def _model(chosen: dict[str, float], seed: int) -> MLPClassifier:
    return MLPClassifier(
        hidden_layer_sizes=(round(chosen["width"]),),
        learning_rate_init=chosen["learning_rate"],
        alpha=chosen["l2_penalty"],
        batch_size=BATCH_SIZE,
        random_state=seed,
    )


def operations_flop(model: MLPClassifier, task: Task, epochs: int) -> float:
    """Count the products of weights and inputs in training and scoring, not the optimizer's."""
    weights = sum(part.size for part in model.coefs_)
    trained = epochs * len(task.train[1]) * (FORWARD + BACKWARD)
    return float(weights * (trained + len(task.validation[1]) * FORWARD))


def measure(trials: Trials, is_tiny: bool) -> None:
    """Let the searches of each seed and task take turns in random order."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    seeds = SEEDS[:2] if is_tiny else SEEDS
    budget_epochs = 2 * RUNGS_EPOCHS[-1] if is_tiny else BUDGET_EPOCHS
    warm_up = load_task("digits", 0)
    for method in METHODS:
        next(search(method, warm_up, 0, 1))
    for done, seed in enumerate(seeds, 1):
        rng = np.random.default_rng(seed)
        open_searches = {
            (name, method): search(method, load_task(name, seed), seed, budget_epochs)
            for name in TASKS
            for method in METHODS
        }
        while open_searches:
            name, method = list(open_searches)[rng.integers(len(open_searches))]
            cells = next(open_searches[name, method], None)
            if cells is None:
                del open_searches[name, method]
                continue
            trials.add({"task": name, "arm": method, "seed": seed, "measure": "search", **cells})
        progress(done, len(seeds), "seeds")


if __name__ == "__main__":
    run_experiment(
        options(str(__doc__).splitlines()[0]),
        measure,
        title="Hyperparameter search by four methods",
        note=(
            "Networks with one hidden layer on two data sets that scikit-learn carries; width,"
            " learning rate and penalty are searched. Every method may spend as many passes over"
            " the data as the grid needs. Accuracy is that on the validation part, which the search"
            " itself looks at, so it is no estimate of accuracy on new data. Operations are"
            " counted, not measured. Optuna's TPE begins with ten random candidates, of one seed"
            " the same as random search: what differs before them is noise."
        ),
        packages=("optuna", "scikit-learn"),
    )
