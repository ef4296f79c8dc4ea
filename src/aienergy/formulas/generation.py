"""Energy of one picture or film made by a diffusion model, by its work, batch and accelerator.

The model is a line in logarithms. Its regressor is a physical scale: every parameter of the
network that removes noise is at work in each step on each part of the picture, so that parameters,
steps and pixels multiply. Fits know nothing of models that they leave out: those aren't among their
inputs.
"""

import numpy as np

from aienergy.formulas.registry import Values, formula
from aienergy.formulas.serving import Whole, left_out_errors
from aienergy.intervals import Floats, Interval, further_factor

PETA = 1e15  # parameters times steps times pixels: a small picture is a few of them
TERA = 1e12
# Places of the coefficients of `generation_coefficient`.
NAMES = ("intercept", "work", "batch", "hardware")

_UNITS = {"energies": "J", "batch": "1", "power": "W", "peak": "FLOP/s"}
_HELD_UNITS = _UNITS | {f"held_{name}": unit for name, unit in _UNITS.items()}


def design(
    parameters: Floats, steps: Floats, pixels: Floats, batch: Floats, power: Floats, peak: Floats
) -> Floats:
    """Return the regressors of the line, one row a measurement, the intercept first.

    Args:
        parameters: Parameters of the network that removes noise.
        steps: Its steps for one picture or film.
        pixels: Pixels made, over all frames.
        batch: Pictures or films made at the same time.
        power: Rated power of one board in W.
        peak: Dense peak rate of one board at sixteen bits in FLOP/s.
    """
    work = np.log(np.asarray(parameters, dtype=float) * steps * np.asarray(pixels) / PETA)
    together = np.log(np.asarray(batch, dtype=float))
    per_operation = np.log(np.asarray(power, dtype=float) / peak * TERA)
    return np.column_stack([np.ones_like(work), work, together, per_operation])


def line_of(y: Floats, x: Floats, sizes: Whole) -> Floats:
    """Fit the line by least squares in which each model counts once, however many rows it has.

    Args:
        y: Logarithms of energies, those of one model beside each other.
        x: Regressors as of `design`.
        sizes: How many rows each model has.
    """
    counts = np.asarray(sizes, dtype=np.int64)
    weight = 1 / np.sqrt(np.repeat(counts, counts))
    found = np.linalg.lstsq(x * weight[:, None], y * weight, rcond=None)[0]
    return np.asarray(found, dtype=np.float64)


def model_errors(y: Floats, x: Floats, sizes: Whole) -> Floats:
    """Return the mean error of each model in the logarithm, by a fit without that model.

    Arguments as of `line_of`.
    """
    return left_out_errors(y, x, sizes, line_of)


def _rows(*columns: list[float]) -> tuple[Floats, Floats]:
    energies, *regressors = (np.asarray(column, dtype=float) for column in columns)
    return np.log(energies), design(*regressors)


@formula(
    "coefficient of ln J = a + b ln(parameters x steps x pixels) + c ln(batch)"
    " + d ln(W per FLOP/s), each model of equal weight",
    on_values=True,
    unit="1",
    units=_UNITS,
)
def generation_coefficient(
    energies: list[float],
    parameters: list[float],
    steps: list[float],
    pixels: list[float],
    batch: list[float],
    power: list[float],
    peak: list[float],
    sizes: list[float],
    place: float,
) -> float:
    """One coefficient of the fitted energy of a picture or film in J, by its place in `NAMES`.

    Work is in 10^15 parameters x steps x pixels, hardware in W per 10^12 FLOP/s; lists hold one
    value a measurement, those of one model beside each other, and `sizes` how many each model has.
    """
    y, x = _rows(energies, parameters, steps, pixels, batch, power, peak)
    return float(line_of(y, x, np.asarray(sizes, dtype=np.int64))[int(place)])


@formula(
    "1, from 1 / f to f; f = exp(t x root mean square of ln(measured / predicted)), each model"
    " predicted by the others",
    on_values=True,
    unit="1",
    units=_UNITS,
)
def generation_model_factor(
    energies: list[float],
    parameters: list[float],
    steps: list[float],
    pixels: list[float],
    batch: list[float],
    power: list[float],
    peak: list[float],
    sizes: list[float],
) -> Interval:
    """Factor around a prediction within which one further model lies in nine cases of ten.

    Each model is predicted by a fit without it; Student's t has as many degrees as there are
    models.
    """
    y, x = _rows(energies, parameters, steps, pixels, batch, power, peak)
    return further_factor(model_errors(y, x, np.asarray(sizes, dtype=np.int64)))


@formula(
    "geometric mean of measured over predicted, for a model that the fit left out",
    on_values=True,
    unit="1",
    units=_HELD_UNITS,
)
def generation_left_out_ratio(
    energies: list[float],
    parameters: list[float],
    steps: list[float],
    pixels: list[float],
    batch: list[float],
    power: list[float],
    peak: list[float],
    sizes: list[float],
    held_energies: list[float],
    held_parameters: list[float],
    held_steps: list[float],
    held_pixels: list[float],
    held_batch: list[float],
    held_power: list[float],
    held_peak: list[float],
) -> float:
    """Mean of what a left-out model took over what the other models predict for it.

    Lists without `held_` are those that the line is fitted to; arguments as of
    `generation_coefficient`.
    """
    y, x = _rows(energies, parameters, steps, pixels, batch, power, peak)
    line = line_of(y, x, np.asarray(sizes, dtype=np.int64))
    held = (held_parameters, held_steps, held_pixels, held_batch, held_power, held_peak)
    own, other = _rows(held_energies, *held)
    return float(np.exp((own - other @ line).mean()))


@formula(
    "exp(a) x (parameters x steps x pixels)^b x batch^c x (W per FLOP/s)^d x spread",
    unit="J",
    units={"step_count": "1", "pixel_count": "1"},
)
def generated_energy_j(
    intercept: Values,
    work: Values,
    batch: Values,
    hardware: Values,
    parameter_count: Values,
    step_count: Values,
    pixel_count: Values,
    generation_batch: Values,
    board_power_w: Values,
    peak_flop_per_s: Values,
    model_factor: Values,
) -> Values:
    """Energy of one picture or film in J at the boards, by the fitted line.

    The first four are its coefficients. The spread is a factor around one; give 1 where only the
    line is asked for.
    """
    line = (
        intercept
        + work * np.log(parameter_count * step_count * pixel_count / PETA)
        + batch * np.log(generation_batch)
        + hardware * np.log(board_power_w / peak_flop_per_s * TERA)
    )
    told: Values = np.exp(line) * model_factor
    return told
