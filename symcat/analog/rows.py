"""Linear and softmax regression on rows by natural gradient, its linear systems solved by a circuit that may not wait.

Between two digital updates the circuit ``dx = -(A x - g) dt + noise``, ``A = F + damping``, runs for a time t from
``x = g / |A|`` and its state is the step (Donatella et al. 2024, arXiv 2405.13817): t = 0 is gradient descent at the
longest safe rate, t large is the natural gradient, in between the filter ``A^-1 + (1 / |A| - A^-1) exp(-A t)``.
Beside it, for comparison, gradient descent, Adam (Kingma & Ba 2015) and the exact natural gradient. The time of a
digital step is modelled for a processor of ``flops_per_second``; that of the circuit by its time constant and its
converters.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symcat.analog.natural import largest_eigenvalue
from symcat.analog.settings import LINK_BITS, Settings
from symcat.errors import InvalidData

Floats = NDArray[np.float64]
Method = Literal["sgd", "adam", "natural", "thermodynamic"]
Family = Literal["linear", "softmax"]

FLOPS_PER_SECOND = 1e12
"""Of the digital processor that the modelled time assumes, the same for every method."""

_STABLE = 0.5  # integrator's step times the largest eigenvalue


@dataclass(frozen=True)
class Trained:
    """Coefficients (p + 1, classes), the last row the intercepts, and the course of the training.

    ``loss`` (iterations + 1,) is the mean negative log-likelihood over all rows (for the linear family, half the mean
    squared error); ``modelled_time_s`` (iterations + 1,) is the modelled time until then; ``wall_time_s`` the real one.
    """

    coefficients: Floats
    loss: Floats
    modelled_time_s: Floats
    wall_time_s: float
    assumptions: str


def fit(
    x: ArrayLike,
    y: ArrayLike,
    *,
    family: Family = "softmax",
    method: Method = "thermodynamic",
    iterations: int = 200,
    batch: int | None = None,
    rate: float | None = None,
    damping: float = 0.05,
    time_tau: float = 20.0,
    noise: float = 0.0,
    settings: Settings | None = None,
    flops_per_second: float = FLOPS_PER_SECOND,
    seed: int = 0,
) -> Trained:
    """Regression of y on x (n, p) and an intercept, by the chosen method.

    Parameters
    ----------
    y : (n,) numbers for the linear family; class numbers 0, 1, ... for the softmax one.
    batch : rows of an iteration; None takes all.
    rate : length of a step; None takes 0.5 (sgd), 0.05 (adam), 1 (natural, thermodynamic).
    damping : added to Fisher's matrix, in units of its mean diagonal element at first, the unit curvature.
    time_tau : how long the circuit runs between updates, in its relaxation times for a unit curvature.
    noise : thermal standard deviation of the circuit for a unit curvature, in units of the gradient's root mean square.
    settings : the circuit's; None takes the defaults (16 bits at 50 Gb/s, a time constant of 1 us).

    Returns
    -------
    ``Trained``: the coefficients (p + 1, classes), the last row the intercepts, and the course of the training.

    Raises
    ------
    InvalidData : input that is not finite or of unfit shape.

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.analog import fit
    >>> x = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> fit(x, [1.0, 3.0, 5.0, 7.0], family="linear").coefficients.round(6).ravel()
    array([2., 1.])
    """
    rows, labels, classes = _checked(x, y, family)
    began = time.perf_counter()
    rng = np.random.default_rng(seed)
    chosen = settings or Settings()
    n, p = rows.shape
    theta = np.zeros((p, classes))
    descent = _Descent(method, rate, damping, time_tau, noise, chosen, flops_per_second, rng)
    loss, clock = [_loss(rows, labels, theta, family)], [0.0]
    for _ in range(iterations):
        part = slice(None) if batch is None else rng.choice(n, min(batch, n), replace=False)
        some, told = rows[part], labels[part]
        mean = _mean(some, theta, family)
        gradient = some.T @ (mean - told) / len(some)
        fisher = _fisher(some, mean, family) if method in ("natural", "thermodynamic") else None
        change, seconds = descent.step(gradient.ravel(), fisher, len(some))
        theta = theta - change.reshape(p, classes)
        loss.append(_loss(rows, labels, theta, family))
        clock.append(clock[-1] + seconds)
    said = f"processor {flops_per_second:g} flop/s; {LINK_BITS} bits at {chosen.bits_per_second:g} bit/s; RC "
    said += f"{chosen.time_constant_s:g} s"
    return Trained(theta, np.array(loss), np.array(clock), time.perf_counter() - began, said)


class _Descent:
    """One method's rule from a gradient (K,) to a change of the coefficients, and the time it would take."""

    def __init__(
        self,
        method: Method,
        rate: float | None,
        damping: float,
        time_tau: float,
        noise: float,
        settings: Settings,
        flops_per_second: float,
        rng: np.random.Generator,
    ) -> None:
        usual = {"sgd": 0.5, "adam": 0.05, "natural": 1.0, "thermodynamic": 1.0}
        if method not in usual:
            raise InvalidData(f"The method is {method!r}; it must be one of {', '.join(usual)}.")
        if not time_tau >= 0.0 or not noise >= 0.0 or not damping > 0.0:
            raise InvalidData("time_tau and noise are numbers that are not negative, damping a positive one.")
        self.method, self.rate = method, usual[method] if rate is None else rate
        self.damping, self.time_tau, self.noise = damping, time_tau, noise
        self.settings, self.flops, self.rng = settings, flops_per_second, rng
        self.count, self.first, self.second = 0, np.zeros(0), np.zeros(0)
        self.unit = 0.0

    def step(self, gradient: Floats, fisher: Floats | None, rows: int) -> tuple[Floats, float]:
        """The change to subtract, and modelled seconds: 4 flops for each row and coefficient give the gradient."""
        k = len(gradient)
        seconds = 4.0 * rows * k / self.flops
        if self.method == "sgd":
            return self.rate * gradient, seconds
        if self.method == "adam":
            return self.rate * self._adam(gradient), seconds + 10.0 * k / self.flops
        assert fisher is not None
        seconds += rows * k * k / self.flops  # Fisher's matrix, half of it
        unit = self.unit = self.unit or float(np.trace(fisher)) / k
        matrix = fisher / unit + self.damping * np.eye(k)
        if self.method == "natural":
            exact = np.asarray(np.linalg.solve(matrix, gradient), dtype=np.float64)
            return self.rate * exact / unit, seconds + k**3 / 3.0 / self.flops
        numbers = k * (k + 1) / 2 + 2 * k  # the matrix, the gradient, the answer
        seconds += LINK_BITS * numbers / self.settings.bits_per_second + self.time_tau * self.settings.time_constant_s
        return self.rate * self._circuit(matrix, gradient) / unit, seconds

    def _adam(self, gradient: Floats) -> Floats:
        if not self.count:
            self.first, self.second = np.zeros_like(gradient), np.zeros_like(gradient)
        self.count += 1
        self.first = 0.9 * self.first + 0.1 * gradient
        self.second = 0.999 * self.second + 0.001 * gradient**2
        first, second = self.first / (1.0 - 0.9**self.count), self.second / (1.0 - 0.999**self.count)
        out: Floats = first / (np.sqrt(second) + 1e-8)
        return out

    def _circuit(self, matrix: Floats, gradient: Floats) -> Floats:
        """The state after ``time_tau``; Euler's steps, whose fixed point is exact."""
        bound = largest_eigenvalue(matrix)
        x = gradient / bound
        steps = math.ceil(self.time_tau * bound / _STABLE)
        if not steps:
            return x
        h = self.time_tau / steps
        size = self.noise * float(np.sqrt(np.mean(gradient**2)))
        kick = math.sqrt(2.0 * h) * size
        for _ in range(steps):
            x += h * (gradient - matrix @ x)
            if kick:
                x += kick * self.rng.standard_normal(len(x))
        return x


