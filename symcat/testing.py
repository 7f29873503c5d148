"""Is a table unchanged in law by a group? An exact test, and evidence that may be watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.answer.symmetry import SymmetryTest
from symcat.answer.watching import Monitor
from symcat.answer.working import working
from symcat.data.measure import Measured, measure
from symcat.data.needs import Needs
from symcat.data.statistics import Statistics
from symcat.errors import InvalidData
from symcat.strategies.pose import tell_set_aside
from symcat.symmetry import by_elements, conditional
from symcat.symmetry.betting import Wager
from symcat.symmetry.departures import Departures, in_words
from symcat.symmetry.group import Group
from symcat.symmetry.groups import named
from symcat.symmetry.orienting import orienting
from symcat.symmetry.randomization import orbits, randomize

Floats = NDArray[np.float64]

FEWEST = 8
"""Rows that are tested."""
MOST = 50_000_000
"""Numbers that are held."""
_OWN = 14  # so that the same seed elsewhere gives other numbers
_SMALLEST, _LARGEST = 1e-60, 1e60  # from the centre
_LEAST_DRAWS = 19  # so that p = 0.05 can be met


def test_symmetry(
    data: Any,
    group: str | Sequence[Any] | NDArray[np.float64] | Callable[[int, np.random.Generator], Any],
    *,
    center: float | Sequence[float] | None = None,
    columns: Sequence[str] | None = None,
    given: str | Sequence[str] | None = None,
    blocks: int | None = None,
    randomizations: int = 999,
    seed: int = 0,
) -> SymmetryTest:
    """Tests whether the law of the rows is unchanged by a group, exactly in finite samples.

    Each row, or block, is replaced by its image under a random element of its own; a table whose law is invariant is
    no more unusual than these. Statistics are kernel means in random waves of two widths, which see any departure, and
    averages of monomials, which have names; they are combined by their ranks among the same draws (Hoeffding 1952;
    Chiu & Bloem-Reddy 2023, arXiv 2307.15834; Koning 2023, arXiv 2310.01153 for the e-value).

    Parameters
    ----------
    data : as for ``symcat.solve``, of real or two-valued columns; rows with a gap are left out.
    group : ``"z2"`` (all signs together), ``"z2_each"``, ``"permutation"``, ``"cyclic"`` (shifts of the columns, closed
        to a ring), ``"rotation"``, ``"hyperoctahedral"`` (orders and signs), ``"scale"`` (ratios to the centre as
        likely as their inverses), ``"shift"`` (stationarity along the columns); generating matrices (k, d, d) of a
        finite group; a function ``f(n, rng)`` that draws (n, d, d) uniform elements of a compact one; or pairs
        ``[(group, columns), ...]`` for a product on separate columns.
    center : what the group acts about, in the units of the columns: a number, or one for each column. Left out, the
        mean is taken (of logarithms for ``"scale"``), and the test is calibrated for that: then it is approximate.
        Permutations, cyclic shifts and ``"shift"`` take none.
    columns : those that are tested; all if left out.
    given : columns that the law of the others is conditional on. The group acts on these, and on the others alike where
        they are as many (equivariance: as the given ones move, so does the law of the others), else not at all
        (invariance: of the given ones only what the group leaves unchanged matters). Whatever the laws of both, the
        test is exact where rows have equal invariants, such as unit vectors under rotations; else those of few rows
        that lie near each other count as equal, and it is approximate (Chiu, Sharp & Bloem-Reddy 2024, arXiv
        2412.14391). Needs ``center=`` for groups that have one; of an estimated centre nothing is known.
    blocks : how many consecutive rows share an element, where rows of a block depend on each other.
    randomizations : how many tables are drawn; the smallest p-value is ``1 / (randomizations + 1)``.
    seed : of the random elements and waves.

    Returns
    -------
    A ``SymmetryTest``; ``.monitor()`` watches further rows, ``.plot()`` draws.

    Raises
    ------
    InvalidData : for data, groups or options that mean nothing; the message says what to pass.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> x = np.random.default_rng(0).normal(size=(300, 3)) * [1.0, 1.0, 1.6]
    >>> symcat.test_symmetry(x, "rotation", center=0.0)
    symmetry rotation of x0, x1, x2: all directions alike
    p = 0.001 (exact), e-value 4.38e+13
    strongest departure: variance of 'x2' is +0.582 from what the symmetry forces
    that is 8.73 standard errors, of columns scaled to variance 1
    300 rows, centre 0, 0, 0; 999 randomisations, seed 0
    """
    _check(blocks, randomizations, seed)
    with working("testing the symmetry"):
        measured = _measured(data, columns)
        tell_set_aside(measured.set_aside)
        if given is not None:
            return _conditional(measured, group, given, center, blocks, int(randomizations), int(seed))
        names, x = _rows(measured)
        acting = _action(group, names)
        point, known = _centre(center, acting, x, names)
        coordinates = _coordinates(acting, x, point)
        y = coordinates(x)
        block = 1 if blocks is None else int(blocks)
        rng = np.random.default_rng([int(seed), _OWN])
        if -(-len(y) // block) < FEWEST:
            raise InvalidData(
                f"blocks={block} makes {-(-len(y) // block)} blocks of {len(y)} rows: give {FEWEST} or more, in "
                "shorter blocks."
            )
        departures = Departures.of(y.shape[1] - (acting.name == "shift"), rng)
        found = orbits(y, acting, departures, rng, block, recentred=not known)
        result = randomize(found, departures, int(randomizations), rng, bounded=not known)
        why = acting.why_not_exact if known else "the centre is that of the rows themselves"
        wager = Wager(departures)
        if not why:  # in random order, so that a sorted file says no more than a shuffled one
            wager.bet(replace(found, centred=found.centred[rng.permutation(len(found.centred))]))
    strongest = departures.monomials[result.strongest]
    answer = SymmetryTest(
        group=acting.name,
        words=_in_words(acting, names),
        p_value=result.p_value,
        e_value=None if why else float(np.exp(min(wager.log_e_value, 700.0))),
        exact=not why,
        why=why,
        departure=in_words(strongest, [f"log {name}" for name in names] if acting.ratios else names),
        effect=result.effect,
        errors=result.errors,
        statistics=dict(zip(departures.names(found.variances, bounded=not known), result.each.tolist(), strict=True)),
        columns=names,
        center=None if point is None else tuple(point.tolist()),
        n_rows=len(y),
        n_missing=measured.statistics.n_missing,
        blocks=block,
        randomizations=int(randomizations),
        seed=int(seed),
    )

    def rows_of(batch: Any) -> Floats:
        return coordinates(_rows(_measured(batch, names), fewest=0)[1])

    answer._draws = result.combined
    if not why:
        answer._monitor = lambda: Monitor(deepcopy(wager), acting, rows_of, found.standard, len(y), int(seed))
    return answer


def _conditional(
    measured: Measured,
    group: Any,
    given: str | Sequence[str],
    center: Any,
    blocks: int | None,
    randomizations: int,
    seed: int,
) -> SymmetryTest:
    """Of the law of the columns that are not ``given``. Raises InvalidData for what cannot be had."""
    names, rows = _rows(measured)
    others = [given] if isinstance(given, str) else [str(name) for name in given]
    if not others or len(set(others)) < len(others) or not set(others) < set(names):
        raise InvalidData(f"given={given!r} is not some of the columns, and others: choose of {', '.join(names)}.")
    if blocks is not None:
        raise InvalidData("With given= single rows change places: leave blocks= out, and give independent rows.")
    own = tuple(name for name in names if name not in others)
    moves = len(own) == len(others)
    acting = _action(group, others)
    orient, unchanged = orienting(acting, len(others))
    x, y = (rows[:, [names.index(name) for name in some]] for some in (others, own))
    if center is None and acting.needs_center(len(others)):
        raise InvalidData("With given= the centre must be known: pass center=, such as center=0.0.")
    of_all = x if not moves else np.concatenate([x, y], axis=1)
    both = (*others, *own) if moves else tuple(others)
    common = acting.common_center or any(part.common_center for part, _ in acting.parts)
    point, _ = _centre(center, replace(acting, parts=(), common_center=common), of_all, both)
    if point is not None:
        x = x - point[: len(others)]
        y = y - point[len(others) :] if moves else y
    rng = np.random.default_rng([seed, _OWN])
    departures = Departures.of(len(names), rng)
    found, exact = conditional.orbits(x, y, orient, unchanged, departures, rng, moves=moves)
    result = randomize(found, departures, randomizations, rng)
    order = [*others, *own]
    return SymmetryTest(
        group=acting.name,
        words=_CONDITIONAL[moves],
        p_value=result.p_value,
        e_value=None,
        exact=exact,
        why="" if exact else "few rows with near invariants count as alike",
        departure=in_words(departures.monomials[result.strongest], order),
        effect=result.effect,
        errors=result.errors,
        statistics=dict(zip(departures.names(found.variances), result.each.tolist(), strict=True)),
        columns=own,
        given=tuple(others),
        center=None if point is None else tuple(point.tolist()),
        n_rows=len(rows),
        n_missing=measured.statistics.n_missing,
        blocks=1,
        randomizations=randomizations,
        seed=seed,
    )


_CONDITIONAL = {
    True: "their law moves with these",
    False: "their law depends on what the group leaves unchanged of these",
}

test_symmetry.__test__ = False  # type: ignore[attr-defined]  # to pytest its name is that of a test


def _in_words(acting: Group, names: Sequence[str]) -> str:
    """What is claimed; of a product, of which columns."""
    if not acting.parts:
        return acting.words
    said = [f"{', '.join(names[j] for j in at)} {inner.words}" for inner, at in acting.parts]
    moved = {j for _, at in acting.parts for j in at}
    return "; ".join(said if len(moved) == len(names) else [*said, "the other columns as they are"])


def _check(blocks: object, randomizations: object, seed: object) -> None:
    """Raises InvalidData for options that mean nothing."""
    for name, value, least in (("blocks", blocks, 1), ("randomizations", randomizations, _LEAST_DRAWS)):
        if name == "blocks" and value is None:
            continue
        if not _is_whole(value, least):
            raise InvalidData(f"{name}={value!r} is not a whole number of {least} or more.")
    if not _is_whole(seed, 0):
        raise InvalidData(f"seed={seed!r} is not a whole number of 0 or more.")


def _is_whole(value: object, least: int) -> bool:
    return not isinstance(value, bool) and isinstance(value, Integral) and int(value) >= least


def _measured(data: Any, columns: Sequence[str] | None) -> Measured:
    """The columns as the numbers that they are."""
    if isinstance(data, Statistics):
        raise InvalidData("Statistics keep a sample of the rows only: pass the rows themselves.")
    return measure(data, columns, lambda schema: Needs(), kind="real", wide=True)


def _rows(measured: Measured, fewest: int = FEWEST) -> tuple[tuple[str, ...], Floats]:
    """The columns and the complete rows (n, d). Raises InvalidData where they cannot be tested."""
    schema = measured.schema
    categorical = [schema.columns[j] for j in schema.at("categorical")]
    if categorical:
        raise InvalidData(
            f"Groups act on numbers, and {categorical[0]!r} is categorical: choose others with columns=[...]."
        )
    if measured.statistics.n_rows * len(schema) > MOST:
        raise InvalidData(f"The rows hold more than {MOST:,} numbers: pass a sample of them, or choose columns.")
    parts = list(measured.rows())
    x = np.ascontiguousarray(np.concatenate(parts)) if parts else np.empty((0, len(schema)))
    if len(x) < fewest:
        raise InvalidData(f"{len(x)} complete rows are too few to test a symmetry: give {fewest} or more.")
    return schema.columns, x


def _action(group: Any, names: Sequence[str]) -> Group:
    """How the group acts on these columns."""
    if isinstance(group, str):
        return named(group, len(names))
    if callable(group):
        return by_elements.drawn_by(group, len(names))
    if isinstance(group, Sequence) and group and all(isinstance(part, tuple) and len(part) == 2 for part in group):
        parts: list[tuple[Group, list[int]]] = []
        used: set[str] = set()
        for of_part, chosen in group:
            wanted = [chosen] if isinstance(chosen, str) else [str(name) for name in chosen]
            unknown = [name for name in wanted if name not in names]
            if unknown or used & set(wanted) or not wanted:
                raise InvalidData(
                    f"A product acts on separate columns of the table, not on {wanted}: name each of "
                    f"{', '.join(names)} at most once."
                )
            used |= set(wanted)
            acting = _action(of_part, wanted)
            if acting.ratios or acting.name == "shift":
                raise InvalidData(f"{acting.name!r} is not offered as part of a product: test its columns alone.")
            parts.append((acting, [names.index(name) for name in wanted]))
        return by_elements.together(parts)
    return by_elements.generated(group, len(names))


def _centre(center: Any, acting: Group, x: Floats, names: Sequence[str]) -> tuple[Floats | None, bool]:
    """The centre in the units of the columns, None where the group needs none, and whether nothing was estimated."""
    if not acting.needs_center(len(names)):
        if center is not None:
            raise InvalidData(f"{acting.name!r} needs no centre: leave center= out.")
        return None, True
    if center is None:
        positive = x if not acting.ratios or (x > 0.0).all() else np.ones_like(x)  # refused below
        return (np.exp(np.log(positive).mean(axis=0)) if acting.ratios else x.mean(axis=0)), False
    numbers = np.empty(0) if isinstance(center, str) else np.atleast_1d(np.asarray(center, dtype=object))
    if numbers.shape not in ((1,), (len(names),)) or not all(
        not isinstance(c, bool) and isinstance(c, Real) and np.isfinite(float(c)) for c in numbers.tolist()
    ):
        raise InvalidData(f"center={center!r} is neither a number nor one for each of {len(names)} columns.")
    point = np.broadcast_to(numbers.astype(np.float64), (len(names),)).copy()
    if acting.ratios and not (point > 0.0).all():
        raise InvalidData("center= of ratios is above zero.")
    return point, True


def _coordinates(acting: Group, x: Floats, point: Floats | None) -> Callable[[Floats], Floats]:
    """Takes rows to those that the group acts on, about what rows x have shown."""
    origin = acting.about(x, np.zeros(x.shape[1]) if point is None or acting.ratios else point)

    def of_rows(rows: Floats) -> Floats:
        if acting.ratios and not (rows > 0.0).all():
            raise InvalidData("'scale' is of ratios, and some values are not above zero: choose columns that are.")
        y: Floats = rows - origin if point is None or not acting.ratios else np.log(rows / point)
        size = float(np.abs(y).max(initial=0.0))
        if not (size == 0.0 or _SMALLEST < size < _LARGEST):
            raise InvalidData(
                f"Values up to {size:.0e} from the centre leave no room for their powers in double precision: choose "
                "another unit."
            )
        return y

    return of_rows
