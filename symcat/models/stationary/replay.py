"""Data checks of the classes of series that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.models.base import Floats
from symcat.models.family import Replay
from symcat.models.stationary.glauber import Chain, Transitions, maximum
from symcat.models.stationary.levinson import filters_of, reflections
from symcat.models.stationary.process import Process

_BOUND = 1e-9
_MOST = 6


def replay(points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random processes: their autocovariances give them back, and solve the equations of Yule and Walker; the density
    of a sequence is that of a Gaussian with these covariances."""
    back = equations = density = 0.0
    for _ in range(points):
        truth = random_process(rng)
        p = truth.order
        covariances = truth.covariances(p + 2)
        reflection, variance = reflections(covariances[None])
        found = filters_of(reflection)[p][0]
        back = max(back, float(np.abs(found - truth.coefficients).max()))
        back = max(back, abs(float(variance[0, p]) / truth.innovation_variance - 1.0))
        lag = np.abs(np.subtract.outer(np.arange(p), np.arange(p)))
        off = covariances[lag] @ truth.coefficients - covariances[1 : p + 1]
        equations = max(equations, float(np.abs(off).max() / covariances[0]))
        x = truth.sample(p + 3, rng)
        lag = np.abs(np.subtract.outer(np.arange(p + 3), np.arange(p + 3)))
        density = max(density, abs(float(truth.log_density(x).sum()) - _gaussian(x - truth.mean, covariances[lag])))
    yield Replay("autocovariances of a random process give it back", points, back, _BOUND)
    yield Replay("they solve the equations of Yule and Walker", points, equations, _BOUND)
    yield Replay("the density of a sequence is that of a Gaussian", points, density, _BOUND)


def replay_chains(points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random dynamics: all transitions, as often as they are likely, give them back; their stationary law is that of
    the matrix of transitions, and the entropy of the next row is that of its rows."""
    back = law = entropy = 0.0
    for _ in range(points):
        truth = random_chain(rng)
        seen = Transitions(truth.states, 1e6 * truth.stationary, np.tanh(truth.fields(truth.states)))
        found = maximum(seen)
        exact = np.concatenate([truth.h[:, None], truth.J], axis=1)
        back = np.inf if found is None else max(back, float(np.abs(found.theta - exact).max()))
        states = truth.states
        matrix = np.exp([truth.log_following(np.repeat(row[None], len(states), axis=0), states) for row in states])
        law = max(law, float(np.abs(truth.stationary @ matrix - truth.stationary).max()))
        entropy = max(entropy, abs(truth.entropy + float(truth.stationary @ (matrix * np.log(matrix)).sum(axis=1))))
    yield Replay("transitions of random dynamics give them back", points, back, 1e-6)
    yield Replay("the stationary law is that of the transitions", points, law, 1e-10)
    yield Replay("the entropy of the next row is that of the transitions", points, entropy, 1e-9)


def random_chain(rng: np.random.Generator) -> Chain:
    """Of one to four columns, fields and couplings of size one half."""
    d = int(rng.integers(1, 5))
    return Chain(0.5 * rng.normal(size=d), 0.5 * rng.normal(size=(d, d)))


def random_process(rng: np.random.Generator) -> Process:
    """Of order 1 to 6, its reflection coefficients uniform between -0.8 and 0.8."""
    reflection = rng.uniform(-0.8, 0.8, size=(1, int(rng.integers(1, _MOST + 1))))
    return Process(float(rng.normal()), filters_of(reflection)[-1][0], float(np.exp(rng.normal())))


def _gaussian(y: Floats, covariance: Floats) -> float:
    log_det = float(np.linalg.slogdet(covariance)[1])
    return -0.5 * (len(y) * float(np.log(2.0 * np.pi)) + log_det + float(y @ np.linalg.solve(covariance, y)))
