"""Intervals as the 5th, 50th and 95th percentile, and how they travel through a formula.

Each quantity has a support that fixes the family of its distribution: `positive` is log-normal,
`above_one` is one plus a log-normal (PUE), `share` is logit-normal. All three are a normal
distribution behind a transform, so a factor is fully described by a median and a spread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Support = Literal["positive", "above_one", "share", "real"]
Floats = NDArray[np.float64]

Z95 = 1.6448536269514722  # standard normal quantile of the 95th percentile
SAMPLE_POWER = 13  # 8,192 quasi-random points


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 5th and 95th percentile; a point has neither.

    Attributes:
        value: Median, or the value itself where no interval is known.
        low: 5th percentile, or None.
        high: 95th percentile, or None.
        support: Family of the distribution.
    """

    value: float
    low: float | None = None
    high: float | None = None
    support: Support = "positive"

    @property
    def is_point(self) -> bool:
        """Whether nothing is known of the spread."""
        return self.low is None or self.high is None

    @property
    def spread(self) -> float:
        """Standard deviation behind the transform (of the logarithm for `positive`)."""
        if self.low is None or self.high is None:
            return 0.0
        forward = TRANSFORMS[self.support][0]
        ends = forward(np.array([self.low, self.high]))
        return float((ends[1] - ends[0]) / (2 * Z95))

    def at(self, z: Floats) -> Floats:
        """Return the values at standard-normal scores `z` (any shape)."""
        if self.is_point:
            return np.full_like(z, self.value)
        forward, backward = TRANSFORMS[self.support]
        return backward(forward(np.array([self.value]))[0] + self.spread * z)


TRANSFORMS: dict[Support, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "positive": (np.log, np.exp),
    "above_one": (lambda x: np.log(x - 1), lambda y: 1 + np.exp(y)),
    "share": (lambda x: np.log(x / (1 - x)), lambda y: 1 / (1 + np.exp(-y))),
    "real": (lambda x: x, lambda y: y),
}


def from_sample(values: Floats, support: Support = "positive") -> Interval:
    """Fit the predictive interval of one further draw to observed values.

    The spread includes the uncertainty of the fitted median: a Student-t quantile with n - 1
    degrees of freedom times s * sqrt(1 + 1/n), behind the transform of the support.

    Args:
        values: Observed values, shape (n,), n of at least 3.
        support: Family of the distribution.

    Raises:
        ValueError: Fewer than three values.
    """
    from scipy.special import stdtrit  # scipy.stats takes a second to load

    if len(values) < 3:
        raise ValueError(f"{len(values)} values cannot carry a spread; at least 3 are needed")
    forward, backward = TRANSFORMS[support]
    y = forward(np.asarray(values, dtype=float))
    half = float(stdtrit(len(y) - 1, 0.95) * y.std(ddof=1) * np.sqrt(1 + 1 / len(y)))
    low, mid, high = backward(y.mean() + np.array([-half, 0.0, half]))
    return Interval(float(mid), float(low), float(high), support)


def further_factor(errors: Floats) -> Interval:
    """Return the factor around a prediction within which one further case lies nine times of ten.

    Args:
        errors: Errors of predictions in the logarithm, each of a case that its prediction had not
            seen, so that their mean square is an honest variance; Student's t has as many degrees
            as there are cases.
    """
    from scipy.special import stdtrit  # scipy.stats takes a second to load

    spread = np.exp(stdtrit(len(errors), 0.95) * np.sqrt((errors**2).mean()))
    return Interval(1.0, float(1 / spread), float(spread))


@dataclass(frozen=True, slots=True)
class Propagated:
    """Result of a formula on intervals.

    Attributes:
        interval: Median and 5th to 95th percentile of the result.
        variance_shares: For each input with a spread, its share of the result's log-variance.
        method: `point`, `closed_form` or `sampled`.
    """

    interval: Interval
    variance_shares: dict[str, float]
    method: Literal["point", "closed_form", "sampled"]


def propagate(
    formula: Callable[..., Any],
    inputs: Mapping[str, Interval],
    powers: Mapping[str, int] | None,
    seed: int,
) -> Propagated:
    """Carry intervals through a formula whose inputs are independent.

    A monomial of log-normal factors has a closed form: log-medians and log-variances add.
    Everything else is sampled by scrambled Sobol points.

    Args:
        formula: Function of the inputs by name, on floats and on arrays.
        inputs: Factors by parameter name.
        powers: Exponent of each parameter where the formula is a monomial, else None.
        seed: Seed of the scrambling; named in the configuration.
    """
    value = float(formula(**{name: item.value for name, item in inputs.items()}))
    uncertain = {name: item for name, item in inputs.items() if not item.is_point}
    if not uncertain:
        return Propagated(Interval(value), {}, "point")
    if powers is not None and all(item.support == "positive" for item in uncertain.values()):
        variances = {n: (powers[n] * item.spread) ** 2 for n, item in uncertain.items()}
        total = sum(variances.values())
        factor = float(np.exp(Z95 * np.sqrt(total)))
        shares = {n: v / total for n, v in variances.items()}
        return Propagated(Interval(value, value / factor, value * factor), shares, "closed_form")
    return _sample(formula, inputs, list(uncertain), seed)


def _sample(
    formula: Callable[..., Any], inputs: Mapping[str, Interval], uncertain: list[str], seed: int
) -> Propagated:
    scores = _scores(len(uncertain), seed)
    draws = {name: inputs[name].at(scores[:, i]) for i, name in enumerate(uncertain)}
    points = {name: item.value for name, item in inputs.items() if name not in draws}
    result = np.asarray(formula(**draws, **points), dtype=float)
    low, mid, high = np.percentile(result, [5, 50, 95])
    correlations = np.array(
        [np.corrcoef(scores[:, i], np.log(result))[0, 1] for i in range(len(uncertain))]
    )
    shares = correlations**2 / np.sum(correlations**2)
    return Propagated(
        Interval(float(mid), float(low), float(high)),
        {name: float(share) for name, share in zip(uncertain, shares, strict=True)},
        "sampled",
    )


def normal_scores(count: int, seed: int) -> Floats:
    """Return standard-normal scores of scrambled Sobol points, shape (8192, count), read only."""
    return _scores(count, seed)


@cache
def _scores(count: int, seed: int) -> Floats:
    """Return standard-normal scores, shape (points, count), the same for each formula."""
    from scipy import stats

    sobol = stats.qmc.Sobol(count, scramble=True, rng=np.random.default_rng(seed))
    scores: Floats = stats.norm.ppf(sobol.random_base2(SAMPLE_POWER))
    scores.flags.writeable = False  # shared by all that ask for it
    return scores