def _checked(x: ArrayLike, y: ArrayLike, family: Family) -> tuple[Floats, Floats, int]:
    rows, told = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if rows.ndim != 2 or told.shape != rows.shape[:1] or not len(rows):
        raise InvalidData(f"Rows are an array (n, p) and y has n numbers; given are {rows.shape} and {told.shape}.")
    if not (np.isfinite(rows).all() and np.isfinite(told).all()):
        raise InvalidData("A row holds NaN or an infinite number: drop it or fill it in.")
    rows = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    if family == "linear":
        return rows, told[:, None], 1
    if family != "softmax":
        raise InvalidData(f"The family is {family!r}; it must be 'linear' or 'softmax'.")
    numbers = told.astype(np.int64)
    if (numbers != told).any() or (numbers < 0).any() or numbers.max() < 1:
        raise InvalidData("Classes are whole numbers from 0, at least two of them; number them first.")
    return rows, np.eye(int(numbers.max()) + 1)[numbers], int(numbers.max()) + 1


def _mean(rows: Floats, theta: Floats, family: Family) -> Floats:
    """(n, classes) expected answer of each row."""
    score = rows @ theta
    if family == "linear":
        return score
    score = np.exp(score - score.max(axis=1, keepdims=True))
    out: Floats = score / score.sum(axis=1, keepdims=True)
    return out


def _loss(rows: Floats, told: Floats, theta: Floats, family: Family) -> float:
    score = rows @ theta
    if family == "linear":
        return 0.5 * float(np.mean((score - told) ** 2))
    top = score.max(axis=1)
    log_sum = top + np.log(np.exp(score - top[:, None]).sum(axis=1))
    return float(np.mean(log_sum - (score * told).sum(axis=1)))


def _fisher(rows: Floats, mean: Floats, family: Family) -> Floats:
    """(K, K) Fisher's matrix of the coefficients, row by row of theta: ``<x x' (diag p - p p')>``."""
    n, p = rows.shape
    if family == "linear":
        products: Floats = rows.T @ rows / n
        return products
    classes = mean.shape[1]
    out = np.empty((p, classes, p, classes))
    for a in range(classes):
        for b in range(a, classes):
            weight = mean[:, a] * ((a == b) - mean[:, b])
            out[:, a, :, b] = (rows * weight[:, None]).T @ rows / n
            out[:, b, :, a] = out[:, a, :, b]
    matrix: Floats = out.reshape(p * classes, p * classes)
    return matrix
