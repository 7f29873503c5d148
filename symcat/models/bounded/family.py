"""The family of laws of one column on a stated interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import INTERVAL, Floats, Model, Options
from symcat.models.bounded import beta, vonmises
from symcat.models.bounded.replay import replay
from symcat.models.family import Averages, OneColumnFamily, Replay, Stated
from symcat.models.fit import Fault
from symcat.models.one_column import averages_of_groups, check_positive, moments_of_means
from symcat.models.tables import Tables

_CLASSES: dict[str, type[beta.Beta | vonmises.VonMises]] = {
    beta.LABEL: beta.Beta,
    vonmises.LABEL: vonmises.VonMises,
}
_USUAL = {beta.LABEL: beta.USUAL, vonmises.LABEL: vonmises.USUAL}


class IntervalLaws(OneColumnFamily):
    """The beta law and von Mises' law of one column."""

    name = "bounded"
    labels: tuple[str, ...] = (beta.LABEL, vonmises.LABEL)

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        """The beta law alone: nothing tells angles from other numbers, so that theirs is asked for by name."""
        return (beta.LABEL,) if super().candidates(schema) else ()

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        """A member for one real column."""
        return _CLASSES[label](schema, options.interval, tables) if self.candidates(schema) else None

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        ends = _interval(label, given)
        own = {name: value for name, value in given.items() if name != INTERVAL}
        of = _logs if label == beta.LABEL else _resultant
        return of(own, ends, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        positive = ("alpha", "beta") if label == beta.LABEL else ("concentration",)
        located = () if label == beta.LABEL else ("mean",)
        found = averages.numbers(label, given, (*located, *positive), (INTERVAL,), averages.FORWARDS)
        averages.check_finite(found)
        check_positive(label, positive, found, given)
        lo, hi = _interval(label, given)
        values = {name: found[name].reshape(()) for name in positive}
        for name in located:
            at = averages.points(found[name], 1, 1)[0]
            values = {name: lo + np.mod(at - lo, hi - lo), **values}
        return Stated(Schema.real(averages.column_names(columns, 1)), {**values, INTERVAL: np.array([lo, hi])})

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(entry, points, rng, tables)


def _interval(label: str, given: Mapping[str, Any]) -> tuple[float, float]:
    """The interval stated among averages or parameters, else the usual one. Raises InvalidData for what is none."""
    stated = given.get(INTERVAL)
    if stated is None:
        return _USUAL[label]
    found = averages.numbers(label, {INTERVAL: stated}, (INTERVAL,))[INTERVAL]
    if found.shape != (2,) or not np.isfinite(found).all() or not 0.0 < found[1] - found[0] < np.inf:
        raise InvalidData(f"interval={stated!r} is not an interval: pass two finite numbers, the smaller one first.")
    return float(found[0]), float(found[1])


def _logs(
    given: Mapping[str, Any], ends: tuple[float, float], n: float | Floats | None, columns: Sequence[str] | None
) -> Averages:
    names = ("mean_log", "mean_log_complement")
    stated, batch, faults = averages_of_groups(beta.LABEL, names, given)
    first, second = (stated[name] for name in names)
    with np.errstate(all="ignore"):
        narrowness = -np.logaddexp(first, second)
    faults.add(
        ~(narrowness > 0.0),
        lambda g: Fault(
            f"mean_log={first[g]:.9g} and mean_log_complement={second[g]:.9g} are not averages of log t and log(1 - t) "
            "of any rows that vary: their exponentials must add up to less than one; look at both again."
        ),
    )
    faults.check(batch)
    middle = np.full(len(first), 0.5 * (ends[0] + ends[1]))
    moments = moments_of_means(
        middle,
        n,
        columns,
        size=np.full(1, ends[1] - ends[0]),
        narrowness=narrowness,
        logit=faults.cleared(first - second),
        interval=np.tile(ends, (len(first), 1)),
    )
    return Averages(moments, Schema.real(moments.columns), batch, faults=faults)


def _resultant(
    given: Mapping[str, Any], ends: tuple[float, float], n: float | Floats | None, columns: Sequence[str] | None
) -> Averages:
    names = ("mean_cos", "mean_sin")
    stated, batch, faults = averages_of_groups(vonmises.LABEL, names, given)
    cosine, sine = (faults.cleared(stated[name]) for name in names)
    length = np.hypot(cosine, sine)
    faults.add(
        ~(length < 1.0),
        lambda g: Fault(
            f"mean_cos={cosine[g]:.9g} and mean_sin={sine[g]:.9g} are those of no angles that vary: their squares must "
            "add up to less than one; look at both again."
        ),
    )
    faults.check(batch)
    direction = np.arctan2(sine, cosine) * (ends[1] - ends[0]) / (2.0 * np.pi)
    moments = moments_of_means(
        direction,
        n,
        columns,
        size=np.full(1, ends[1] - ends[0]),
        direction=direction,
        length=length,
        away=(1.0 - length * length) / (1.0 + length),
        interval=np.tile(ends, (len(length), 1)),
    )
    return Averages(moments, Schema.real(moments.columns), batch, faults=faults)
