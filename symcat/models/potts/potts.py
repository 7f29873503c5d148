"""What every class of columns with several levels shares: the way from rows to an answer, the prior, the refusals.

``F = - sum_j h_j(x_j) - sum_(j<k) J_jk(x_j, x_k)`` (Potts 1952; Wu 1982, Rev. Mod. Phys. 54:235), in statistics the
log-linear model of a contingency table (Bishop, Fienberg & Holland 1975). The averages that it depends on are shares of
rows with a level, and with two levels, so that rows are counted and not averaged.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.states import encoded
from symcat.models.at_hand import NEEDS_ROWS, at_hand
from symcat.models.base import WEAK, Center, Class, Entry, Facts, Masses, Options, Parameters, Rest
from symcat.models.batches import blank_refused, refused_fit
from symcat.models.fit import PRIOR_ROWS, CheckResult, Fit, Moves, Observed
from symcat.models.ising.checks import finite_maximum
from symcat.models.potts import checks, existence
from symcat.models.potts.counted import Counted, Rows, counted, of_contrasts
from symcat.models.potts.law import PottsLaw
from symcat.models.potts.layout import Floats, Integers, Layout
from symcat.models.potts.ordered import ordered
from symcat.models.prior import prior_rows
from symcat.models.remaining import coupled_still, left_of

INDEPENDENT, PAIRWISE = "potts.independent", "potts.pairwise"
"""Labels of what any of the classes may be where some columns are known."""

NO_ROWS, INFINITE = 1, 2

_ROUNDING = 1e-12  # of all rows
_OF_NO_ROWS = "no rows have these averages of pairs, as every pair was averaged over other rows: ask for missing='em'"

_MOST_MOVED = 256
"""Levels of all columns up to which robust errors are known: what a row moves has the square of so many numbers."""


Mover = Callable[[Counted], dict[str, Floats]]
"""Takes counted groups of rows to how far each moves the parameters."""


@dataclass(frozen=True)
class Answer:
    """What a class finds for G groups: parameters, log Z (G,), not a number where there is no maximum, and of a class
    that is solved by sums over states the information of its own parameters (G, K, K)."""

    parameters: dict[str, Floats]
    log_z: Floats
    information: Floats | None = None

    def at(self, chosen: NDArray[np.bool_], groups: int) -> Answer:
        """As that of the ``chosen`` of so many groups, not a number in the others."""
        if chosen.all():
            return self

        def spread(values: Floats) -> Floats:
            out = np.full((groups, *values.shape[1:]), np.nan)
            out[chosen] = values
            return out

        parameters = {name: spread(value) for name, value in self.parameters.items()}
        return Answer(parameters, spread(self.log_z), None if self.information is None else spread(self.information))


class Potts(Class, ABC):
    """Base of the classes of d columns with several levels each.

    ``terms`` says what each parameter multiplies in ``-F``, and ``symmetric`` whether the class forces shares of pairs
    of levels, which can then be tested. Level a of column j stands at ``layout.offsets[j] + a`` of all Q.
    """

    label: str
    facts: Facts
    terms: ClassVar[Mapping[str, str]]
    needs = Needs(states=True)
    takes = frozenset({"prior"})
    symmetric = True
    sets: tuple[tuple[int, ...], ...] = ()  # coupled beyond pairs

    def __init__(self, schema: Schema, options: Options) -> None:
        self.schema, self.options = schema, options
        self.layout = Layout(schema.sizes)

    # --- what a class says of itself -------------------------------------------------------------------------------

    @property
    def refusal(self) -> str:
        """Why it has no answer for tables of these columns, whatever their rows; empty if it has."""
        return ""

    @abstractmethod
    def coupled(self, seen: Counted) -> NDArray[np.bool_]:
        """(G or 1, d, d) the pairs of columns that it couples where such rows were seen."""

    @abstractmethod
    def solved(self, seen: Counted) -> Answer:
        """The maximum of the likelihood."""

    @abstractmethod
    def errors(self, answer: Answer, seen: Counted) -> dict[str, Floats]:
        """Standard errors of the parameters, from the rows of ``seen``, those of a prior among them."""

    @abstractmethod
    def pair_shares(self, parameters: Parameters) -> Floats:
        """(Q, Q) shares of rows with two levels that parameters of one group imply. Raises SymcatError where the sums
        are out of reach."""

    @abstractmethod
    def drawn(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Integers:
        """(n, d) digits of independent rows."""

    @abstractmethod
    def mover(self, answer: Answer, seen: Counted) -> Mover:
        """How far groups of rows move the parameters of a batch of one fitted to ``seen``."""

    @abstractmethod
    def moved_by_prior(self, answer: Answer, seen: Counted, rows: float) -> dict[str, Floats]:
        """(1, ...) how far the ``rows`` of a prior among those of ``seen`` move them: the root of the mean square."""

    @abstractmethod
    def n_free(self, answer: Answer) -> int:
        """The number of free parameters."""

    @abstractmethod
    def shown_in(self, parameters: Parameters) -> list[tuple[int, int]]:
        """The pairs of columns whose couplings parameters have."""

    @property
    def log_structures(self) -> float:
        """Log of the number of arrangements of couplings that a fit searches; 0 where they are given."""
        return 0.0

    def kept(self, seen: Counted) -> checks.Fitted:
        """What the fit of a batch of one makes those of the rows."""
        edges = self.coupled(seen)[0]
        pairs = [(int(i), int(k)) for i, k in np.argwhere(np.triu(edges, 1))]
        return checks.Fitted([(j,) for j in range(len(self.layout))] + pairs + list(self.sets))

    def shut(self, seen: Counted) -> NDArray[np.bool_]:
        """(G,) whether the maximum of the likelihood is infinite, as far as can be told from the counts."""
        return existence.lacking(seen, self.coupled(seen))

    def never(self, seen: Counted) -> str:
        """In words, what never occurs in a batch of one; empty if it was not found."""
        return existence.in_words(seen, self.coupled(seen), self.sets, self.schema)

    def expanded(self, parameters: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """Fields (G, Q) and couplings (G, Q, Q) of parameters of G groups."""
        h = parameters["h"]
        return h, parameters.get("J", np.zeros((len(h), self.layout.levels, self.layout.levels)))

    def higher(self, parameters: Parameters, digits: Integers) -> Floats:
        """(m,) what sets of three columns or more add to -F at rows of digits (m, d)."""
        return np.zeros(len(digits))

    def higher_average(self, parameters: Mapping[str, Floats], seen: Counted) -> Floats:
        """(G,) its average over the rows seen."""
        return np.zeros(len(seen.count))

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """The maximum of the likelihood of every group, of which the rows are counted; none where they are not."""
        if self.refusal:
            return self._refused(moments.count, self.refusal)
        states = moments.states
        if moments.columns == self.contrast_names:
            about = moments.about(np.zeros(moments.dimension)).in_unit(1.0)
            seen = of_contrasts(self.layout, moments.count, about.first, about.second)
            if (seen.pairs < -_ROUNDING * moments.count[:, None, None]).any():
                return self._refused(moments.count, _OF_NO_ROWS)
            return self.fitted(seen)
        if states is None or len(states.at) != len(self.layout):
            return self._refused(moments.count, NEEDS_ROWS)
        return self.fitted(self._counted([(states.digits, states.counts, states.group_of)], moments.n_groups))

    @cached_property
    def contrast_names(self) -> tuple[str, ...]:
        """(q,) of the contrasts between the levels of the columns, of which averages can be taken too."""
        return tuple(
            f"{existence.said(self.schema, j, e)} against those before"
            for j, size in enumerate(self.layout.sizes)
            for e in range(1, size)
        )

    def _refused(self, count: Floats, why: str) -> Fit:
        return refused_fit(self.label, count, why, {name: value.shape[1:] for name, value in self.blank(1).items()})

    def _counted(self, batches: Iterable[Rows], groups: int) -> Counted:
        return counted(self.layout, batches, groups, self.sets, checks.MOST_STATES)

    @abstractmethod
    def blank(self, groups: int) -> dict[str, Floats]:
        """Parameters of so many groups, none of which is known."""

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """Likewise; of tables of which the pass has not counted the states, from all their rows."""
        moments, states = observed.moments, observed.states
        if self.refusal or moments.states is not None:
            return self.fit(moments)
        if observed.rows_of is not None:
            table = observed.rows_of(moments.count > 0.0)
            if table is None:
                return self._refused(moments.count, NEEDS_ROWS)
            group = np.repeat(np.arange(moments.n_groups), table.sizes)
            found: Iterable[Rows] = [(self.digits_of(table.values), table.weight, group)]
        elif states is not None and states.sizes[: len(self.layout)] == self.layout.sizes:
            found = [
                (
                    states.digits[:, : len(self.layout)],
                    states.counts.astype(np.float64),
                    np.zeros(len(states.codes), dtype=np.intp),
                )
            ]
        else:
            every = at_hand(rows, observed)
            if every is None:
                return self._refused(moments.count, NEEDS_ROWS)
            found = ((self.digits_of(some), weight, np.zeros(len(some), dtype=np.intp)) for some, weight in every)
        return self.fitted(self._counted(found, moments.n_groups))

    def digits_of(self, rows: Floats) -> Integers:
        """(m, d) the places of encoded values among the levels of their columns."""
        own = rows[:, : len(self.layout)]  # products of two-valued columns may follow
        return np.where(np.array(self.layout.sizes) == 2, own > 0.0, own).astype(np.int64)

    def fitted(self, seen: Counted) -> Fit:
        """The fit to counted rows."""
        groups, count = len(seen.count), seen.count
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            shut = self.shut(seen) & (count > 0.0)
            rows = prior_rows(self.options.prior, shut, count)
            reason = np.zeros(groups, dtype=np.int8)
            reason[np.isnan(rows)] = INFINITE
            reason[count == 0.0] = NO_ROWS
            rows = np.nan_to_num(rows)
            answer = self._answer(seen, rows, reason == 0)
            again = (reason == 0) & ~np.isfinite(answer.log_z) & (rows == 0.0) & (self.options.prior == "weak")
            if again.any():
                rows = np.where(again, WEAK, rows)
                answer = self._answer(seen, rows, reason == 0)
            reason[(reason == 0) & ~np.isfinite(answer.log_z)] = INFINITE
            whole = seen.with_prior(rows)
            h, j = self.expanded(answer.parameters)
            average = np.einsum("gq,gq->g", h, seen.single) + 0.5 * np.einsum("gqr,gqr->g", j, seen.pairs)
            average = average / count + self.higher_average(answer.parameters, seen)
            errors = self.errors(answer, whole)
            shares = seen.pairs / count[:, None, None]
        one = groups == 1 and reason[0] == 0
        fit = Fit(
            label=self.label,
            count=count,
            parameters=answer.parameters,
            standard_errors=errors,
            log_partition=answer.log_z,
            log_likelihood=count * (average - answer.log_z),
            n_parameters=self.n_free(answer),
            statistics={"m": np.einsum("gqq->gq", shares), "q": shares, PRIOR_ROWS: rows},
            reason=reason,
            reasons=("", "there are no complete rows", self._infinite(seen) if (reason == INFINITE).any() else ""),
            log_structures=self.log_structures,
            information=answer.information if one else None,
            shown=(PRIOR_ROWS,),
            checks=self._checks(answer, seen, rows, reason == 0),
            moves=self._moves(answer, whole, float(rows[0])) if one else None,
        )
        return blank_refused(fit)

    def _answer(self, seen: Counted, rows: Floats, ready: NDArray[np.bool_]) -> Answer:
        groups = len(rows)
        if not ready.any():
            return Answer(self.blank(groups), np.full(groups, np.nan))
        return self.solved(seen.with_prior(rows).groups(ready)).at(ready, groups)

    def _infinite(self, seen: Counted) -> str:
        named = self.never(seen) if len(seen.count) == 1 else ""
        cure = "ask for prior='weak' or a number of rows, or leave columns out"
        return f"the likelihood has no finite maximum ({named or 'some combinations of values never occur'}): {cure}"

    def _moves(self, answer: Answer, whole: Counted, rows: float) -> Moves | None:
        if self.layout.levels > _MOST_MOVED:
            return None
        besides = self.moved_by_prior(answer, whole, rows) if rows else {}
        mover = self.mover(answer, whole)

        def of_groups(some: Floats, weight: Floats, group: NDArray[np.intp]) -> dict[str, Floats]:
            return mover(counted(self.layout, [(self.digits_of(some), weight, group)], int(group[-1]) + 1, self.sets))

        def of_rows(some: Floats) -> dict[str, Floats]:
            return of_groups(some, np.ones(len(some)), np.arange(len(some)))

        return Moves(of_rows, besides, of_groups)

    # --- testing ---------------------------------------------------------------------------------------------------

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those made while the rows were at hand."""
        return fit.checks

    def _checks(
        self, answer: Answer, seen: Counted, rows: Floats, answered: NDArray[np.bool_]
    ) -> tuple[CheckResult, ...]:
        found: list[CheckResult] = []
        if (answered & (rows > 0.0)).any():
            weak = self.options.prior == "weak"

            def never(group: int) -> str:
                named = self.never(seen.groups(slice(group, group + 1)))
                return named or ("some combinations of values never occur" if weak else "")

            shut = self.shut(seen) | weak
            found.append(finite_maximum(rows, answered, shut, never, lambda _: None))
        if self.symmetric and answered.any():
            forced = checks.forced_pairs(seen, lambda g: self.pair_shares(_of(answer, g)), answered, self.schema)
            found += [] if forced is None else [forced]
        if len(rows) == 1 and answered[0]:
            rising = ordered(seen, lambda: self.pair_shares(_of(answer, 0)), float(rows[0]), self.schema)
            found += [] if rising is None else [rising]
        if len(rows) == 1 and answered[0] and seen.states is not None:
            h, j = self.expanded(answer.parameters)
            energies = checks.energies(self.layout, h[0], j[0])
            if self.sets:
                digits = self.layout.digits(np.arange(self.layout.states))
                energies = energies + self.higher(_of(answer, 0), digits)
            found += checks.of_states(self.layout, energies, seen.states, self.kept(seen), self.schema)
        return tuple(found)

    # --- using the answer ------------------------------------------------------------------------------------------

    def minus_energy(self, parameters: Parameters, digits: Integers) -> Floats:
        """(m,) -F at rows of digits (m, d)."""
        h, j = self.expanded(with_axis(parameters))
        return self.layout.minus_energy(digits, h[0], j[0]) + self.higher(parameters, digits)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of each encoded row (m, d)."""
        return self.minus_energy(parameters, self.digits_of(x)) - log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent encoded rows."""
        return encoded(self.drawn(parameters, n, rng), self.layout.sizes)

    def law(self, parameters: Parameters) -> PottsLaw:
        """By sums over all states, or along the tree."""
        shares = self.pair_shares(parameters)
        h, j = self.expanded(with_axis(parameters))
        average = float(h[0] @ np.diagonal(shares) + 0.5 * (j[0] * shares).sum()) + self.higher_mean(parameters)
        return PottsLaw(self.label, shares, self.normalised(parameters) - average)

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """The same couplings of the other columns, on which the levels that are known act as fields; those of a column
        add up to nothing still."""
        d, layout = len(self.layout), self.layout
        digits = {j: int(value > 0.0) if layout.sizes[j] == 2 else int(value) for j, value in known.items()}
        columns = left_of(d, known)
        levels = np.flatnonzero(~np.isin(layout.column_of, list(known)))
        h, j = (values[0] for values in self.expanded(with_axis(parameters)))
        acting = np.array([layout.offsets[k] + a for k, a in digits.items()])
        fields = h[levels] + j[np.ix_(levels, acting)].sum(axis=1)
        sets = coupled_still(self.options.interactions, d, known)
        left = self.left_of_sets(parameters, digits, Layout(tuple(layout.sizes[k] for k in columns)), sets)
        fields, pairs = fields + left["h"], j[np.ix_(levels, levels)] + left["J"]
        if len(columns) == 1 or not (pairs.any() or left["interactions"].any()):
            return Rest(INDEPENDENT, {"h": fields})
        return self.rest_of(fields, pairs, left["interactions"], sets)

    def left_of_sets(
        self, parameters: Parameters, digits: Mapping[int, int], left: Layout, sets: tuple[tuple[int, ...], ...]
    ) -> dict[str, Floats]:
        """What sets of three columns or more add to the parameters of the columns that are left."""
        return {"h": np.zeros(left.levels), "J": np.zeros((left.levels, left.levels)), "interactions": np.zeros(0)}

    def rest_of(self, h: Floats, j: Floats, higher: Floats, sets: tuple[tuple[int, ...], ...]) -> Rest:
        """Couplings of several columns that are left, and of sets of them, as a class: this one."""
        return Rest(self.label, {"h": h, "J": j})

    def tilted(self, parameters: Parameters, fields: Floats, pairs: Floats) -> Rest:
        """The law of the same columns with further fields (Q,) and couplings (Q, Q) in the zero-sum gauge; of a class
        that couples no sets of three."""
        h, j = (values[0] for values in self.expanded(with_axis(parameters)))
        return (
            Rest(PAIRWISE, {"h": h + fields, "J": j + pairs})
            if (j + pairs).any()
            else Rest(INDEPENDENT, {"h": h + fields})
        )

    def higher_mean(self, parameters: Parameters) -> float:
        """What sets of three columns or more add to the average of -F under the law."""
        return 0.0

    def formula(self, parameters: Parameters) -> str:
        """F in one line; every parameter has its term."""
        return " ".join(f"- sum {self.terms[name]}" for name in parameters)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns, each the number of its level, 0, 1, ..., in the order of its levels;
        two-valued ones are -1 and +1. A Kronecker delta says that a column has a level."""
        import sympy

        h, j = (values[0] for values in self.expanded(with_axis(parameters)))
        symbols = [sympy.Symbol(name, real=True) for name in columns]
        has = [
            sympy.KroneckerDelta(symbols[c], 2 * a - 1 if size == 2 else a)
            for c, size in enumerate(self.layout.sizes)
            for a in range(size)
        ]
        terms = [sympy.Float(float(h[q])) * has[q] for q in range(len(has))]
        terms += [sympy.Float(float(j[q, r])) * has[q] * has[r] for q, r in np.argwhere(np.triu(j)).tolist()]
        for value, levels in self.higher_terms(parameters):
            terms.append(sympy.Float(value) * sympy.prod([has[self.layout.offsets[c] + a] for c, a in levels]))
        return -sympy.Add(*terms)

    def higher_terms(self, parameters: Parameters) -> list[tuple[float, list[tuple[int, int]]]]:
        """Of sets of three columns or more: each number, and the columns and levels it belongs to."""
        return []

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of a parameter, in the names of column and level: the first level of every column has what
        the others leave, so that all add up to nothing."""
        layout = self.layout

        def said(column: int, level: int) -> str:
            return existence.said(self.schema, column, level)

        if name == "h":
            return [
                ((layout.offsets[c] + a,), said(c, a)) for c, size in enumerate(layout.sizes) for a in range(1, size)
            ]
        return [
            ((layout.offsets[i] + a, layout.offsets[k] + b), f"{said(i, a)}, {said(k, b)}")
            for i, k in self.shown_in(parameters)
            for a in range(1, layout.sizes[i])
            for b in range(1, layout.sizes[k])
        ]


def with_axis(parameters: Parameters) -> dict[str, Floats]:
    """The parameters of one group as those of a batch of one."""
    return {name: np.asarray(value, dtype=np.float64)[None] for name, value in parameters.items()}


def _of(answer: Answer, group: int) -> dict[str, Floats]:
    return {name: value[group] for name, value in answer.parameters.items()}
