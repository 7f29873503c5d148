"""The course of a fit by thermodynamic natural gradient: the three phases of ``solver``, and what may stop them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.analog import natural, partition, reporting, starting
from symcat.analog.answers import Answer, Iteration, Phase
from symcat.analog.coordinates import Coordinates, standard
from symcat.analog.matching import Match, Target
from symcat.analog.replicas import GROUPS, Averages, OutOfTime, Replicas, Sampler
from symcat.analog.reporting import Found
from symcat.analog.settings import Settings
from symcat.analog.step_control import StepControl
from symcat.analog.terms import Statistics
from symcat.errors import SymcatError

Floats = NDArray[np.float64]
Progress = Callable[[Iteration], None]

_FIRST_READOUTS = 16
_MOST_AVERAGED = 12  # looks at the model in the second phase
_LEAST_AVERAGED = 8
_ROUNDS = 3
_EDGE = 16  # steps cut short in a row, after which nothing normalisable is left to hope for
_WORST = 4.5
_MOST_DISAGREEMENT = 2.0
_DAMPING = 0.02


class SolverDevice(Sampler, natural.LinearSolver, Protocol):
    """What the solver needs of a device: to sample an energy and to solve a linear system."""

    @property
    def settings(self) -> Settings: ...


@dataclass
class _Tail:
    """Running means of the second phase: couplings, Fisher's matrix, and the groups' averages about their mean."""

    n: int = 0
    couplings: Floats = field(default_factory=lambda: np.zeros(0))
    fisher: Floats = field(default_factory=lambda: np.zeros(0))
    groups: Floats = field(default_factory=lambda: np.zeros(0))


class _NothingConfines(Exception):
    pass


class Search:
    """One fit: ``solve`` says what the arguments are."""

    def __init__(
        self,
        target: Floats,
        statistics: Statistics,
        count: float,
        covariance: Floats | None,
        device: SolverDevice,
        linear: natural.LinearSolver,
        began: float,
        deadline: float,
        seed: int,
        precision: float,
        progress: Progress | None,
    ) -> None:
        self.statistics, self.count, self.linear = statistics, count, linear
        self.began, self.deadline, self.precision, self.progress = began, deadline, precision, progress
        self.rng = np.random.default_rng(seed)
        self.coordinates: Coordinates = standard(statistics, target)
        self.averages = self.coordinates.averages_in(target)
        self.covariance = None if covariance is None else self.coordinates.covariance_in(np.asarray(covariance))
        self.base = starting.product(statistics, self.averages)
        self.replicas = Replicas(device, statistics, self.base.sample(device.settings.replicas, self.rng), deadline)
        self.control = StepControl()
        self.inward = starting.inward(statistics)
        self.device_time_s = 0.0
        self.trail: list[Iteration] = []
        self.best: Found | None = None
        self.covariance_rows = int(np.clip(8 * statistics.count, 4_000, 12_000))
        self.readouts = _FIRST_READOUTS

    # The course of a fit.

    def run(self, start: Floats | None) -> Answer:
        """All phases; whatever stops them, the best so far is returned."""
        why = ""
        tail: _Tail | None = None
        try:
            couplings = self._first(start)
            for _ in range(_ROUNDS):
                couplings = self._approach(couplings)
                tail = self._average(couplings)
                verdict = self._verify(tail)
                if not verdict:
                    return self._answer(tail, "")
                couplings, why = tail.couplings, verdict
        except KeyboardInterrupt:
            why = "interrupted"
        except OutOfTime:
            why = f"not finished within budget_s={self._allowed:g}: give it more time"
        except _NothingConfines:
            why = (
                f"no normalisable free energy of these {self.statistics.count} statistics (degree "
                f"{self.statistics.degree}) has these averages: the couplings that match them best do not confine. "
                "Tails this heavy need higher even degrees, or another family"
            )
            return self._refusal(why)
        except SymcatError as error:
            if self.best is None:
                raise
            why = f"the device gave up: {error}"
        if self.best is None:
            return self._refusal(why)
        return self._answer(tail, why)

    def _first(self, start: Floats | None) -> Floats:
        """Couplings to start from, in standardised columns, and the directions in which to look."""
        if start is None:
            couplings = starting.couplings(self.statistics, self.averages)
        else:
            couplings = self.coordinates.couplings_in(np.asarray(start, dtype=np.float64))
        spread = self.covariance
        if spread is None:
            found = self.replicas.run(couplings, 2 * self.readouts, covariance_rows=3 * self.covariance_rows, burn=1.0)
            assert found.covariance is not None
            spread = found.covariance
        self.target = Target.of(self.averages, self.count, spread, self.statistics.names())
        return couplings

    def _approach(self, couplings: Floats) -> Floats:
        """Natural-gradient steps until only noise separates the averages, and few looks would average it out."""
        before, length = None, np.zeros(self.statistics.count)
        previous, distances = couplings, list[float]()
        while True:
            found = self.replicas.run(couplings, self.readouts, covariance_rows=self.covariance_rows)
            match = self.target.compare(found)
            distance, noise = float((match.gradient**2).sum()), float(match.noise.sum())
            if before is not None and not self.control.judge(distance, before, noise):
                self._look("approach", match, 0.0, _DAMPING)
                length = 0.25 * length
                couplings = previous + length
                continue
            self._keep(couplings, found, match)
            if distance < 4.0 * noise:
                looks = match.share / self.precision
                if looks <= _MOST_AVERAGED or self.readouts >= self._most_readouts():
                    self._look("approach", match, 0.0, _DAMPING)
                    return couplings
                self._read_more(min(max(looks / _MOST_AVERAGED, 2.0), 8.0))
            assert found.covariance is not None
            change, used = self._step(found.covariance, match, _DAMPING)
            change = self.control.bounded(change, found.covariance)
            self._look("approach", match, _length(change, found.covariance), used)
            moved = self.control.confined(self.statistics, couplings, change, self.inward)
            distances.append(distance)
            stuck = len(distances) > _EDGE and min(distances[-_EDGE // 2 :]) > 0.8 * min(distances[: -_EDGE // 2])
            if self.control.at_the_edge >= _EDGE and stuck and distance > 9.0 * noise:
                raise _NothingConfines
            if moved is None:
                moved = couplings
            previous, before, length = couplings, distance, moved - couplings
            couplings = moved

    def _average(self, couplings: Floats) -> _Tail:
        """The running mean of estimates of the couplings, each by a full step from where the mean was."""
        tail = _Tail(0, couplings, np.zeros((self.statistics.count,) * 2), np.zeros((GROUPS, self.statistics.count)))
        gathered = 0.0  # inverse of the emulation's share of the variance
        while tail.n < _LEAST_AVERAGED or gathered * self.precision < 1.0:
            found = self.replicas.run(tail.couplings, self.readouts, covariance_rows=self.covariance_rows // 3)
            match = self.target.compare(found)
            assert found.covariance is not None
            tail.fisher = (tail.n * tail.fisher + found.covariance) / (tail.n + 1)
            tail.groups = (tail.n * tail.groups + found.groups - found.mean) / (tail.n + 1)
            gathered += 1.0 / match.share
            # With the first looks alone the pooled matrix is too noisy to go without damping.
            change, used = self._step(tail.fisher, match, _DAMPING / (1 + tail.n))
            self._look("average", match, _length(change, tail.fisher), used)
            moved = self.control.confined(self.statistics, tail.couplings, change / (1 + tail.n), self.inward)
            if moved is None:
                raise _NothingConfines
            tail.couplings = moved
            tail.n += 1
            self.best = Found(tail.couplings, tail.fisher, match.normalised_error)
        return tail

    def _verify(self, tail: _Tail) -> str:
        """Why the answer may not be used; empty if it may."""
        self.replicas.restart_half(tail.couplings, self.rng)
        readouts = 2 * self.readouts
        self.replicas.run(tail.couplings, readouts)
        while True:
            found = self.replicas.run(tail.couplings, readouts, burn=0.0)
            match, disagreement = self.target.compare(found), found.disagreement(self.target.whiten)
            self._look("verify", match, 0.0, 0.0)
            self.best = Found(tail.couplings, tail.fisher, match.normalised_error)
            agree = disagreement < _MOST_DISAGREEMENT
            if agree and match.share <= 1.0:
                break
            if not agree and readouts > 64 * self.readouts:
                return f"the replicas do not agree: their halves differ by {disagreement:.3g} of their variance"
            readouts *= 2
        if match.normalised_error >= 1.0:
            return f"normalised error {match.normalised_error:.3g}, 1 or more"
        if match.worst >= _WORST:
            return f"one average is off by {match.worst:.3g} standard deviations"
        return ""

    # Its parts.

    def _step(self, fisher: Floats, match: Match, damping: float) -> tuple[Floats, float]:
        """The change of the couplings that the device finds, and the damping used."""
        whiten = self.target.whiten
        found = natural.step(self.linear, whiten @ fisher @ whiten.T, match.gradient, damping)
        self.device_time_s += found.device_time_s
        return whiten.T @ found.change, found.damping

    def _most_readouts(self) -> int:
        """As many as leave time for the other looks."""
        left = self.deadline - time.perf_counter()
        return max(int(left / (2.0 * _MOST_AVERAGED) / max(self.replicas.seconds_per_readout, 1e-9)), _FIRST_READOUTS)

    def _read_more(self, factor: float) -> None:
        self.readouts = max(min(int(self.readouts * factor), self._most_readouts()), self.readouts)

    def _keep(self, couplings: Floats, found: Averages, match: Match) -> None:
        if self.best is None or match.normalised_error < self.best.error:
            assert found.covariance is not None
            self.best = Found(couplings, found.covariance, match.normalised_error)

    def _look(self, phase: Phase, match: Match, step: float, damping: float) -> None:
        now = time.perf_counter() - self.began
        look = Iteration(len(self.trail), phase, match.normalised_error, step, damping, match.readouts, now)
        self.trail.append(look)
        if self.progress is not None:
            self.progress(look)
        if time.perf_counter() > self.deadline:
            raise OutOfTime

    def _answer(self, tail: _Tail | None, why: str) -> Answer:
        assert self.best is not None
        log_z = partition.LogPartition(np.nan, np.nan)
        if not why:
            try:
                log_z = partition.log_partition(self.replicas, self.best.couplings, self.base, self.rng)
            except OutOfTime:
                why = f"couplings found, but no time left for log Z: give budget_s more than {self._allowed:g}"
        return reporting.report(
            self.best,
            self.coordinates,
            self.count,
            covariance=self.covariance,
            groups=None if tail is None or not tail.n else tail.groups,
            log_z=log_z,
            why_not=why,
            trail=tuple(self.trail),
            device_time_s=self.device_time_s + self.replicas.device_time_s,
            wall_time_s=time.perf_counter() - self.began,
        )

    def _refusal(self, why: str) -> Answer:
        spent = self.device_time_s + self.replicas.device_time_s
        return Answer.refusal(self.statistics.count, why, tuple(self.trail), spent, time.perf_counter() - self.began)

    @property
    def _allowed(self) -> float:
        return self.deadline - self.began


def _length(change: Floats, fisher: Floats) -> float:
    return math.sqrt(max(float(change @ fisher @ change), 0.0))
