"""What every user holds: the answer, how sure it is, what else was considered, and what was tested."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field

from symcat import catalogue
from symcat.answer import frames, plotting, regressing
from symcat.answer.free_numbers import FreeNumber, free_numbers
from symcat.answer.printed import Printed
from symcat.answer.records import (
    Check,
    Evidence,
    Floats,
    HypothesisTest,
    Information,
    Number,
    Numbers,
    RegressionSummary,
    Step,
)
from symcat.answer.significance import critical
from symcat.data.ingest import open_table, opened
from symcat.data.ingest.indicators import Categories, indicated, texts_for
from symcat.data.levels import Level, Levels
from symcat.data.schema import Schema
from symcat.errors import InvalidData, SymcatError
from symcat.models import registry
from symcat.models.base import Model, Options
from symcat.models.fit import Source
from symcat.models.law import Law
from symcat.models.robust import ErrorsOf
from symcat.models.targets import conditional_models

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from sympy import Expr


T = TypeVar("T")


class Solution(Printed):
    """The answer to ``solve`` or ``lookup``.

    ``levels`` says of every two-valued column which of its values is the spin -1 and which +1; ``basis``, whether its
    parameters multiply spins or 0 and 1. ``parameters``, ``standard_errors`` and ``robust_standard_errors`` have the
    same keys and shapes, in the units of the data, but that a parameter whose errors are not known has none; errors are
    one standard deviation. No number of an answer is NaN, but the error of a coupling that was not estimated. The
    model-based ones trust the class, the robust ones (the sandwich) do not; ``errors`` says what these are of: rows,
    blocks of rows in order of time, or clusters. ``log_partition`` is log Z of exp(-F) with F centred,
    ``log_likelihood`` that of all rows together, natural logarithms, densities per unit of the columns. ``library`` is
    that of the frame that was solved, in which ``sample`` hands rows back; None for arrays. ``parts`` are the answers
    of the blocks of columns that a composite class is made of. ``n_effective`` is of weighted rows: how many of equal
    weight they are worth, of which the likelihood is. ``set_aside`` says which columns of the data were left out, each
    with its reason. ``categories`` are the levels of text columns of more than two, which a regression has as
    ``column[level]``, 1 or 0; the first is the reference. Data for predictions may hold the text itself.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> answer = symcat.solve(np.random.default_rng(0).normal(2.0, 3.0, size=1000))
    >>> answer.label, answer.source, answer.n_parameters
    ('gaussian.full', 'exact', 2)
    >>> low, high = answer.confidence_intervals(0.95)["mean"]
    >>> bool(low < 2.0 < high)
    True
    >>> symcat.Solution.model_validate_json(answer.model_dump_json()) == answer
    True
    """

    label: str
    source: Source
    columns: tuple[str, ...]
    parameters: dict[str, Numbers]
    standard_errors: dict[str, Numbers] | None = None
    robust_standard_errors: dict[str, Numbers] | None = None
    errors: ErrorsOf | None = None
    log_partition: Number
    log_likelihood: float | None = None
    bic: float | None = None
    n_parameters: int
    n_rows: int | None = None
    n_effective: float | None = None
    n_missing: int = 0
    set_aside: dict[str, str] = Field(default_factory=dict)
    categories: dict[str, tuple[Level, ...]] = Field(default_factory=dict)
    regression: RegressionSummary | None = None
    levels: dict[str, Levels] | None = None
    basis: Literal["spin", "binary"] | None = None
    interactions: tuple[tuple[str, ...], ...] = ()
    information: Information | None = None
    parts: tuple[Solution, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    checks: tuple[Check, ...] = ()
    trail: tuple[Step, ...] = ()
    catalogue_version: str
    seed: int | None = None
    library: str | None = None

    @property
    def _schema(self) -> Schema:
        """The columns, and the two values of each that has two."""
        levels = self.levels or {}
        return Schema(self.columns, tuple(levels.get(name) for name in self.columns))

    def _encoded(self, x: Any, without: str | None = None) -> Floats:
        """Rows of all columns, or all but one, as numbers; texts of several levels by their indicators."""
        schema = self._schema if without is None else self._schema.without(without)
        return encoded(with_indicators(x, schema.columns, self.categories), schema)

    @property
    def model(self) -> Model:
        """The class that answered; of a regression, that of the target given the other columns."""
        at = self.columns.index
        options = Options(
            interactions=tuple(tuple(map(at, chosen)) for chosen in self.interactions),
            basis=self.basis or "spin",
            parts=tuple(part.label for part in self.parts),
            intercept=self.regression is None or self.regression.intercept,
        )
        schema, book = self._schema, catalogue.default()
        if self.regression is None:
            return registry.model(self.label, schema, options, book)
        (model,) = conditional_models((self.label,), schema, at(self.regression.target), options, book)
        return model

    def log_density(self, x: Any) -> Floats:
        """Natural log of the density at each row of ``x``: a frame or dict, matched by name, or an array (m, d), or
        (m,) for one column, in the order of ``columns``.

        For a regression: of the target given the other columns; ``x`` holds all of them.
        """
        rows = self._encoded(x)
        with np.errstate(all="ignore"):  # far out the density is zero
            found = self.model.log_density(self.parameters, self.log_partition, rows)
        missing = np.isnan(rows).any(axis=1)
        if self.regression is not None:  # nothing is said of a target given what is not finite
            at = self.columns.index(self.regression.target)
            missing |= ~np.isfinite(np.delete(rows, at, axis=1)).all(axis=1)
        if missing.any():
            raise InvalidData(
                f"Row {int(missing.argmax())} of x (counted from 0) has a missing or infinite value, of which there is "
                "no density: leave such rows out."
            )
        return np.where(np.isnan(found), -np.inf, found)

    def score(self, x: Any) -> float:
        """The average of ``log_density`` over the rows of ``x``: nats a row, the higher the better described."""
        found = self.log_density(x)
        if not len(found):
            raise InvalidData("x has no rows: pass one at least.")
        return float(found.mean())

    def moments(self) -> dict[str, Numbers]:
        """The averages that the class depends on, by the names that ``lookup`` takes, in the basis of the parameters.

        Of two-valued columns they are of -1 and +1, or of 0 and 1, as ``basis`` says; of classes that are not looked
        up they are the means and covariances.

        Examples
        --------
        >>> import symcat
        >>> {name: round(float(v), 6) for name, v in symcat.model("z2.quartic", r=-1.0, u=6.0).moments().items()}
        {'m2': 1.041797, 'm4': 2.041797, 'mean': 0.0}
        """
        width = len(self.columns)
        return {
            name: float(np.reshape(value, -1)[0]) if width == 1 and np.size(value) == 1 else value
            for name, value in self._finite(lambda law: law.averages).items()
        }

    def moment(self, k: int, *, central: bool = False) -> Numbers:
        """The average of the k-th power of a column, or of its distance from its mean; of several columns, (d,).

        Two-valued columns count as -1 and +1, or as 0 and 1, as ``basis`` says.
        """
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 0:
            raise InvalidData(f"k={k!r} is not the order of a moment: pass a whole number, zero or more.")
        try:
            found = self._finite(lambda law: law.moment(int(k), central))
        except OverflowError as error:
            raise SymcatError(
                f"The moment of order {k} is beyond what double precision holds: ask for a lower one."
            ) from error
        return float(found[0]) if len(self.columns) == 1 else found

    def entropy(self) -> float:
        """Entropy of a row in nats; of real columns the differential one, which depends on their units."""
        return float(self._finite(lambda law: law.entropy))

    def cdf(self, x: Any) -> Any:
        """(m,) share of rows at or below each of ``x`` (m,), of one real column; a number for a number."""
        return self._of_one_column(x, lambda law, values: law.cdf(values), "x")

    def ppf(self, p: Any) -> Any:
        """(m,) the values that a share ``p`` (m,) of rows do not exceed, of one real column: the inverse of ``cdf``."""
        values = _numbers_of(p, "p")
        if not ((values >= 0.0) & (values <= 1.0)).all():
            raise InvalidData(f"p={p!r} is no share of rows: pass numbers from 0 to 1.")
        return self._of_one_column(values, lambda law, shares: law.ppf(shares), "p")

    def _of_one_column(self, values: Any, function: Callable[[Law, Floats], Floats], name: str) -> Any:
        if len(self.columns) > 1 or self.levels:
            raise SymcatError(
                f"{self.label} of {', '.join(self.columns[:6])} has no distribution function of one real column: take "
                "shares of rows from .sample(n)."
            )
        given = _numbers_of(values, name)
        found = function(self._law, given.reshape(-1)).reshape(given.shape)
        return float(found) if given.ndim == 0 else found

    def _finite(self, of: Callable[[Law], T]) -> T:
        """What the law says. Raises SymcatError where it leaves double precision."""
        with np.errstate(all="ignore"):
            found = of(self._law)
        values: list[Any] = list(found.values()) if isinstance(found, Mapping) else [found]
        if not all(np.isfinite(value).all() for value in values):
            raise SymcatError(f"This number of {self.label} leaves double precision with its parameters.")
        return found

    @property
    def _law(self) -> Law:
        """What the parameters say of the columns."""
        if self.regression is not None:
            raise SymcatError("A regression says nothing of its predictors, so there is no such number of their rows.")
        return self.model.law(self.parameters)

    def sample(self, n: int, seed: int = 0) -> Any:
        """``n`` independent rows from the model, in the user's own values; the same seed gives the same rows.

        A frame with the names of the columns, in the library that the data came from (``library``); of arrays,
        averages and couplings an array (n, d), or (n,) for one column. Raises SymcatError for a regression, which says
        nothing of its predictors.
        """
        for name, value in (("n", n), ("seed", seed)):
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
                raise InvalidData(f"{name}={value!r} cannot be used: pass a whole number, zero or more.")
        schema = self._schema
        try:
            rows = self.model.sample(self.parameters, int(n), np.random.default_rng(seed))
        except (MemoryError, ValueError) as error:
            raise InvalidData(f"n={n} rows do not fit in memory ({error}): draw fewer at a time.") from error
        decoded = schema.decode(rows)
        if self.library is not None:
            columns = {name: frames.Text.of(v.tolist()) if v.dtype.kind == "U" else v for name, v in decoded.items()}
            return frames.build(columns, library=self.library)
        if self.levels is not None:
            kinds = {column.dtype.kind for column in decoded.values()}
            together = object if "U" in kinds and len(kinds) > 1 else None  # texts beside numbers
            rows = np.stack([np.asarray(decoded[name], dtype=together) for name in self.columns], axis=1)
        return rows[:, 0] if len(self.columns) == 1 else rows

    @overload
    def predict(self, x: Any, interval: None = None) -> Floats: ...

    @overload
    def predict(self, x: Any, interval: float) -> Any: ...

    def predict(self, x: Any, interval: float | None = None) -> Any:
        """Conditional means of the target at the rows of ``x``: a frame or dict, matched by name, or an array (m, p) of
        the predictors in column order.

        Of a two-valued target: the probabilities of the larger of its values (``levels``). With ``interval``, a
        confidence such as 0.95, a frame: ``mean``, the ``lower`` and ``upper`` end of its interval, and of a real
        target ``observation_lower`` and ``observation_upper``, between which one new observation lies so often.
        """
        summary = self._regression
        model, rows = self.model, self._encoded(x, without=summary.target)
        with np.errstate(all="ignore"):
            found = model.predict(self.parameters, rows)
        _check_finite(np.column_stack([rows, found]), "x", "so large that the prediction leaves double precision")
        if interval is None:
            return found
        ends = regressing.intervals(model, summary, self.parameters, rows, interval)
        return frames.build(ends, library=self.library)

    @property
    def _regression(self) -> RegressionSummary:
        if self.regression is None:
            raise SymcatError("There is no target to predict: solve with target='column'.")
        return self.regression

    def residuals(self, data: Any) -> Floats:
        """(m,) the target less its predicted mean at the rows of ``data``, which holds all columns as ``log_density``
        takes them. A two-valued target counts as 0 and 1."""
        at = self._schema.columns.index(self._regression.target)
        others = [j for j in range(len(self.columns)) if j != at]
        rows = self._encoded(data)
        _check_finite(rows, "data", "so large that the residual leaves double precision")
        return regressing.residuals(self.model, self.parameters, rows, others)

    def leverage(self, x: Any) -> Floats:
        """(m,) the leverages of rows that were fitted, ``x`` as for ``predict``: the diagonal of the hat matrix, whose
        sum is the number of coefficients. Of a logistic regression that of the weighted rows (Pregibon 1981). With
        ``weights=``, of a row of weight one; times its weight, where all weights add up to ``n_effective``, it is that
        of the row."""
        summary = self._regression
        rows = self._encoded(x, without=summary.target)
        _check_finite(rows, "x", "so large that the leverage leaves double precision")
        return regressing.leverage(self.model, summary, self.parameters, rows)

    @property
    def covariance(self) -> Floats:
        """(k, k) model-based covariance of a regression's coefficients, the intercept first if there is one.

        Raises SymcatError for what is no regression, or where the number of rows is not known.
        """
        return regressing.covariance(self._regression)

    def wald(self, hypothesis: regressing.Hypothesis, value: Any = 0.0) -> HypothesisTest:
        """Tests linear combinations of a regression's coefficients against ``value``, all of them together.

        ``hypothesis`` names coefficients (``"x"`` or ``["x", "z"]``: each is zero), weighs them
        (``{"x": 1.0, "z": -1.0}``: one combination), or holds the weights of all, (q, k), the intercept first.

        Raises InvalidData for unknown names, or combinations that depend on each other.
        """
        return regressing.wald(self._regression, self.parameters, hypothesis, value)

    @property
    def aic(self) -> float | None:
        """Akaike's information criterion, ``2 k - 2 log L``; None where the likelihood is not known."""
        return None if self.log_likelihood is None else 2.0 * self.n_parameters - 2.0 * self.log_likelihood

    def summary(self) -> Summary:
        """The answer as it prints, with 95 % intervals of all numbers, AIC, and what a regression reports besides."""
        return Summary(answer=self)

    def confidence_intervals(self, level: float = 0.95, robust: bool = False) -> dict[str, tuple[Numbers, Numbers]]:
        """Intervals (lower, upper) of the parameters whose errors are known, at confidence ``level``: by Student's law
        for coefficients of least squares, as their p-values are, else by the normal one."""
        width = critical(level, math.inf if self.regression is None else self.regression.student_degrees)
        if not isinstance(robust, bool | np.bool_):
            raise InvalidData(f"robust={robust!r} is not known: pass True or False.")
        errors = self.robust_standard_errors if robust else self.standard_errors
        if errors is None:
            raise SymcatError("No standard errors are known: give lookup the number of rows, n=.")
        return {k: (v - width * errors[k], v + width * errors[k]) for k, v in self.parameters.items() if k in errors}

    def free_energy(self) -> Expr:
        """F as a SymPy expression in the columns: ``P(x) = exp(-F(x)) / Z``."""
        return self.model.free_energy(self.parameters, self.log_partition, self.columns)

    def cite(self) -> str:
        """BibTeX of the sources of the entry that answered, and of those of its parts."""
        book = catalogue.default()
        labels = dict.fromkeys((self.label, *(part.label for part in self.parts)))
        return "\n\n".join(dict.fromkeys(text for label in labels for text in book.references(label)))

    def scalars(self) -> list[tuple[str, str, float, float | None, float | None]]:
        """Every free number of the answer: parameter, where in it, value, standard error, robust error."""

        def error(errors: dict[str, Numbers] | None, number: FreeNumber) -> float | None:
            known = None if errors is None else errors.get(number.parameter)
            return None if known is None else number.of(known)

        return [
            (
                number.parameter,
                number.place,
                number.of(self.parameters[number.parameter]),
                error(self.standard_errors, number),
                error(self.robust_standard_errors, number),
            )
            for number in free_numbers(self.model, self.parameters)
        ]

    def to_frame(self) -> Any:
        """One row per number: parameter, at, estimate, standard_error, robust_standard_error (see ``frames.build``)."""
        parameters, places, *numbers = zip(*self.scalars(), strict=True)
        names = ("estimate", "standard_error", "robust_standard_error")
        return frames.build(
            {
                "parameter": frames.Text.of(parameters),
                "at": frames.Text.of(places),
                **{name: np.array(column, dtype=np.float64) for name, column in zip(names, numbers, strict=True)},
            }
        )

    def plot(self, data: ArrayLike | None = None, ax: Axes | None = None, bins: int | str = "auto") -> Axes:
        """The density of one column, over a histogram of ``data`` (m,) where it is given; returns the matplotlib axes.

        Raises SymcatError for several columns, or where matplotlib (``pip install symcat[plot]``) is missing.
        """
        if len(self.columns) != 1:
            raise SymcatError(
                f"A density of {len(self.columns)} columns cannot be drawn as a curve: solve for one column."
            )
        span = None if data is not None else self.ppf(np.array([1e-4, 1.0 - 1e-4]))
        return plotting.density(self.log_density, self.label, self.columns[0], data, span, ax, bins)


