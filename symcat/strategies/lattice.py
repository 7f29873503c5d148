"""The lattice of classes and groups, walked from the most symmetric down: what the rows reject, and what is left.

A class is a hypothesis: its own checks test it, and its likelihood ratio against the richest class that it is a special
case of. A group is one too, of any law that it leaves unchanged, tested by random images of some rows; where it is
rejected, so are the classes that it leaves unchanged. Looked at next are those whose special cases are all rejected;
what lies above one that holds is implied by it. Holm's p-values over all hypotheses, those not looked at among them,
keep the chance of rejecting any true one within the level.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from symcat import clock
from symcat.models.base import Center, Floats
from symcat.models.candidates import Candidate, Weighed
from symcat.models.fit import PRIOR_ROWS, Observed
from symcat.models.misfit import asked_for, gains
from symcat.models.tails import chi_square_of
from symcat.symmetry.departures import Departures, in_words
from symcat.symmetry.groups import named
from symcat.symmetry.randomization import Effort, orbits, randomize

LEVEL = 0.05

_SPECIAL_CASES: dict[str, tuple[str, ...]] = {
    "rotation": (),
    "permutation": ("rotation",),
    "z2_each": ("rotation",),
    "cyclic": ("permutation",),
    "z2": ("z2_each",),
}
"""Of each group, those of which it is a part: a law that they leave unchanged has its symmetry too."""
_MOST_COLUMNS = 40
_ROWS, _VALUES = 1024, 150_000
"""Rows that groups act on, and these times the functions that are compared: of many columns they are fewer."""
_WAVES, _DRAWS = 24, 999
_QUICK = Effort(images=5, few=6, units=96)
_FEWEST = 20
_OWN = 41  # so that the same seed elsewhere gives other numbers


@dataclass(frozen=True)
class Tested:
    """What a hypothesis was tested by, its p-value, and the nats a row of what contradicts it most."""

    p_value: float
    by: str
    nats: float


@dataclass(frozen=True)
class Node:
    """A class or a group, its special cases, and what was found; ``tested`` is None where one of these holds."""

    name: str
    kind: Literal["class", "group"]
    special_cases: tuple[str, ...]
    tested: Tested | None
    adjusted: float | None


def walk(weighed: Weighed, observed: Observed, center: Center, seed: int) -> tuple[Node, ...]:
    """All classes that have an answer and are comparable, then the groups that act on the columns; of one table."""
    groups = _walked("group", _groups(observed, center, seed, weighed), {})
    of_groups = {node.name: node for node in groups if node.tested is not None}
    implying = {
        one.label: [of_groups[name] for name in sorted(one.model.invariant) if name in of_groups]
        for one in weighed.candidates
    }
    return (*_walked("class", _classes(weighed), implying), *groups)


Hypotheses = Mapping[str, tuple[tuple[str, ...], Callable[[], Tested]]]


def _walked(
    kind: Literal["class", "group"], hypotheses: Hypotheses, implying: Mapping[str, Sequence[Node]]
) -> list[Node]:
    """Each with Holm's p-value among those of its kind; the level is shared by both kinds.

    A class is rejected too where one of the groups is that leave it unchanged (``implying``), at no further error.
    """
    found: dict[str, Tested] = {}
    while True:
        adjusted = holm({name: one.p_value for name, one in found.items()}, 2 * len(hypotheses))
        nodes = {name: _node(name, kind, hypotheses, found, adjusted, implying.get(name, ())) for name in hypotheses}
        rejected = {name for name, node in nodes.items() if node.adjusted is not None and node.adjusted <= LEVEL}
        waiting = [
            name
            for name, (special, _) in hypotheses.items()
            if name not in found and all(other in rejected for other in special)
        ]
        if not waiting:
            return list(nodes.values())
        for name in waiting:
            clock.check()
            found[name] = hypotheses[name][1]()


def _node(
    name: str,
    kind: Literal["class", "group"],
    hypotheses: Hypotheses,
    found: Mapping[str, Tested],
    adjusted: Mapping[str, float],
    implying: Sequence[Node],
) -> Node:
    special = hypotheses[name][0]
    if name not in found:
        return Node(name, kind, special, None, None)
    own = Node(name, kind, special, found[name], adjusted[name])
    worst = min(implying, key=lambda node: node.adjusted or 0.0, default=None)
    if worst is None or worst.tested is None or worst.adjusted is None or worst.adjusted >= adjusted[name]:
        return own
    said = replace(worst.tested, by=f"{worst.name}: {worst.tested.by}")
    return replace(own, tested=said, adjusted=worst.adjusted)


def holm(p_values: Mapping[str, float], hypotheses: int) -> dict[str, float]:
    """Adjusted p-values of some of so many hypotheses, the others counting as not rejected (Holm 1979)."""
    out, largest = {}, 0.0
    for k, name in enumerate(sorted(p_values, key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (hypotheses - k) * p_values[name]))
        out[name] = largest
    return out


# --- classes ---------------------------------------------------------------------------------------------------------


def _classes(weighed: Weighed) -> Hypotheses:
    usable = [c for c in weighed.candidates if c.fit.answered[0] and not c.ruled_out[0]]
    usable.sort(key=lambda one: one.fit.n_parameters)
    labels = {one.label for one in usable}
    return {
        one.label: (
            tuple(sorted(one.model.nested & labels)),
            partial(_of_class, one, [other for other in usable if one.label in other.model.nested]),
        )
        for one in usable
    }


def _of_class(one: Candidate, richer: Sequence[Candidate]) -> Tested:
    """The checks that decide, and the likelihood ratio: the smallest of their p-values, times how many there are."""
    n = float(one.fit.count[0])
    found = [
        Tested(float(check.p_value[0]), check.name, 0.0 if size is None else size.nats)
        for check in one.checks
        if check.weight == "deciding" and not math.isnan(check.p_value[0])
        for size in [asked_for(check, n)]
    ]
    comparable = [r for r in richer if r.fit.count[0] == n and _plain(r) and _plain(one)]
    if comparable:
        other = max(comparable, key=lambda r: r.fit.n_parameters)
        ratio = 2.0 * float(other.in_cells.log_likelihood[0] - one.in_cells.log_likelihood[0])
        more = other.fit.n_parameters - one.fit.n_parameters
        if more > 0 and math.isfinite(ratio):
            p = chi_square_of(max(ratio, 0.0), more) if not _tests_symmetry(one) else 1.0
            gain = float(gains(one.in_cells, other.in_cells)[0])
            found.append(Tested(p, f"likelihood ratio against {other.label}", max(gain, 0.0)))
    if not found:
        return Tested(1.0, "nothing", 0.0)
    worst = min(found, key=lambda t: t.p_value)
    return Tested(min(1.0, len(found) * worst.p_value), worst.by, max(t.nats for t in found))


def _tests_symmetry(one: Candidate) -> bool:
    """Whether a check is the likelihood ratio with its law at few rows."""
    return any(check.name == "symmetry" and bool(np.isfinite(check.p_value[0])) for check in one.checks)


def _plain(one: Candidate) -> bool:
    """Whether the likelihood is at its maximum, without a prior or a choice among arrangements."""
    prior = one.fit.statistics.get(PRIOR_ROWS)
    return one.fit.log_structures == 0.0 and (prior is None or not float(np.nan_to_num(prior[0])))


# --- groups ----------------------------------------------------------------------------------------------------------


def _groups(observed: Observed, center: Center, seed: int, weighed: Weighed) -> Hypotheses:
    """Those that act on real columns, or on two-valued ones, by some of the rows; none where there are too few."""
    sample = observed.sample
    if not weighed.candidates or sample is None or len(sample) < _FEWEST or sample.shape[1] > _MOST_COLUMNS:
        return {}
    schema = weighed.candidates[0].model.schema
    d, two_valued, real = len(schema), len(schema.at("two-valued")), len(schema.at("real"))
    if d not in (two_valued, real) or d != sample.shape[1]:
        return {}
    names = tuple(name for name in _SPECIAL_CASES if named(name, d).acts_on(d, two_valued)) if d > 1 else ("z2",)
    functions = Departures.of(len(schema), np.random.default_rng(0), _WAVES).count
    rows = sample[:: -(-len(sample) // min(_ROWS, _VALUES // functions))]
    known = None if center is None or isinstance(center, str) else np.asarray(center, dtype=np.float64)
    point = np.zeros(d) if d == two_valued else known
    return {
        name: (
            tuple(other for other in _SPECIAL_CASES[name] if other in names),
            partial(_of_group, name, rows, point, seed, schema.columns),
        )
        for name in names
    }


def _of_group(name: str, rows: Floats, point: Floats | None, seed: int, columns: Sequence[str]) -> Tested:
    """By images of the rows under random elements; exact where the centre is known or does not matter."""
    d = rows.shape[1]
    acting = named(name, d)
    known = point is not None or not acting.needs_center(d)
    y = rows - acting.about(rows, rows.mean(axis=0) if point is None else point)
    spread = float(np.abs(y).max(initial=0.0))
    if not spread > 0.0:
        return Tested(1.0, "nothing", 0.0)
    y = y / spread  # so that powers of large values stay numbers
    rng = np.random.default_rng([seed, _OWN])
    departures = Departures.of(d, rng, _WAVES)
    of_rows = orbits(y, acting, departures, rng, recentred=not known, effort=_QUICK)
    found = randomize(of_rows, departures, _DRAWS, rng, bounded=not known)
    strongest = in_words(departures.monomials[found.strongest], columns)
    nats = max(found.errors**2 - 1.0, 0.0) / 2.0 / len(rows)
    return Tested(found.p_value, f"{strongest} {found.effect:+.2g}", nats)
