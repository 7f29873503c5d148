"""The course of a fit by thermodynamic natural gradient: the three phases of ``solver``, and what may stop them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.analog import natural, partition, reporting, starting
from symcat.analog.answers import Answer, Confirmed, Iteration, Phase
from symcat.analog.confinement import confines
from symcat.analog.coordinates import Coordinates, standard
from symcat.analog.matching import Match, Target
from symcat.analog.nearing import STALLED, Nearing, NothingConfines, Stalled
from symcat.analog.replicas import Averages, Replicas, Sampler
from symcat.analog.reporting import Found
from symcat.analog.settings import Settings
from symcat.analog.step_control import StepControl
from symcat.analog.tail import Tail
from symcat.errors import SymcatError
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]
Progress = Callable[[Iteration], None]

_FIRST_READOUTS = 16
_LEAST_LOOKS = 3  # at the model in the second phase
_MOST_GROWTH = 4.0  # of the readouts from one of them to the next
_VERIFIED = 0.5  # the emulation's share of the variance when the answer is verified
_ROUNDS = 3
_PATIENCE = 16  # readouts, in units of the first ones, that a restarted half is given to come back
_WORST = 4.5
_MOST_DISAGREEMENT = 2.0
_DAMPING = 0.02
_COVARIANCE_PRODUCTS, _LEAST_ROWS, _MOST_ROWS = 4e9, 4_000, 400_000  # spent on Fisher's matrix in a look
_MOST_ODDS = 2.0
"""By how much a step along one direction may change the log odds of any state. What is rare hardly has a length in
Fisher's metric, but its frequency is exponential in the couplings."""
_PRIOR = {"approach": 0.5, "average": 0.0}
"""Least weight, in Fisher's matrix, of the covariance that the directions are uncorrelated in."""


class SolverDevice(Sampler, natural.LinearSolver, Protocol):
    """What the solver needs of a device: to sample an energy and to solve a linear system."""

    @property
    def settings(self) -> Settings: ...


