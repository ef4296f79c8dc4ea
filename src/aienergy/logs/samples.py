"""Samples of power over time: order, integral, and a cut to the window of a run."""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aienergy.logs.reading import Row
from aienergy.unit_names import JOULE_PER_KWH

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Samples:
    """Power of one component, as sampled.

    Attributes:
        time_s: Seconds since any moment, ascending, shape (n,).
        power_w: Power at these times in W, no NaN, shape (n,).
    """

    time_s: Floats
    power_w: Floats

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def duration_s(self) -> float:
        """Return the time from the first to the last sample in s."""
        return float(self.time_s[-1] - self.time_s[0]) if len(self) else 0.0

    @property
    def energy_j(self) -> float:
        """Return the trapezoid over the samples in J."""
        return float(np.trapezoid(self.power_w, self.time_s))

    @property
    def steps_s(self) -> Floats:
        """Return the times between neighbouring samples in s, shape (n - 1,)."""
        return np.diff(self.time_s)

    def row(self, run: str, component: str, evidence: str, boundary: str) -> Row:
        """Return the samples integrated, as a row of `Reading.components`."""
        energy_j, duration_s = self.energy_j, self.duration_s
        return Row(
            run=run,
            component=component,
            energy_kwh=energy_j / JOULE_PER_KWH,
            duration_s=duration_s,
            mean_power_w=energy_j / duration_s,
            evidence=evidence,
            boundary=boundary,
            sample_count=len(self),
            largest_gap_s=float(self.steps_s.max()),
        )

    def cut(self, start_s: float, stop_s: float) -> "Samples":
        """Return the samples inside a window, with interpolated ones at its edges.

        What of the window lies outside the samples is left out: nothing is extrapolated.
        """
        first, last = max(start_s, self.time_s[0]), min(stop_s, self.time_s[-1])
        inside = (self.time_s > first) & (self.time_s < last)
        # Equal stamps: interpolation takes the last of them, and the trapezoid gives them no time.
        edges = np.interp([first, last], self.time_s, self.power_w)
        return Samples(
            np.concatenate(([first], self.time_s[inside], [last])),
            np.concatenate((edges[:1], self.power_w[inside], edges[1:])),
        )

    def trace(self) -> str:
        """Return a digest of the times, empty where they are whole seconds.

        Logs of two machines may well tick at the same whole seconds; at the same milliseconds
        throughout, they are two measurements at one machine.
        """
        if not (self.time_s % 1).any():
            return ""
        return hashlib.sha256(np.round(self.time_s * 1000).astype("<i8").tobytes()).hexdigest()
