"""The maximum-likelihood centre of an even polynomial, for a batch of groups, from averages alone.

The profile likelihood over the centre c is minus the entropy at the averages about c, with the slope ``<F'(x - c)>``
over the data. From the better of the mean and the point half a skewness away, where an unequally filled double well is
centred, centre and couplings are sought together on the grid of the sums (``centring``), and the maximum found again
about that centre. None of these steps lowers the likelihood.

The profile may have several maxima. The maximum of a special case, about its own centre, is a start too, so that no
answer is less likely than that. Where no other start comes to as much and there is no maximum about that centre, the
likelihood is largest where the class ends: there is none at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.scalar import centring, newton, standard
from symcat.models.scalar.polynomial import deviation_of

Floats = NDArray[np.float64]

_STEPS = 60
_SMALL, _ROUNDING = 1e-8, 1e-12
"""Of a step, in standard deviations: below the first they get shorter, or are rounding; below the second all are."""
_LACKING = 12
"""Centres without a maximum, on the way to where the likelihood is largest, after which there is none."""
_FLAT = 1e-11
"""Nats a row that rounding may make of a step that raises the entropy by nothing."""
_SURELY = 1e-9
"""Nats a row by which a special case is likelier beyond rounding, and the errors of tables."""


class Find(Protocol):
    """The maximum for averages (G, K + 1) of powers of y^2, over counts (G,) of rows: near another where given, and
    where that leads nowhere anew, unless it must not."""

    def __call__(
        self, averages: Floats, count: Floats, near: newton.Found | None = None, *, anew: bool = True
    ) -> newton.Found: ...


@dataclass(frozen=True)
class Centred:
    """The averages about the centre, their deviation in the unit of these (G,), and the maximum there."""

    about: Moments
    deviation: Floats
    found: newton.Found


Specials = Sequence[Callable[[Moments], Centred]]


def search(moments: Moments, degree: int, find: Find, specials: Specials = ()) -> Centred:
    """About the mean where no centre has a maximum. ``specials`` say what is found of special cases, the richest first;
    the next is asked only where one has no answer: where it has, it is at least as likely."""
    whole, moments = moments, moments.powers_to(degree)
    mean = moments.centred
    deviation = deviation_of(mean)
    with np.errstate(all="ignore"):
        skewness = standard.scaled(standard.powers(mean, 3), deviation)[:, 3]
        best = _At.of(moments, mean.origin, degree, find)
        start = mean.origin + np.nan_to_num(0.5 * skewness * deviation * mean.unit)[:, None]
        best = best.better(_At.of(moments, start, degree, find, best.found))
        cases = _cases(whole, moments, degree, find, specials)
        for _, nested in cases:
            best = best.better(nested)
        active = best.found.answered
        step, theta = best.joint()
        last = np.full(len(active), np.inf)
        lacking = np.zeros(len(active), dtype=np.intp)
        for _ in range(_STEPS):
            size = np.abs(step)
            active = active & (size > _ROUNDING) & ~((last < _SMALL) & (size > 0.5 * last))
            last = size
            if not active.any():
                break
            some = np.flatnonzero(active)
            part = moments if len(some) == moments.n_groups else moments.groups(some)
            unit = best.deviation[some] * moments.unit
            near = best.found.of(some)
            near.theta[:] = theta[some]
            trial = _At.of(part, best.point[some] + (step[some] * unit)[:, None], degree, find, near, anew=False)
            flat = _FLAT * (1.0 + np.abs(best.entropy[some]))
            taken = trial.found.answered & (trial.entropy <= best.entropy[some] + flat)
            best.put(some[taken], trial.chosen(taken))
            lacking[some] += ~trial.found.answered
            given_up = lacking[some] == _LACKING
            best.put(some[given_up], trial.chosen(given_up))
            active[some[given_up]] = False
            step[some] = np.where(trial.found.answered, 0.5, 0.25) * step[some]
            theta[some] = best.found.theta[some]
            step[some[taken]], theta[some[taken]] = trial.chosen(taken).joint()
    for known, nested in cases:
        below = best.found.answered & (best.entropy > known.entropy + _SURELY * (1.0 + np.abs(known.entropy)))
        best.put(np.flatnonzero(below), nested.chosen(below))
    return Centred(whole.about(best.point), best.deviation, best.found)


def _cases(whole: Moments, moments: Moments, degree: int, find: Find, specials: Specials) -> list[tuple[_At, _At]]:
    """Special cases, and the maximum of the class about the centre of each."""
    out, lacking = [], np.ones(len(whole.count), dtype=np.bool_)
    for special in specials:
        case = whole.once(special)
        if (case.found.answered & lacking).any():
            known = _At.known(moments, case, degree)
            out.append((known, _At.of(moments, case.about.origin, degree, find, case.found)))
        lacking &= ~case.found.answered
        if not lacking.any():
            break
    return out


class _At:
    """The maximum at a centre (G, 1) of every group."""

    def __init__(self, point: Floats, deviation: Floats, powers: Floats, found: newton.Found, unit: float) -> None:
        self.point, self.deviation, self.powers, self.found, self.unit = point, deviation, powers, found, unit

    @classmethod
    def of(
        cls,
        moments: Moments,
        point: Floats,
        degree: int,
        find: Find,
        near: newton.Found | None = None,
        *,
        anew: bool = True,
    ) -> _At:
        about = moments.about(point)
        deviation = deviation_of(about)
        powers = standard.scaled(standard.powers(about, degree), deviation)
        return cls(point, deviation, powers, find(powers[:, ::2], about.count, near, anew=anew), moments.unit)

    @classmethod
    def known(cls, moments: Moments, special: Centred, degree: int) -> _At:
        """What was found of a lower degree."""
        powers = standard.scaled(standard.powers(special.about, degree), special.deviation)
        size = 2 * special.found.theta.shape[1] - 1
        return cls(special.about.origin, special.deviation, powers[:, :size], special.found, moments.unit)

    @property
    def entropy(self) -> Floats:
        """(G,) minus the log-likelihood a row, but for the unit; infinite without a maximum."""
        found = self.found.log_z + (self.found.theta * self.powers[:, ::2]).sum(axis=1) + np.log(self.deviation)
        return np.where(self.found.answered, found, np.inf)

    def joint(self) -> tuple[Floats, Floats]:
        """(G,) how far the centre moves when the couplings follow, in deviations, and theta (G, K + 1) there."""
        moved, theta = np.zeros(len(self.deviation)), self.found.theta.copy()
        newton.run(centring.centres, len(moved), centring.INNER)(
            np.ascontiguousarray(self.powers), self.found.grid, self.found.answered, theta, moved
        )
        lost = ~np.isfinite(moved)
        moved[lost], theta[lost] = 0.0, self.found.theta[lost]
        return moved, theta

    def better(self, other: _At) -> _At:
        """The one of two with less entropy, in each group."""
        taken = other.entropy < self.entropy
        self.put(np.flatnonzero(taken), other.chosen(taken))
        return self

    def chosen(self, mask: NDArray[np.bool_]) -> _At:
        return _At(self.point[mask], self.deviation[mask], self.powers[mask], self.found.of(mask), self.unit)

    def put(self, places: NDArray[np.intp], other: _At) -> None:
        """Replaces groups."""
        self.point = self.point.copy()
        for mine, theirs in (
            (self.point, other.point),
            (self.deviation, other.deviation),
            (self.powers, other.powers),
            *((getattr(self.found, f.name), getattr(other.found, f.name)) for f in fields(self.found)),
        ):
            mine[places] = theirs
