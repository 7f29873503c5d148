"""``vonmises.scalar``: ``F = -concentration cos(2 pi (x - mean) / (hi - lo))`` of angles in a stated turn.

The law of largest entropy on a circle given the averages of cosine and sine, ``log Z = log I_0(concentration) +
log(hi - lo)`` (Mardia & Jupp 2000, Directional statistics, sections 3.5.4 and 5.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.models.at_hand import NEEDS_ROWS
from symcat.models.base import INTERVAL, Center, Facts, Floats, Parameters, counted
from symcat.models.batches import blank_refused, refused_fit, refusing
from symcat.models.bounded.column import IntervalColumn, in_words
from symcat.models.bounded.concentration import slope
from symcat.models.bounded.law import IntervalLaw
from symcat.models.bounded.reduced import CONCENTRATION, concentration_from, entropy_of
from symcat.models.bounded.vonmises_law import SLACK, VonMisesLaw
from symcat.models.column_rows import Run
from symcat.models.curve import Curve
from symcat.models.fit import Fit, Moves, Observed
from symcat.models.one_column import WithAverages

LABEL = "vonmises.scalar"
USUAL = (-math.pi, math.pi)
"""The turn where none is stated, of radians."""
_FROM_ZERO = (0.0, 2.0 * math.pi)

LEAST_LENGTH = 1e-12
"""Of the mean resultant, below which its direction is one of rounding."""

LARGEST = 1e8
"""Concentration beyond which log Z has no digits left that tell the law from a Gaussian."""

_NO_DIRECTION = "cosines and sines average to zero, so that there is no mean direction"
_CONSTANT = "the angles do not vary, and the likelihood grows without bound as the concentration does"
_NARROW = "the angles spread over less than a ten-thousandth of a turn, where the law is hardly other than a Gaussian"


class VonMises(IntervalColumn):
    """Von Mises' law of one column of angles."""

    label = LABEL
    facts = Facts("Von Mises", "none")

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Direction and concentration of every group from its averages of cosine and sine; their names without."""
        if not isinstance(moments, WithAverages):
            shapes = {"mean": (1,), "concentration": (), "interval": (2,)}
            return refused_fit(self.label, moments.count, NEEDS_ROWS, shapes)
        direction, length, away, interval = (moments.beside[name] for name in ("direction", "length", "away", INTERVAL))
        return self._of(direction, length, away, moments.count, interval, counted(moments))

    def fitted(self, every: Iterable[Run], observed: Observed) -> Fit:
        count = observed.moments.count
        turn = self.stated or self._turn(every)
        if isinstance(turn, str):
            return refused_fit(self.label, count, turn)
        lo, hi = turn
        slack, cure = SLACK * (hi - lo), "state the turn that all angles lie in with interval="
        about, wrong = observed.moments.mean[:, 0], dict[int, str]()
        with np.errstate(all="ignore"):  # groups that cannot be used are not numbers
            for _ in range(2):  # once more about the direction found, so that nearly equal angles lose no digits
                sine, versed = np.zeros((2, len(count)))
                for run in every:
                    wrong = self.outside(run, lo - slack, hi + slack, cure) | wrong
                    half = np.pi * (run.x - about[run.group]) / (hi - lo)
                    sine += run.sums(np.sin(2.0 * half))
                    versed += run.sums(2.0 * np.sin(half) ** 2)
                sine, versed = sine / count, versed / count
                length = np.hypot(sine, 1.0 - versed)
                away = (2.0 * versed - versed * versed - sine * sine) / (1.0 + length)
                about = about + np.arctan2(sine, 1.0 - versed) * (hi - lo) / (2.0 * np.pi)
                if not (length > 0.5).any():
                    break
        ends = np.tile(turn, (len(count), 1))
        found = refusing(self._of(about, length, away, count, ends, known=True), wrong)
        if len(count) > 1 or not found.answered[0]:
            return found
        law = self.law({name: value[0] for name, value in found.parameters.items()})
        information, n = np.diagonal(self.information(law)), float(count[0])

        def moved(rows: Floats) -> dict[str, Floats]:
            some = self.scores(law, rows[:, 0]) / information / n
            return {"mean": some[:, :1] / law.per_unit, "concentration": some[:, 1] * law.concentration}

        note = "maximum of the likelihood from the averages of cosine and sine"
        return replace(found, moves=Moves(moved), note=note)

    def _turn(self, every: Iterable[Run]) -> tuple[float, float] | str:
        """One of the two usual turns of radians, or why the angles lie in neither."""
        ends = [(float(run.x.min()), float(run.x.max())) for run in every if len(run.x)]
        least, most = min(one[0] for one in ends), max(one[1] for one in ends)
        slack = SLACK * 2.0 * math.pi
        for lo, hi in (USUAL, _FROM_ZERO):
            if lo - slack <= least and most <= hi + slack:
                return lo, hi
        return (
            f"column {self.schema.columns[0]!r} holds values from {least:.9g} to {most:.9g}, which are no angles in "
            "radians within one turn: state the turn, such as interval=(0, 360) of degrees"
        )

    def _of(
        self,
        direction: Floats,
        length: Floats,
        away: Floats,
        count: Floats,
        interval: Floats,
        known: bool,
    ) -> Fit:
        lo, hi = interval.T
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            read = Curve(self.tables, LABEL, CONCENTRATION).read(
                np.where((length > LEAST_LENGTH) & (away > 0.0), length, np.nan)
            )
            k = concentration_from(length, away, read.parameter)
            entropy = entropy_of(away, read.log_z) + np.log(hi - lo)
            errors = {}
            if known:
                per_unit = 2.0 * np.pi / (hi - lo)
                errors = {
                    "mean": (1.0 / (per_unit * np.sqrt(count * k * length)))[:, None],
                    "concentration": 1.0 / np.sqrt(count * slope(k, length, away)),
                }
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters={
                    "mean": (lo + np.mod(direction - lo, hi - lo))[:, None],
                    "concentration": k,
                    INTERVAL: interval,
                },
                standard_errors=errors,
                log_partition=entropy + k * length,
                log_likelihood=-count * entropy,
                n_parameters=2,
                statistics={},
                reason=np.select([~(length > LEAST_LENGTH), ~(away > 0.0), ~(k < LARGEST)], [1, 2, 3], 0).astype(
                    np.int8
                ),
                reasons=("", _NO_DIRECTION, _CONSTANT, _NARROW),
                source=read.source,
            )
        )

    def scores(self, law: IntervalLaw, x: Floats) -> Floats:
        """By the angle of the mean direction, and by the log of the concentration."""
        assert isinstance(law, VonMisesLaw)
        angle = law.away(x)
        # The cosine less its average, of which both are near one for narrow laws
        cosine = law.length[1] - 2.0 * np.sin(0.5 * angle) ** 2
        return law.concentration * np.stack([np.sin(angle), cosine], axis=1)

    def information(self, law: IntervalLaw) -> Floats:
        assert isinstance(law, VonMisesLaw)
        k, (a, b) = law.concentration, law.length
        varies = slope(np.array([k]), np.array([a]), np.array([b]))
        return np.diag([k * a, k * k * float(varies[0])])

    def law(self, parameters: Parameters) -> VonMisesLaw:
        return VonMisesLaw(self.label, parameters)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the column, inside the interval."""
        import sympy

        law = self.law(parameters)
        away = sympy.Symbol(columns[0], real=True) - sympy.Float(law.direction)
        return -sympy.Float(law.concentration) * sympy.cos(2 * sympy.pi * away / sympy.Float(law.width))

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return f"-concentration cos(2 pi (x - mean)/(hi - lo)),   {in_words(parameters)}"
