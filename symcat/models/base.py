"""What every class offers, and the records it answers with. Pure mathematics: no database, no files.

A class is asked in the same way wherever an answer is wanted: of one table or of a million groups, of averages that a
user states, of one column given the others, of couplings that the analog device has found. So everything else (groups,
targets, lookups, evidence, printing, verification) is written once, against what is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models.fit import CheckResult, Fit, Observed, Powers
from symcat.models.law import Law

Floats = NDArray[np.float64]
Parameters = Mapping[str, Any]
Center = Floats | Literal["mean"] | None
"""Where the symmetry is centred: a known point (d,), the sample mean, or None for the maximum-likelihood centre."""


Masses = Iterable[tuple[Floats, Floats]]
"""Encoded rows (m, d) in batches, and (m,) what each counts: how often it occurred, or its weight.

All add up to the count of the averages. They are read again whenever they are iterated over."""


Measure = Literal["volume", "values", "surface", "series"]
"""What the probabilities of a class are of: a unit of volume of the real columns; single values of these; a unit of a
surface on which the rows lie (``models.surface``); whole series of rows in order of time, each given those before."""

Entry = tuple[tuple[int, ...], tuple[int, ...] | str]
"""A free number of a parameter: its index in the array, and the columns it belongs to, or what it is in words."""


INTERCEPT = "intercept"
"""A parameter of regressions, and the option that there be one."""
INTERVAL = "interval"
"""A parameter of laws of one column, and the option that states it: the least and the largest value there can be."""

COUPLINGS_OF = "couplings"
"""The option that says which couplings a polynomial of several columns has."""
Couplings = Literal["all", "pairs"]

WEAK = 1.0
"""Rows that the weak prior adds where the maximum of the likelihood is infinite."""


@dataclass(frozen=True)
class Options:
    """What may be asked of a class beyond its label and its columns; ``Model.takes`` says which of them it understands.

    ``prior`` is the weight, in rows, of one that is spread evenly over all states: ``"weak"`` adds a single such row
    where the maximum of the likelihood is infinite and none elsewhere, a number is always added, None refuses.
    ``interactions`` are sets of columns that are coupled beyond the class's own. ``basis`` says whether the parameters
    of two-valued columns multiply -1 and +1 (``"spin"``) or 0 and 1 (``"binary"``). ``parts`` are the labels of the
    classes that a composite class is made of, one for each of its ``blocks``, and ``inner`` those of these in turn, of
    each that is composite too. ``intercept`` says whether a regression
    has one. ``interval`` holds the least and the largest value that a column can have; of angles, the ends of a turn.
    ``couplings`` says whether a polynomial has all of its terms, or those of one and two columns (``"pairs"``).
    ``seed`` is of the random numbers of a check.
    """

    prior: float | Literal["weak"] | None = "weak"
    interactions: tuple[tuple[int, ...], ...] = ()
    basis: Literal["spin", "binary"] = "spin"
    parts: tuple[str, ...] = ()
    inner: tuple[tuple[str, ...], ...] = ()
    intercept: bool = True
    interval: tuple[float, float] | None = None
    couplings: Couplings = "all"
    seed: int = 0

    def of_part(self, part: int) -> Options:
        """Likewise of the class of one of the blocks."""
        return replace(self, interactions=(), parts=self.inner[part] if self.inner else (), inner=())

    @property
    def given(self) -> tuple[str, ...]:
        """The names of what was asked for that is not so anyway, of those that a class may not understand."""
        asked = {
            "prior": self.prior != "weak",
            "interactions": bool(self.interactions),
            "basis": self.basis != "spin",
            INTERCEPT: not self.intercept,
            INTERVAL: self.interval is not None,
            COUPLINGS_OF: self.couplings != "all",
        }
        return tuple(name for name, is_asked in asked.items() if is_asked)

    def basis_of(self, schema: Schema) -> Literal["spin", "binary"] | None:
        """``basis`` where there are two-valued columns that it is of."""
        return self.basis if schema.levels_of else None

    @property
    def higher(self) -> tuple[tuple[int, ...], ...]:
        """Interactions of three columns or more: the product of each set is a further column of the statistics."""
        return tuple(chosen for chosen in self.interactions if len(chosen) > 2)


@dataclass(frozen=True)
class Rest:
    """The law of the other columns of a table where some have known values: a class, and its parameters.

    ``parts``, ``inner`` and ``interactions`` as in ``Options``, for the class of these columns.
    """

    label: str
    parameters: dict[str, Floats]
    parts: tuple[str, ...] = ()
    inner: tuple[tuple[str, ...], ...] = ()
    interactions: tuple[tuple[int, ...], ...] = ()

    def options(self, basis: Literal["spin", "binary"]) -> Options:
        """With which its class is made."""
        return Options(basis=basis, parts=self.parts, inner=self.inner, interactions=self.interactions)


@dataclass(frozen=True)
class Facts:
    """What a reader of the answer is told of a class."""

    title: str
    symmetry: str


class Model(Protocol):
    """A class for the columns of one schema, made by its family with its options and the catalogue's tables.

    The flow is the same for each: averages of the data are reduced to a point of the table or of a formula, that is
    read, and the parameters are restored to the units of the data. ``fit`` does the three, for a batch.
    """

    label: str
    schema: Schema
    facts: Facts
    needs: Needs  # averages that the fit reads
    check_needs: Needs  # averages that its checks read besides
    check_rows: int  # rows of a group below which it makes no check that reads these
    takes: frozenset[str]  # names of the question's options that mean something to it: "center", "prior", ...
    full_rank: bool  # whether it has no answer for columns that depend linearly on each other, or fewer rows than these
    missing: frozenset[str]  # ways with missing cells beside leaving rows out: "em", "pairwise" (models.incomplete)
    one_by_one: bool  # whether many groups are fitted one after the other, each with its rows
    by_group: bool  # whether it is weighed of groups where no class is named: one that searches takes too long
    weighed_last: bool  # whether it is weighed only where the best of the others does not describe the data
    named_only: bool  # of one column given the others: whether it is weighed only where it is named
    least_free: int  # free parameters that a fit of it has at least, as far as that is known before
    searches_long: bool  # whether its search takes much longer than those of most: it is made last, or not at all
    outranks: bool  # whether it is the answer wherever it has one, whatever the BIC of the others
    measure: Measure  # what its probabilities are of
    drawn_slowly: bool  # whether drawing rows of it takes so long that a verdict does without them
    atom: float | None  # the value of one column that has a probability of its own beside a density of the others
    invariant: frozenset[str]  # names of groups that leave it unchanged about its centre, whatever its parameters
    nested: frozenset[str]  # labels of its special cases among the classes of the same columns
    blocks: tuple[tuple[int, ...], ...]  # of a composite class: the columns whose own classes it is made of

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Parameters of every group in the units of the data, with model-based standard errors."""

    def completed(self, fit: Fit, observed: Observed) -> Fit:
        """The fit with what only rows tell, such as the likelihood of one column given the others."""

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """(B, ...) how far each of B groups of rows moves every parameter of a batch of one; {} if unknown.

        To first order, and weighted by the group's share of all rows, of which ``whole`` are the averages. Over groups
        that make up all rows they add up to nothing. Robust errors are sums of their squares (``models.robust``).
        """

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Likewise of each of the encoded rows (m, d)."""

    def row_powers(self, fit: Fit, rows: Floats, counts: Floats, whole: Moments) -> Powers | None:
        """Their powers, summed over rows of which each occurred ``counts`` (m,) times; None where the class has no way
        to sum them in less time than one by one."""

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """(A, ...) likewise of what the fit was given besides the rows, such as a prior; {} if there is no such."""

    def leverage(self, fit: Fit, rows: Floats, whole: Moments) -> Floats | None:
        """(m,) of a least-squares regression: the share that each row has in its own fitted value; else None."""

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """What the fit did not use of the data against what it says of it, in every group."""

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at encoded rows (m, d): two-valued columns as -1 and +1.

        Of a conditional model: of the target given the other columns.
        """

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent encoded rows. Raises SymcatError for a conditional model, which says nothing of others."""

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns. Raises SymcatError where there is none."""

    def formula(self, parameters: Parameters) -> str:
        """F in one line of text, in the names of the parameters; every parameter occurs in it."""

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of a parameter, each once: a symmetric matrix by its upper triangle, no zeros by
        construction."""

    def conditional(self, target: int) -> Model | None:
        """The model of one column given the others that this class implies; None where it implies none of use."""

    def corrected(
        self,
        observed: Observed,
        refused: Fit,
        center: Center = None,
        rows: Callable[[], Iterable[Floats]] | None = None,
    ) -> Fit | None:
        """Of a class whose sums are out of reach: the fit by the series of its entry, judged against the averages.

        ``refused`` is the fit that had no answer. ``rows`` gives all complete encoded rows of a batch of one once more,
        or the sample of them that is left, for averages beyond those ``observed``; None where they have weights. None
        where the entry has no series for such data.
        """

    def predict(self, parameters: Parameters, x: Floats) -> Floats:
        """Of a conditional model: (m,) means of the target at encoded rows (m, d - 1) of the other columns."""

    def law(self, parameters: Parameters) -> Law:
        """What parameters of one group say of the columns. Raises SymcatError where no formula tells."""

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """The law of the other columns, in order, where those at some positions have known encoded values, of which
        one column at least is left. Raises SymcatError where it is of no class."""

    def normalised(self, parameters: Parameters) -> float:
        """log Z of parameters of one group that a user stated. Raises InvalidData where there is no finite integral, or
        they lack the symmetry of the class; SymcatError where no formula gives it."""


class Class:
    """What a class has unless it says otherwise; every class derives from it."""

    label: str
    check_needs = Needs()
    check_rows = 0
    takes: frozenset[str] = frozenset()
    full_rank = False
    missing: frozenset[str] = frozenset()
    one_by_one = False
    by_group = True
    weighed_last = False
    named_only = False
    least_free: int = 0
    searches_long = False
    outranks = False
    measure: Measure = "volume"
    drawn_slowly = False
    atom: float | None = None
    invariant: frozenset[str] = frozenset()
    nested: frozenset[str] = frozenset()
    blocks: tuple[tuple[int, ...], ...] = ()

    def completed(self, fit: Fit, observed: Observed) -> Fit:
        """The fit as it is: averages say all of it."""
        return fit

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Not known."""
        return {}

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """What the fit says of single rows, else each as a group of one."""
        return self.influence(fit, whole.of_rows(rows), whole, center) if fit.moves is None else fit.moves.of_rows(rows)

    def row_powers(self, fit: Fit, rows: Floats, counts: Floats, whole: Moments) -> Powers | None:
        """One by one."""
        return None

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """What the fit says of it."""
        return {} if fit.moves is None else fit.moves.besides

    def leverage(self, fit: Fit, rows: Floats, whole: Moments) -> Floats | None:
        """No regression."""
        return None

    def conditional(self, target: int) -> Model | None:
        """No conditional model."""
        return None

    def corrected(
        self,
        observed: Observed,
        refused: Fit,
        center: Center = None,
        rows: Callable[[], Iterable[Floats]] | None = None,
    ) -> Fit | None:
        """No series."""
        return None

    def predict(self, parameters: Parameters, x: Floats) -> Floats:
        """Raises SymcatError: nothing is the target."""
        raise SymcatError("There is no target to predict: solve with target='column'.")

    def law(self, parameters: Parameters) -> Law:
        """Nothing is known by a formula."""
        return Law(self.label)

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """Raises SymcatError: it is of no class."""
        raise SymcatError(
            f"The law of some columns of {self.label} given others is of no class of the catalogue: choose rows of "
            ".sample(n) that are near, or ask by classes= for one whose law is, of gaussian.*, hidden.gaussian, "
            "o{N}.quartic, ising.*, potts.*, mixed.conditional_gaussian or scores(...)."
        )

    def normalised(self, parameters: Parameters) -> float:
        """Raises SymcatError: no formula is known."""
        raise SymcatError(
            f"log Z of {self.label} follows from no formula of its couplings: fit them by solve with rows."
        )


# --- helpers that every class uses -----------------------------------------------------------------------------------


def counted(moments: Moments) -> bool:
    """Whether the number of rows is known: averages looked up may come without it, and then have no errors."""
    return bool(np.isfinite(moments.count).any())


def symmetric_entries(shape: Sequence[int], columns: Sequence[int], *, diagonal: bool = True) -> list[Entry]:
    """Entries of a symmetric array over the same ``columns`` on every axis: each multiset of indexes once."""
    return [
        (index, tuple(columns[i] for i in index))
        for index in np.ndindex(*shape)
        if all(a <= b if diagonal else a < b for a, b in pairwise(index))
    ]


def is_estimated(center: Center) -> bool:
    """Whether the centre comes from the rows, and so has an error."""
    return center is None or isinstance(center, str)


def fixed_center(center: Center, moments: Moments) -> Floats | None:
    """The centre as (G, d) when it needs no fit: the known point or the sample mean; None when it must be found."""
    if center is None:
        return None
    if isinstance(center, str):
        return moments.mean
    return np.broadcast_to(np.asarray(center, dtype=np.float64), moments.origin.shape)