class Search:
    """One fit: ``match_averages`` says what the arguments are."""

    def __init__(
        self,
        target: Floats,
        statistics: SufficientStatistics,
        count: float,
        covariance: Floats | None,
        device: SolverDevice,
        linear: natural.LinearSolver,
        work: clock.Work,
        seed: int,
        precision: float,
        wants_log_partition: bool,
        progress: Progress | None,
    ) -> None:
        self.statistics, self.count, self.linear = statistics, count, linear
        self.work, self.precision, self.progress = work, precision, progress
        self.wants_log_partition = wants_log_partition
        self.rng = np.random.default_rng(seed)
        self.coordinates: Coordinates = standard(statistics, target)
        self.averages = self.coordinates.averages_in(target)
        self.covariance = None if covariance is None else self.coordinates.covariance_in(np.asarray(covariance))
        self.base = starting.product(statistics, self.averages)
        self.replicas = Replicas(device, statistics, self.base.sample(device.settings.replicas, self.rng))
        self.control = StepControl()
        self.inward = starting.inward(statistics)
        self.stopped = False
        self.device_time_s = 0.0
        self.trail: list[Iteration] = []
        self.best: Found | None = None
        affordable = _COVARIANCE_PRODUCTS / statistics.count**2
        self.covariance_rows = int(np.clip(affordable, max(10 * statistics.count, _LEAST_ROWS), _MOST_ROWS))
        self.readouts = _FIRST_READOUTS

    # The course of a fit.

    def run(self, start: Floats | None) -> Answer:
        """All phases; whatever stops them, the best so far is returned."""
        why = ""
        tail: Tail | None = None
        try:
            couplings = self._first(start)
            for _ in range(_ROUNDS):
                couplings = self._approach(couplings)
                tail = self._average(couplings)
                verdict = self._verify(tail)
                if not verdict:
                    return self._answer(tail, "")
                couplings, why = tail.answer, verdict
        except clock.OutOfTime:
            self.stopped = True
            why = f"not finished within budget_s={self.work.allowed:g}"
        except NothingConfines:
            why = (
                f"no normalisable free energy of these {self.statistics.count} statistics (degree "
                f"{self.statistics.degree}) has these averages: the couplings that match them best do not confine. "
                "Tails this heavy need higher even degrees, or another family"
            )
            return self._refusal(why)
        except Stalled:
            why = f"the averages came no nearer to the data's in {STALLED} steps"
        except SymcatError as error:
            if self.best is None:
                raise
            why = f"the device gave up: {error}"
        if self.best is None:
            return self._refusal(why)
        return self._answer(tail, why)

    def confirm(self, given: Floats, most_loss: float) -> Confirmed:
        """Whether couplings (K,) that were found before are the answer, which must pass what a new one must."""
        couplings = self.coordinates.couplings_in(np.asarray(given, dtype=np.float64))
        self._aim(couplings)
        tail = Tail(answer=couplings)
        while tail.looks < _LEAST_LOOKS or tail.share > self.precision:
            found = self.replicas.run(couplings, self.readouts, covariance_rows=self.covariance_rows)
            match = self.target.compare(tail.add(couplings, found))
            tail.share = match.share
            self._look("average", match, 0.0, 0.0)
            self._read_more(min(max(tail.share / self.precision, 1.0), _MOST_GROWTH))
        averages = Averages(tail.groups, tail.readouts, tail.fisher, tail.rows)
        loss, error = self.target.loss(averages)
        self.best = Found(couplings, tail.fisher, tail.rows, self.target.compare(averages).normalised_error)
        missed = loss - 3.0 * error > most_loss
        why = f"the likelihood is {loss:.3g} nats below its maximum" if missed else self._verify(tail)
        return Confirmed(self._answer(tail, why), loss, error)

    def _first(self, start: Floats | None) -> Floats:
        """Couplings to start from, in standardised columns, and the directions in which to look."""
        couplings = None if start is None else self.coordinates.couplings_in(np.asarray(start, dtype=np.float64))
        if couplings is None or not confines(self.statistics, couplings):
            couplings = starting.couplings(self.statistics, self.averages)
        self._aim(couplings)
        return couplings

    def _aim(self, couplings: Floats) -> None:
        """The directions in which to look: uncorrelated in the data, or else in the model of the couplings."""
        spread = self.covariance
        if spread is None:
            found = self.replicas.run(couplings, 2 * self.readouts, covariance_rows=self.covariance_rows, burn=1.0)
            assert found.covariance is not None
            spread = found.covariance
        bounds = starting.bounds(self.statistics, self.averages)
        self.target = Target.of(self.averages, self.count, spread, bounds, self.statistics.names())

    def _approach(self, couplings: Floats) -> Floats:
        """Natural-gradient steps until only noise, no more than the data's, separates the averages from theirs."""
        before, length = None, np.zeros(self.statistics.count)
        previous, nearing = couplings, Nearing()
        while True:
            found = self.replicas.run(couplings, self.readouts, covariance_rows=self.covariance_rows // 2)
            match = self.target.compare(found)
            distance, noise = float((match.gradient**2).sum()), float(match.noise.sum())
            if before is not None and not self.control.judge(distance, before, noise):
                self._look("approach", match, 0.0, _DAMPING)
                length = 0.25 * length
                couplings = previous + length
                continue
            self._keep(couplings, found, match)
            if distance < 4.0 * noise:
                self._look("approach", match, 0.0, _DAMPING)
                if match.share <= 1.0:
                    return couplings
                # A step along noise alone is worse than none: far too long where an event is rare.
                self._read_more(min(1.5 * match.share, 16.0))
                continue
            assert found.covariance is not None
            change, used = self._step(found.covariance, found.rows, match, "approach")
            change = self.control.bounded(change, found.covariance)
            self._look("approach", match, _length(change, found.covariance), used)
            moved = self.control.confined(self.statistics, couplings, change, self.inward)
            nearing.step(distance, noise, self.control.at_the_edge)
            if moved is None:
                moved = couplings
            previous, before, length = couplings, distance, moved - couplings
            couplings = moved

    def _average(self, couplings: Floats) -> Tail:
        """Looks of ever more readouts; each goes to where all of them together say the averages are the data's.

        ``couplings - F^-1 gradient``, the means of both over the looks, is the answer of every one of them were the
        averages linear in the couplings; those far from the answer, which are not quite, are the short ones.
        """
        tail = Tail(answer=couplings)
        while True:
            found = self.replicas.run(tail.answer, self.readouts, covariance_rows=self.covariance_rows)
            match = self.target.compare(tail.add(tail.answer, found))
            tail.share = match.share
            change, used = self._step(tail.fisher, tail.rows, match, "average")
            moved = self.control.confined(self.statistics, tail.couplings, change, self.inward)
            if moved is None:
                raise NothingConfines
            tail.answer = moved
            self.best = Found(tail.answer, tail.fisher, tail.rows, match.normalised_error)
            self._look("average", match, _length(change, tail.fisher), used)
            wanted = tail.readouts * (tail.share / self.precision - 1.0)
            if tail.looks >= _LEAST_LOOKS and wanted <= 0.1 * tail.readouts:
                return tail
            self._read_more(min(max(wanted / self.readouts, 1.0 / _MOST_GROWTH), _MOST_GROWTH))

    def _verify(self, tail: Tail) -> str:
        """Why the answer may not be used; empty if it may."""
        self.replicas.restart_half(tail.answer, self.rng)
        first = readouts = max(math.ceil(tail.readouts * min(tail.share / _VERIFIED, 1.0)), _FIRST_READOUTS)
        self.replicas.run(tail.answer, readouts)
        while True:
            found = self.replicas.run(tail.answer, readouts, burn=0.0)
            match, disagreement = self.target.compare(found), found.disagreement(self.target.whiten)
            self._look("verify", match, 0.0, 0.0)
            self.best = Found(tail.answer, tail.fisher, tail.rows, match.normalised_error)
            why = ""
            if disagreement >= _MOST_DISAGREEMENT:
                why = f"the replicas do not agree: their halves differ by {disagreement:.3g} of their variance"
            elif match.normalised_error >= 1.0:
                why = f"normalised error {match.normalised_error:.3g}, 1 or more"
            elif match.worst >= _WORST:
                why = f"one average is off by {match.worst:.3g} standard deviations"
            if match.share <= 1.0 and (not why or readouts > _PATIENCE * first):
                return why
            readouts *= 2

    # Its parts.

    def _step(self, fisher: Floats, rows: int, match: Match, phase: Phase) -> tuple[Floats, float]:
        """The change of the couplings that the device finds, and the damping used."""
        target = self.target
        metric = target.metric(fisher, rows, _PRIOR[phase])
        clock.check()
        found = natural.step(self.linear, metric, match.gradient, _DAMPING if phase == "approach" else 0.0)
        self.device_time_s += found.device_time_s
        longest = np.where(np.isinf(target.farthest), np.inf, _MOST_ODDS / target.farthest)
        return target.whiten.T @ np.clip(found.change, -longest, longest), found.damping

    def _read_more(self, factor: float) -> None:
        """More readouts in the next look."""
        self.readouts = max(math.ceil(self.readouts * factor), _FIRST_READOUTS)

    def _keep(self, couplings: Floats, found: Averages, match: Match) -> None:
        if self.best is None or match.normalised_error < self.best.error:
            assert found.covariance is not None
            self.best = Found(couplings, found.covariance, found.rows, match.normalised_error)

    def _look(self, phase: Phase, match: Match, step: float, damping: float) -> None:
        now = time.perf_counter() - self.work.began
        look = Iteration(len(self.trail), phase, match.normalised_error, step, damping, match.readouts, now)
        self.trail.append(look)
        clock.detail(f"analog device, {phase}, look {look.number}: normalised error {look.normalised_error:.3g}")
        if self.progress is not None:
            self.progress(look)
        clock.check()

    def _answer(self, tail: Tail | None, why: str) -> Answer:
        assert self.best is not None
        log_z = partition.LogPartition(np.nan, np.nan)
        if not why and self.wants_log_partition:
            try:
                log_z = partition.log_partition(self.replicas, self.best.couplings, self.base, self.rng)
            except clock.OutOfTime:
                self.stopped = True
                why = f"couplings found, but no time left for log Z: give budget_s more than {self.work.allowed:g}"
        if why:
            return self._unfinished(self.coordinates.couplings_out(self.best.couplings), self.best.error, why)
        believed = self.target.believed(self.best.fisher, self.best.rows)
        return reporting.report(
            replace(self.best, fisher=believed),
            self.coordinates,
            self.count,
            covariance=self.covariance,
            groups=None if tail is None or not tail.looks else tail.groups - tail.groups.mean(axis=0),
            log_z=log_z,
            trail=tuple(self.trail),
            device_time_s=self.device_time_s + self.replicas.device_time_s,
            wall_time_s=time.perf_counter() - self.work.began,
        )

    def _refusal(self, why: str) -> Answer:
        return self._unfinished(np.full(self.statistics.count, np.nan), np.inf, why)

    def _unfinished(self, couplings: Floats, error: float, why: str) -> Answer:
        spent = self.device_time_s + self.replicas.device_time_s
        wall = time.perf_counter() - self.work.began
        return Answer.unfinished(couplings, error, why, tuple(self.trail), spent, wall, stopped=self.stopped)


def _length(change: Floats, fisher: Floats) -> float:
    return math.sqrt(max(float(change @ fisher @ change), 0.0))