def _numbers_of(values: Any, name: str) -> Floats:
    """Numbers, none of them missing. Raises InvalidData otherwise."""
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(f"{name} is not made of numbers ({error}): pass numbers.") from error
    if np.isnan(found).any():
        raise InvalidData(f"{name} holds a missing value: leave it out.")
    return found


class Summary(Printed):
    """A solution printed with all that it reports.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> x, noise = np.random.default_rng(0).normal(size=(2, 200))
    >>> print(str(symcat.solve({"x": x, "y": x + noise}, target="y").summary()).splitlines()[-1])
    F 151.4 with 1 and 198 degrees of freedom, p = 3.3e-26
    """

    answer: Solution


def _check_finite(rows: Floats, name: str, large: str) -> None:
    """Raises InvalidData for rows (m, d) of which nothing can be said."""
    strange = ~np.isfinite(rows).all(axis=1)
    if strange.any():
        raise InvalidData(
            f"Row {int(strange.argmax())} of {name} (counted from 0) has a missing or infinite value, or one {large}: "
            "leave such rows out."
        )


def with_indicators(x: Any, columns: Sequence[str], categories: Categories) -> Any:
    """Data with the indicators of its texts, where it has none; an array of the columns as they came is taken too."""
    if not categories:
        return x
    if not (isinstance(x, Mapping) or hasattr(type(x), "columns")):
        own = texts_for(columns, categories)
        rows = np.asarray(x, dtype=object)
        if rows.ndim == 2 and rows.shape[1] == len(own) < len(columns):
            x = {name: rows[:, j] for j, name in enumerate(own)}
        else:
            return x
    found = opened(x)
    texts = {name: levels for name, levels in categories.items() if name in found.names}
    table = indicated(found, texts).table
    return table if isinstance(table, Mapping) else table.to_native()


