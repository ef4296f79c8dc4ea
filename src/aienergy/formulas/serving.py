"""Energy of one token of output by size, precision, realized batch and accelerator.

The model is a line in logarithms. Its first regressor is a physical scale: writing one token reads
every active parameter once, so that bytes matter; each further regressor has a reason in what the
hardware does. Fits know nothing of sources that they leave out: those aren't among their inputs.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from aienergy.formulas.registry import Values, formula
from aienergy.intervals import Z95, Floats, Interval, further_factor

Whole: TypeAlias = NDArray[np.int64]

GIGA = 1e9  # sizes in gigabytes keep the intercept readable
# Places of the coefficients of `serving_coefficient`.
INTERCEPT, WEIGHTS, SPARSITY, BATCH, BATCH_SQUARED, HARDWARE = range(6)
NAMES = ("intercept", "weights", "sparsity", "batch", "batch_squared", "hardware")

_UNITS = {"energies": "J", "batch": "1", "widths": "byte", "power": "W", "bandwidth": "byte/s"}
_HELD_UNITS = _UNITS | {f"held_{name}": unit for name, unit in _UNITS.items()}


def design(
    active: Floats, total: Floats, widths: Floats, batch: Floats, power: Floats, bandwidth: Floats
) -> Floats:
    """Return the regressors of the line, one row a measurement, the intercept first.

    Args:
        active: Parameters used for one token.
        total: All parameters, which fill memory and boards.
        widths: Bytes of one parameter.
        batch: Answers written at the same time, in the mean.
        power: Rated power of one board in W.
        bandwidth: Memory bandwidth of one board in byte/s.
    """
    size = np.log(np.asarray(active) * widths / GIGA)
    together = np.log(np.asarray(batch, dtype=float))
    per_byte = np.log(np.asarray(power) / bandwidth * GIGA)
    sparsity = np.log(np.asarray(total) / active)
    return np.column_stack([np.ones_like(size), size, sparsity, together, together**2, per_byte])


def random_intercept(y: Floats, x: Floats, sizes: Whole) -> tuple[Floats, float, float]:
    """Fit a line with an intercept that differs at random from source to source.

    Swamy and Arora (Econometrica 40, 1972) for sources of unequal size: the variance within comes
    from the line with an intercept for each source, that between from the residuals of the plain
    line, and the fit is least squares after each source's mean is taken off in part.

    Args:
        y: Logarithms of energies, those of one source beside each other.
        x: Regressors as of `design`.
        sizes: How many rows each source has.

    Returns:
        Coefficients, variance within sources, variance between them.
    """
    counts = np.asarray(sizes, dtype=np.int64)
    group = np.repeat(np.arange(len(counts)), counts)
    means_y, means_x = _means(y, group, counts), _means(x, group, counts)
    slopes = _least_squares(x[:, 1:] - means_x[group, 1:], y - means_y[group])
    residual = (y - means_y[group]) - (x[:, 1:] - means_x[group, 1:]) @ slopes
    freedom = len(y) - len(counts) - x.shape[1] + 1
    if freedom <= 0 or len(counts) == 1:  # nothing tells the two errors apart: one error
        line = _least_squares(x, y)
        return line, float(((y - x @ line) ** 2).sum() / max(1, len(y) - x.shape[1])), 0.0
    within = float((residual**2).sum() / freedom)
    left = means_y - means_x[:, 1:] @ slopes
    between = float(max(0.0, left.var(ddof=1) - (within / counts).mean()))
    if between == 0:
        share = np.zeros(len(counts))
    else:
        share = 1 - np.sqrt(within / (within + counts * between))
    line = _least_squares(x - (share[:, None] * means_x)[group], y - (share * means_y)[group])
    return line, within, between


def _line(y: Floats, x: Floats, sizes: Whole) -> Floats:
    return random_intercept(y, x, sizes)[0]


def _least_squares(x: Floats, y: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=np.float64)


def _means(values: Floats, group: Whole, counts: Whole) -> Floats:
    total: Floats = np.zeros((len(counts), *values.shape[1:]))
    np.add.at(total, group, values)
    return total / counts.reshape(-1, *[1] * (values.ndim - 1))


def _rows(*columns: list[float]) -> tuple[Floats, Floats]:
    energies, *regressors = (np.asarray(column, dtype=float) for column in columns)
    return np.log(energies), design(*regressors)


@formula(
    "coefficient of ln J = a + b ln(active bytes) + c ln(total/active) + d ln(batch)"
    " + e ln(batch)^2 + f ln(W per byte/s), with a random intercept of each source",
    on_values=True,
    unit="1",
    units=_UNITS,
)
def serving_coefficient(
    energies: list[float],
    active: list[float],
    total: list[float],
    widths: list[float],
    batch: list[float],
    power: list[float],
    bandwidth: list[float],
    sizes: list[float],
    place: float,
) -> float:
    """One coefficient of the fitted energy of a token of output in J, by its place in `NAMES`.

    Sizes are in billions of bytes, hardware in W per GB/s; lists hold one value a measurement,
    those of one source beside each other, and `sizes` how many each source has.
    """
    y, x = _rows(energies, active, total, widths, batch, power, bandwidth)
    return float(random_intercept(y, x, np.asarray(sizes, dtype=np.int64))[0][int(place)])


@formula("exp(1.645 x standard deviation within sources)", on_values=True, unit="1", units=_UNITS)
def serving_run_factor(
    energies: list[float],
    active: list[float],
    total: list[float],
    widths: list[float],
    batch: list[float],
    power: list[float],
    bandwidth: list[float],
    sizes: list[float],
) -> Interval:
    """Factor within which nine tenths of runs lie around the line of their own source."""
    y, x = _rows(energies, active, total, widths, batch, power, bandwidth)
    spread = np.exp(Z95 * np.sqrt(random_intercept(y, x, np.asarray(sizes, dtype=np.int64))[1]))
    return Interval(1.0, float(1 / spread), float(spread))


@formula(
    "geometric mean of measured over predicted, for a source that the fit left out",
    on_values=True,
    unit="1",
    units=_HELD_UNITS,
)
def left_out_ratio(
    energies: list[float],
    active: list[float],
    total: list[float],
    widths: list[float],
    batch: list[float],
    power: list[float],
    bandwidth: list[float],
    sizes: list[float],
    held_energies: list[float],
    held_active: list[float],
    held_total: list[float],
    held_widths: list[float],
    held_batch: list[float],
    held_power: list[float],
    held_bandwidth: list[float],
) -> float:
    """Mean of what a left-out source measured over what the other sources predict for it.

    Lists without `held_` are those that the line is fitted to; arguments as of
    `serving_coefficient`.
    """
    y, x = _rows(energies, active, total, widths, batch, power, bandwidth)
    line = random_intercept(y, x, np.asarray(sizes, dtype=np.int64))[0]
    held = (held_active, held_total, held_widths, held_batch, held_power, held_bandwidth)
    own, other = _rows(held_energies, *held)
    return float(np.exp((own - other @ line).mean()))


@formula(
    "1, from 1 / f to f; f = exp(t x root mean square of ln(measured / predicted)), each source"
    " predicted by the others",
    on_values=True,
    unit="1",
    units=_UNITS,
)
def serving_source_factor(
    energies: list[float],
    active: list[float],
    total: list[float],
    widths: list[float],
    batch: list[float],
    power: list[float],
    bandwidth: list[float],
    sizes: list[float],
) -> Interval:
    """Factor around a prediction within which one further source lies in nine cases of ten.

    Each source is predicted by a fit without it, so that the mean square of the errors is an
    honest variance; Student's t has as many degrees as there are sources.
    """
    y, x = _rows(energies, active, total, widths, batch, power, bandwidth)
    return further_factor(left_out_errors(y, x, np.asarray(sizes, dtype=np.int64)))


def left_out_errors(
    y: Floats, x: Floats, sizes: Whole, fit: Callable[[Floats, Floats, Whole], Floats] | None = None
) -> Floats:
    """Return the mean error of each source in the logarithm, by a fit without that source.

    Args:
        y: As of `random_intercept`.
        x: As of `random_intercept`.
        sizes: As of `random_intercept`.
        fit: Returns coefficients from the same three; the line of `random_intercept` by default.
    """
    fit = fit or _line
    group = np.repeat(np.arange(len(sizes)), sizes)
    errors = []
    for source in range(len(sizes)):
        own = group == source
        line = fit(y[~own], x[~own], np.delete(sizes, source))
        errors.append((y[own] - x[own] @ line).mean())
    return np.asarray(errors)


@formula(
    "exp(a) x (active bytes)^b x (total/active)^c x batch^(d + e ln batch) x (W per byte/s)^f"
    " x spreads",
    unit="J",
)
def token_energy_j(
    intercept: Values,
    weights: Values,
    sparsity: Values,
    batch: Values,
    batch_squared: Values,
    hardware: Values,
    active_parameter_count: Values,
    parameter_count: Values,
    parameter_byte: Values,
    realized_batch: Values,
    board_power_w: Values,
    memory_bandwidth_byte_per_s: Values,
    source_factor: Values,
    run_factor: Values,
) -> Values:
    """Energy of one token of output in J at the boards, by the fitted line.

    The first six are its coefficients. Prompts are as in the sources, their work inside. A spread
    is a factor around one; give 1 where only the line is asked for.
    """
    together = np.log(realized_batch)
    line = (
        intercept
        + weights * np.log(active_parameter_count * parameter_byte / GIGA)
        + sparsity * np.log(parameter_count / active_parameter_count)
        + batch * together
        + batch_squared * together**2
        + hardware * np.log(board_power_w / memory_bandwidth_byte_per_s * GIGA)
    )
    told: Values = np.exp(line) * source_factor * run_factor
    return told


@formula(
    "energy x board to node x node to IT x PUE",
    token_energy_j=1,
    board_to_node_ratio=1,
    node_to_it_ratio=1,
    pue=1,
    unit="J",
)
def token_energy_at_facility_j(
    token_energy_j: Values, board_to_node_ratio: Values, node_to_it_ratio: Values, pue: Values
) -> Values:
    """Energy of one token at a wider boundary; a step that isn't taken is 1."""
    return token_energy_j * board_to_node_ratio * node_to_it_ratio * pue


@formula(
    "energy at the boards / share of working boards in all of the facility",
    token_energy_j=1,
    accelerator_share=-1,
    unit="J",
)
def served_token_energy_j(token_energy_j: Values, accelerator_share: Values) -> Values:
    """Energy of one token as served, with hosts, idle reserve and the building.

    Source: the breakdown of Elsworth et al. 2025, where the working accelerators are a share of
    the whole.
    """
    return token_energy_j / accelerator_share


@formula("power / throughput", power_w=1, throughput_per_s=-1)
def energy_per_sample_j(power_w: Values, throughput_per_s: Values) -> Values:
    """Energy of one unit of work in J at full load, at the boundary of the power."""
    return power_w / throughput_per_s


@formula("1 / throughput", throughput_per_s=-1)
def time_alone_s(throughput_per_s: Values) -> Values:
    """Time of one unit of work in s where no other is at work: a batch of one."""
    return 1 / throughput_per_s


@formula("throughput / chips", throughput_per_s=1, chip_count=-1)
def chip_throughput_per_s(throughput_per_s: Values, chip_count: Values) -> Values:
    """Units of work that one chip of a machine completes in a second."""
    return throughput_per_s / chip_count
