"""Laws of one column drawn at random from every class that is weighed of one, for ``choice`` and ``check_levels``.

The rule, in which no shape is picked by hand: a polynomial has ``F(t) = t^K + sum a_k t^k`` over the powers k < K of
its class, each ``a_k`` normal with deviation 2, and ``x = location + unit t`` with ``log10 unit`` uniform in (-3, 3),
the location normal with ten units. In a chart it is a law of the coordinate y: of ``log`` with mean normal(0, 3) and a
deviation log-uniform in (0.1, 1.5); of ``asinh`` moved and stretched so that the median of y is 0 and that of
``|sinh y|`` is 1 / 1.4826, which is where the chart's own rule will put its centre and unit; x then has a unit and a
location as above. Degrees of freedom are log-uniform in (1, 30), shapes of gamma laws in (0.3, 30), rates of Poisson's
in (0.3, 100), means of the negative binomial in (0.5, 50) and its dispersions in (0.05, 2). On stated intervals both
numbers of a beta law are log-uniform in (0.5, 10), and the concentration of von Mises's in (0.3, 30), its mean uniform.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]

DEGREES = {"gaussian.full": 2, "quartic": 4, "sextic": 6, "octic": 8}
LABELS = (
    "gaussian.full",
    *("z2.quartic", "z2.sextic", "z2.octic", "scalar.quartic", "scalar.sextic", "scalar.octic"),
    "student.scalar",
    *("exponential.scalar", "gamma.scalar"),
    *("log(gaussian.full)", "log(z2.quartic)", "log(scalar.quartic)", "log(scalar.sextic)"),
    *("asinh(scalar.quartic)", "asinh(scalar.sextic)"),
    *("counts.poisson", "counts.negative_binomial"),
)
INTERVALS = {"beta.scalar": (0.0, 1.0), "vonmises.scalar": (-math.pi, math.pi)}
"""Classes that are weighed of a column on an interval that is stated, and that of the laws."""
_POINTS = 20_001
_ENDS = 50.0  # nats above the minimum of F
_SCATTER = 2.0  # of the coefficients of F
_MEDIAN_DEVIATION = 1.482602218505602


@dataclass(frozen=True)
class Truth:
    """A law: its log density in the units of x, rows of it, and its parameters, in a chart those of the coordinate.

    ``masses`` are values (m,) and their probabilities, of laws in a chart that rows place.
    """

    label: str
    log_density: Callable[[Floats], Floats]
    draw: Callable[[int, np.random.Generator], Floats]
    parameters: dict[str, float]
    masses: tuple[Floats, Floats] | None = None


@dataclass(frozen=True)
class Shape:
    """``exp(-F(t)) / Z`` on a grid that reaches to where F is ``_ENDS`` above its minimum; F by ascending powers."""

    energy: Floats
    t: Floats
    below: Floats
    log_z: float

    @classmethod
    def of(cls, energy: Floats) -> Shape:
        reach = 1.0 + float(np.abs(energy[:-1]).sum() / energy[-1]) + _ENDS ** (1.0 / (len(energy) - 1))
        t = np.linspace(-reach, reach, _POINTS)
        f = np.polynomial.polynomial.polyval(t, energy)
        inside = np.flatnonzero(f < f.min() + _ENDS)
        t = np.linspace(t[max(inside[0] - 1, 0)], t[min(inside[-1] + 1, _POINTS - 1)], _POINTS)
        f = np.polynomial.polynomial.polyval(t, energy)
        density = np.exp(f.min() - f)
        below = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]))]) * (t[1] - t[0])
        return cls(energy, t, below / below[-1], math.log(below[-1]) - float(f.min()))

    def ppf(self, p: Floats) -> Floats:
        rising = np.concatenate([[True], np.diff(self.below) > 0.0])
        return np.interp(p, self.below[rising], self.t[rising])

    def log_density(self, t: Floats) -> Floats:
        return -np.polynomial.polynomial.polyval(t, self.energy) - self.log_z

    def average(self, power: int) -> float:
        return float(np.diff(self.below) @ (0.5 * (self.t[1:] + self.t[:-1])) ** power)


def draw(label: str, rng: np.random.Generator) -> Truth:
    """A law of the class by the rule above."""
    chart, inner = label[:-1].split("(") if "(" in label else ("", label)
    if inner.split(".")[0] in ("gaussian", "z2", "scalar"):
        return _polynomial(label, chart, inner, rng)
    return _NAMED[label](rng)


def _energy(inner: str, rng: np.random.Generator) -> Floats:
    degree = DEGREES.get(inner) or DEGREES[inner.split(".")[1]]
    energy = np.zeros(degree + 1)
    energy[degree] = 1.0
    if degree > 2:
        step = 2 if inner.startswith("z2") else 1
        energy[step:degree:step] = _SCATTER * rng.standard_normal(len(energy[step:degree:step]))
    return energy


def _polynomial(label: str, chart: str, inner: str, rng: np.random.Generator) -> Truth:
    shape = Shape.of(_energy(inner, rng))
    unit = 10.0 ** rng.uniform(-3.0, 3.0)
    location = 10.0 * unit * rng.standard_normal()
    if chart == "log":
        deviation = math.sqrt(shape.average(2) - shape.average(1) ** 2)
        b = math.exp(rng.uniform(math.log(0.1), math.log(1.5))) / deviation
        a = 3.0 * rng.standard_normal() - b * shape.average(1)
        return Truth(
            label,
            lambda x: shape.log_density((np.log(x) - a) / b) - math.log(b) - np.log(x),
            lambda n, rng: np.exp(a + b * shape.ppf(rng.random(n))),
            _couplings(shape, a, b),
        )
    if chart == "asinh":
        middle = float(shape.ppf(np.array([0.5]))[0])
        away = np.abs(shape.ppf((np.arange(_POINTS) + 0.5) / _POINTS) - middle)
        b = math.asinh(1.0 / _MEDIAN_DEVIATION) / float(np.median(away))

        def log_density(x: Floats) -> Floats:
            z = (x - location) / unit
            return shape.log_density(middle + np.arcsinh(z) / b) - math.log(b * unit) - 0.5 * np.log1p(z * z)

        mass = np.exp(shape.log_density(shape.t))
        return Truth(
            label,
            log_density,
            lambda n, rng: location + unit * np.sinh(b * (shape.ppf(rng.random(n)) - middle)),
            _couplings(shape, -b * middle, b),
            (location + unit * np.sinh(b * (shape.t - middle)), mass / mass.sum()),
        )
    return Truth(
        label,
        lambda x: shape.log_density((x - location) / unit) - math.log(unit),
        lambda n, rng: location + unit * shape.ppf(rng.random(n)),
        _couplings(shape, location, unit),
    )


def _couplings(shape: Shape, location: float, unit: float) -> dict[str, float]:
    """About the mean, or the centre of an even F, in the units of x."""
    even = not shape.energy[1::2].any()
    mean = 0.0 if even else shape.average(1)
    line = np.polynomial.Polynomial(shape.energy)
    names = zip("hrguvwpq", range(1, len(shape.energy)), strict=False)
    found = {name: float(line.deriv(k)(mean)) / unit**k for name, k in names}
    kept = {name: value for k, (name, value) in enumerate(found.items(), 1) if not even or k % 2 == 0}
    if len(shape.energy) == 3:
        kept = {"precision": kept["r"]}
    return {"mean": location + unit * mean, **kept}


def _between(low: float, high: float, rng: np.random.Generator) -> float:
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def _student(rng: np.random.Generator) -> Truth:
    nu, unit = _between(1.0, 30.0, rng), 10.0 ** rng.uniform(-3.0, 3.0)
    location = 10.0 * unit * rng.standard_normal()
    return Truth(
        "student.scalar",
        lambda x: stats.t.logpdf(x, nu, location, unit),
        lambda n, rng: location + unit * rng.standard_t(nu, size=n),
        {"mean": location, "scale": unit, "degrees_of_freedom": nu},
    )


def _gamma(label: str, shape: float, rng: np.random.Generator) -> Truth:
    unit = 10.0 ** rng.uniform(-3.0, 3.0)
    known = {"rate": 1.0 / unit} if label == "exponential.scalar" else {"shape": shape, "rate": 1.0 / unit}
    return Truth(
        label,
        lambda x: stats.gamma.logpdf(x, shape, scale=unit),
        lambda n, rng: unit * rng.standard_gamma(shape, size=n),
        known,
    )


def _poisson(rng: np.random.Generator) -> Truth:
    rate = _between(0.3, 100.0, rng)
    return Truth(
        "counts.poisson",
        lambda x: special.xlogy(x, rate) - rate - special.gammaln(x + 1.0),
        lambda n, rng: rng.poisson(rate, size=n).astype(np.float64),
        {"rate": rate},
    )


def _negative_binomial(rng: np.random.Generator) -> Truth:
    mean, dispersion = _between(0.5, 50.0, rng), _between(0.05, 2.0, rng)
    size = 1.0 / dispersion
    return Truth(
        "counts.negative_binomial",
        lambda x: stats.nbinom.logpmf(x, size, size / (size + mean)),
        lambda n, rng: rng.negative_binomial(size, size / (size + mean), size=n).astype(np.float64),
        {"mean": mean, "dispersion": dispersion},
    )


def _beta(rng: np.random.Generator) -> Truth:
    alpha, beta = _between(0.5, 10.0, rng), _between(0.5, 10.0, rng)
    return Truth(
        "beta.scalar",
        lambda x: stats.beta.logpdf(x, alpha, beta),
        lambda n, rng: rng.beta(alpha, beta, size=n),
        {"alpha": alpha, "beta": beta},
    )


def _von_mises(rng: np.random.Generator) -> Truth:
    mean, concentration = rng.uniform(-math.pi, math.pi), _between(0.3, 30.0, rng)
    return Truth(
        "vonmises.scalar",
        lambda x: stats.vonmises.logpdf(x, concentration, mean),
        lambda n, rng: rng.vonmises(mean, concentration, size=n),
        {"mean": mean, "concentration": concentration},
    )


_NAMED: dict[str, Callable[[np.random.Generator], Truth]] = {
    "student.scalar": _student,
    "exponential.scalar": lambda rng: _gamma("exponential.scalar", 1.0, rng),
    "gamma.scalar": lambda rng: _gamma("gamma.scalar", _between(0.3, 30.0, rng), rng),
    "counts.poisson": _poisson,
    "counts.negative_binomial": _negative_binomial,
    "beta.scalar": _beta,
    "vonmises.scalar": _von_mises,
}
