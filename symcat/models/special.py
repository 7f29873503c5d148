"""What only some classes offer beside what every class does: parts, a fit of rows, integration, a regression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

import numpy as np

from symcat.data.levels import Level
from symcat.data.moments import Moments
from symcat.models.base import Center, Floats, Masses, Model, Parameters, Rest
from symcat.models.fit import Fit, Observed

if TYPE_CHECKING:
    from symcat.models.candidates import Weighed  # circle: what was weighed is a record of the classes


class Composite(Model, Protocol):
    """A class made of the classes of its ``blocks``, which are weighed by themselves first."""

    parts: tuple[Model, ...]  # those of its blocks, in order; none until they are known

    def composed(self, parts: Sequence[Model]) -> Composite:
        """The class whose blocks are of these classes, in order."""

    def joined(self, moments: Moments, parts: Sequence[Fit]) -> Fit:
        """The fit whose blocks have these, in order."""

    def of_block(self, block: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the values, by parameter, that are of one of the blocks, by the names of its own class."""


class Atomic(Model, Protocol):
    """A class that gives the value ``atom`` a probability of its own."""

    def mass(self, parameters: Parameters) -> tuple[float, float, float]:
        """The value, its probability, and what this counts as spread over where it compares with densities."""


class RowsModel(Model, Protocol):
    """A class whose maximum needs the rows."""

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The fits of groups whose rows are at hand in ``observed``; else that of a batch of one from all its complete
        encoded rows, or from what the pass has left of these where that says all. What the robust errors of a batch of
        one are made of is in ``Fit.moves``."""


class CompositeOfRows(Composite, RowsModel, Protocol):
    """A class made of those of its blocks which needs the rows: for these, and for what joins them."""

    def weighed_parts(self, rows: Masses | None, observed: Observed) -> tuple[Weighed, ...]:
        """How the classes of each block were weighed, in order; () where the rows are not at hand."""


class IntegratedModel(Model, Protocol):
    """A class whose maximum is found by integration over its columns. It is asked only where no other class describes
    the data; one that searches long, only where no other has an answer, or where it is named."""

    def integrated(
        self, rows: Iterable[Floats], moments: Moments, center: Center = None, *, least: float = -np.inf
    ) -> Fit:
        """The fit of a batch of one from complete encoded rows, in batches: all, or a random sample of them, which is
        said. ``least`` is the log-likelihood of all rows that special cases of the class have reached."""


class Bounded(Model, Protocol):
    """A class of which it is known before a search how likely it can be."""

    def least_bic(self, moments: Moments) -> Floats:
        """(G,) what the BIC of groups cannot be below, with the centre of maximum likelihood; minus infinity where
        nothing is known."""


class Regressing(Model, Protocol):
    """A model of one column given the others whose mean is a function of a linear combination of these."""

    intercept: bool  # whether the combination has one; it is the first coefficient then

    def design(self, x: Floats) -> Floats:
        """(m, k) what the coefficients multiply, at encoded rows (m, d - 1) of the other columns."""

    def response(self, along: Floats) -> Floats:
        """(m,) means of the target where the combination has these values; it does not decrease."""

    def spread(self, mean: Floats) -> Floats:
        """(m,) variances of the target with these means, in units of the residual variance where there is one."""

    def observed(self, x: Floats) -> Floats:
        """(m,) the target as the number whose mean is predicted, at encoded rows (m, d) of all columns."""


class GivenMoments(Model, Protocol):
    """A model of one real column given the others that is normal, with a mean and a variance for each row of these."""

    def moments_given(self, parameters: Parameters, x: Floats) -> tuple[Floats, Floats]:
        """(m,) means and variances of the target at encoded rows (m, d - 1) of the other columns."""


class Tiltable(Model, Protocol):
    """A class of discrete columns that further fields and couplings take to a class again."""

    def tilted(self, parameters: Parameters, fields: Floats, pairs: Floats) -> Rest:
        """The law of the same columns with further fields (Q,) and couplings (Q, Q) of their levels, in the order of
        the columns, in the gauge in which those of a column's levels add up to nothing."""