def encoded(x: Any, schema: Schema) -> Floats:
    """Rows of the user's values as numbers (m, d), two-valued columns as -1 and +1.

    The columns of a frame or a dict are matched by name and may be more than are needed; those of an array by place. A
    flat array is of one column, or rows one after the other.

    Raises InvalidData for a missing column, another number of them, or a value that a column does not have.
    """
    width = len(schema)
    structured = isinstance(x, np.ndarray) and x.dtype.names is not None
    if structured or isinstance(x, Mapping) or hasattr(type(x), "columns"):
        source = open_table(x, schema.columns, schema=schema, allow_empty=True)
        return np.concatenate([np.empty((0, width)), *source.batches()])
    two_valued = any(pair is not None for pair in schema.levels)
    try:
        raw = np.asarray(x, dtype=object if two_valued else None)
        if x is None or (not two_valued and raw.dtype.kind not in "biufO"):
            raise TypeError("None" if x is None else f"type {raw.dtype}")
        rows = raw if two_valued else raw.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(f"x is not made of numbers ({error}): pass a frame, a dict, or rows of numbers.") from error
    if rows.ndim < 2 and rows.size % width == 0:
        rows = rows.reshape(-1, width)
    if rows.ndim != 2 or rows.shape[1] != width:
        raise InvalidData(f"x has shape {np.shape(rows)}; {width} columns are needed, one row per point.")
    return schema.encode(rows) if two_valued else rows