class Classifying(Model, Protocol):
    """A model of a categorical column given the others: ``predict`` gives the probabilities of its levels (m, K)."""

    of_target: tuple[Level, ...]


class Choosing(Model, Protocol):
    """A class that chooses a structure from one table."""

    def as_chosen(self, fit: Fit, moments: Moments, center: Center = None) -> Fit:
        """The fits of G groups, with the structure that ``fit`` has chosen."""


class Forecasting(Model, Protocol):
    """A class of rows in order of time that says what follows."""

    def forecast(self, parameters: Parameters, x: Floats, steps: int) -> tuple[Floats, Floats]:
        """(steps, d) means of the rows that follow consecutive encoded ones (m, d), and their standard deviations."""


def has_chosen(model: Model) -> TypeGuard[Choosing]:
    """Whether a class fits further averages with the structure that it has chosen from one table."""
    return hasattr(model, "as_chosen")


def is_forecasting(model: Model) -> TypeGuard[Forecasting]:
    """Whether a class says what follows rows in order of time."""
    return hasattr(model, "forecast")


def is_classifying(model: Model) -> TypeGuard[Classifying]:
    """Whether a class says how likely each level of a categorical column is."""
    return hasattr(model, "of_target")


def has_moments_given(model: Model) -> TypeGuard[GivenMoments]:
    """Whether the mean of a target is no linear combination of coefficients, and its variance depends on the row."""
    return hasattr(model, "moments_given")


def is_bounded(model: Model) -> TypeGuard[Bounded]:
    """Whether it is known before a search how likely a class can be."""
    return hasattr(model, "least_bic")


def is_integrated(model: Model) -> TypeGuard[IntegratedModel]:
    """Whether a class is integrated over its columns."""
    return hasattr(model, "integrated")


def has_atom(model: Model) -> TypeGuard[Atomic]:
    """Whether a class gives one value a probability of its own beside a density of the others."""
    return model.atom is not None


def of_whole_numbers(model: Model) -> tuple[int, ...]:
    """Positions of the real columns of which the values have probabilities under a class, and no density."""
    if model.measure == "values":
        return model.schema.at("real")
    pairs = zip(parts_of(model), model.blocks, strict=False)
    return tuple(sorted(block[j] for part, block in pairs for j in of_whole_numbers(part)))


def takes_counts(model: Model) -> bool:
    """Whether a class of several columns lets each of them have a law of whole numbers."""
    return bool(getattr(model, "scoreless", False))


def parts_of(model: Model) -> Sequence[Model]:
    """Of a composite class those that it is made of, once they are known; none of others."""
    return getattr(model, "parts", ()) if model.blocks else ()


def is_composite(model: Model) -> TypeGuard[Composite]:
    """Whether a class is made of those of its blocks."""
    return bool(model.blocks)


def is_composite_of_rows(model: Model) -> TypeGuard[CompositeOfRows]:
    """Whether a class is made of those of its blocks, which it weighs from the rows itself."""
    return is_composite(model) and hasattr(model, "weighed_parts")


def is_tiltable(model: Model) -> TypeGuard[Tiltable]:
    """Whether a class of discrete columns takes further couplings."""
    return hasattr(model, "tilted")


def whole(model: Model, parameters: Parameters) -> Rest:
    """The law of all columns of a class."""
    parts = parts_of(model)
    inner = tuple(tuple(one.label for one in parts_of(part)) for part in parts)
    own = {name: np.asarray(value) for name, value in parameters.items()}
    return Rest(model.label, own, tuple(part.label for part in parts), inner if any(inner) else ())


def needs_rows(model: Model) -> TypeGuard[RowsModel]:
    """Whether a class is fitted to rows rather than to averages."""
    return hasattr(model, "fit_rows")
