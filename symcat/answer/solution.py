"""What every user holds: the answer, how sure it is, what else was considered, and what was tested."""

from __future__ import annotations

from itertools import pairwise
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from symcat import models
from symcat.answer.records import Check, Evidence, Information, Numbers, Record, RegressionSummary, Step
from symcat.data.schema import Schema
from symcat.errors import InvalidData, SymcatError
from symcat.models.base import Density, Options
from symcat.models.conditional import linear as regression
from symcat.models.conditional import logistic as logit
from symcat.models.mixed import ConditionalGaussian
from symcat.models.mixed.product import Block, Product

Floats = NDArray[np.float64]


class Solution(Record):
    """The answer to ``solve`` or ``lookup``.

    ``levels`` says of every two-valued column which of its values is the spin -1 and which +1; ``basis``, whether its
    parameters multiply spins or 0 and 1. ``parameters``, ``standard_errors`` and ``robust_standard_errors`` have the
    same keys and shapes, in the units of the data; errors are one standard deviation. The model-based ones trust the
    class, the robust ones (sandwich over consecutive blocks of rows) neither it nor the independence of neighbouring
    rows. ``log_partition`` is log Z of
    exp(-F) with F centred, ``log_likelihood`` that of all rows together, natural logarithms, densities per unit of the
    columns.
    """

    label: str
    source: Literal["closed_form", "catalogue", "correction", "analog", "maximum_likelihood"]
    columns: tuple[str, ...]
    parameters: dict[str, Numbers]
    standard_errors: dict[str, Numbers] | None = None
    robust_standard_errors: dict[str, Numbers] | None = None
    log_partition: float
    log_likelihood: float | None = None
    bic: float | None = None
    n_parameters: int
    n_rows: int | None = None
    n_missing: int = 0
    regression: RegressionSummary | None = None
    levels: dict[str, tuple[Any, Any]] | None = None
    basis: Literal["spin", "binary"] | None = None
    interactions: tuple[tuple[str, ...], ...] = ()
    information: Information | None = None
    parts: tuple[Solution, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    checks: tuple[Check, ...] = ()
    trail: tuple[Step, ...] = ()
    catalogue_version: str
    seed: int | None = Field(default=None)

    @property
    def model(self) -> Density:
        """The class that answered."""
        found = models.density(self.label, len(self.columns), self._options)
        assert found is not None
        return found

    @property
    def _options(self) -> Options:
        at = self.columns.index
        return Options(
            interactions=tuple(tuple(at(name) for name in chosen) for chosen in self.interactions),
            basis=self.basis or "spin",
            spins=tuple(at(name) for name in self.levels or ()),
        )

    @property
    def _coding(self) -> Schema | None:
        if self.levels is None:
            return None
        return Schema(self.columns, tuple(self.levels.get(name) for name in self.columns))

    def log_density(self, x: Any) -> Floats:
        """Natural log of the density at each row of ``x``, shape (m, d) or (m,) for one column.

        For a regression: of the target given the other columns; ``x`` holds all of them, in the order of ``columns``.
        """
        rows = self._rows(x, len(self.columns))
        if self.parts:
            return self._product.log_density(rows)
        if self.regression is None:
            return self.model.log_density(self.parameters, self.log_partition, rows)
        at = self.columns.index(self.regression.target)
        if self.regression.family == "logistic":
            up = self._probabilities(np.delete(rows, at, axis=1))
            return np.log(np.where(rows[:, at] > 0.0, up, 1.0 - up))
        residual = rows[:, at] - self.predict(np.delete(rows, at, axis=1))
        out: Floats = -0.5 * (residual / self.residual_scale) ** 2 - self.log_partition
        return out

    @property
    def residual_scale(self) -> float:
        """Maximum-likelihood standard deviation of a regression's residuals (divided by n, not by n - p - 1)."""
        return float(np.exp(self.log_partition) / np.sqrt(2.0 * np.pi))

    def sample(self, n: int, seed: int = 0) -> Floats:
        """``n`` independent rows from the model, (n, d) or (n,) for one column; the same seed gives the same rows."""
        if self.regression is not None:
            raise SymcatError(
                "A regression says nothing of its predictors, so it cannot be sampled: solve without target=."
            )
        rng = np.random.default_rng(seed)
        rows = self._product.sample(n, rng) if self.parts else self.model.sample(self.parameters, n, rng)
        coding = self._coding
        if coding is not None:
            decoded = coding.decode(rows)
            kinds = {decoded[name].dtype.kind for name in self.columns}
            together = object if "U" in kinds and len(kinds) > 1 else None  # texts beside numbers
            rows = np.stack([np.asarray(decoded[name], dtype=together) for name in self.columns], axis=1)
        return rows[:, 0] if len(self.columns) == 1 else rows

    def predict(self, x: Any) -> Floats:
        """Conditional means of the target at the rows of ``x`` (m, p), predictors in column order.

        Of a two-valued target: the probabilities of the larger of its values (``levels``).
        """
        if self.regression is None:
            raise SymcatError("There is no target to predict: solve with target='column'.")
        rows = self._rows(x, len(self.regression.predictors))
        if self.regression.family == "logistic":
            return self._probabilities(rows)
        return regression.predict(self.parameters["intercept"], self.parameters["coefficients"], rows)

    def _probabilities(self, rows: Floats) -> Floats:
        assert self.regression is not None
        assert self.levels is not None
        pairs = [self.levels.get(name) for name in self.regression.predictors]
        return logit.probabilities(self.parameters["intercept"], self.parameters["coefficients"], rows, pairs)

    @property
    def _product(self) -> Product:
        at = self.columns.index
        return Product(
            tuple(
                Block(part.model, tuple(at(name) for name in part.columns), part.parameters, part.log_partition)
                for part in self.parts
            )
        )

    def _rows(self, x: Any, width: int) -> Floats:
        """Rows as numbers, two-valued columns as spins; ``width`` columns, or all but the target of a regression."""
        coding = self._coding
        if coding is not None:
            if width < len(self.columns):
                coding = coding.without(self.regression.target)  # type: ignore[union-attr]
            x = np.asarray(x, dtype=object)
            return coding.encode(x[:, None] if x.ndim == 1 and width == 1 else np.atleast_2d(x))
        rows = np.asarray(x, dtype=np.float64)
        if rows.ndim < 2:
            rows = rows.reshape(-1, width) if width > 1 or rows.ndim == 0 else rows[:, None]
        if rows.ndim != 2 or rows.shape[1] != width:
            raise InvalidData(f"x has shape {np.shape(x)}; {width} columns are needed, one row per point.")
        return rows

    def confidence_intervals(self, level: float = 0.95, robust: bool = False) -> dict[str, tuple[Any, Any]]:
        """Normal-theory intervals (lower, upper) for every parameter, at confidence ``level``."""
        errors = self.robust_standard_errors if robust else self.standard_errors
        if errors is None:
            raise SymcatError("No standard errors are known: give lookup the number of rows, n=.")
        width = NormalDist().inv_cdf(0.5 + 0.5 * level)
        return {k: (v - width * errors[k], v + width * errors[k]) for k, v in self.parameters.items()}

    def free_energy(self) -> Any:
        """F as a SymPy expression in the columns: ``P(x) = exp(-F(x)) / Z``."""
        if self.parts:
            return self._product.free_energy(self.columns)
        if self.regression is None:
            return self.model.free_energy(self.parameters, self.columns)
        import sympy

        if self.regression.family == "logistic":
            raise SymcatError("A logistic regression is no density of its predictors: see .parameters.")

        y = sympy.Symbol(self.regression.target, real=True) - sympy.Float(self.parameters["intercept"])
        for name, beta in zip(self.regression.predictors, self.parameters["coefficients"], strict=True):
            y -= sympy.Float(float(beta)) * sympy.Symbol(name, real=True)
        return y**2 / (2 * sympy.Float(self.residual_scale) ** 2)

    def cite(self) -> str:
        """BibTeX of the sources of the entry that answered, or of the library that did."""
        from symcat import catalogue

        book = catalogue.default()
        if self.source == "maximum_likelihood":
            return "\n\n".join(book.bibliography(("cox1958", "pedregosa2011")))
        labels = dict.fromkeys((self.label, *(part.label for part in self.parts)))
        return "\n\n".join(dict.fromkeys(text for label in labels for text in book.references(label)))

    def scalars(self) -> list[tuple[str, str, float, float | None, float | None]]:
        """Every free number of the answer: parameter, where in it, value, standard error, robust error."""
        if self.parts:
            return [row for part in self.parts for row in part.scalars()]
        rows = []
        for name, value in self.parameters.items():
            values = np.atleast_1d(value)
            model_based, robust = (
                None if errors is None else np.atleast_1d(errors[name])
                for errors in (self.standard_errors, self.robust_standard_errors)
            )
            for index in np.ndindex(values.shape):
                descends = any(left > right for left, right in pairwise(index))
                if name != "coupling" and (descends or (name == "J" and len(index) == 2 and index[0] == index[1])):
                    continue  # a symmetric tensor is said once, and nothing is coupled to itself
                place = self._place(name, index)
                error, sandwich = (None if e is None else float(e[index]) for e in (model_based, robust))
                if name == "J" and len(index) == 2 and values[index] == 0.0 and not error:
                    continue  # a pair that the class does not couple
                rows.append((name, place, float(values[index]), error, sandwich))
        return rows

    def _place(self, name: str, index: tuple[int, ...]) -> str:
        if self.regression is not None:
            return self.regression.predictors[index[0]] if name == "coefficients" else ""
        if name in ("r", "u"):
            return ""
        if name == "interactions":
            return ", ".join([chosen for chosen in self.interactions if len(chosen) > 2][index[0]])
        if np.ndim(self.parameters[name]) == 0 and len(self.columns) > 1:
            return "all columns" if name == "h" else "all coupled pairs"
        if self.label == ConditionalGaussian.label:
            axes = ConditionalGaussian(len(self.columns), self._options).axes(name)
            return ", ".join(self.columns[axis[i]] for axis, i in zip(axes, index, strict=True))
        return ", ".join(self.columns[i] for i in index)

    def to_frame(self) -> Any:
        """One row per number: parameter, at, estimate, standard_error, robust_standard_error (see ``frames.build``)."""
        from symcat.answer import frames

        names = ("parameter", "at", "estimate", "standard_error", "robust_standard_error")
        return frames.build(
            {name: list(column) for name, column in zip(names, zip(*self.scalars(), strict=True), strict=True)}
        )

    def plot(self, data: Any, ax: Any = None, bins: int | str = "auto") -> Any:
        """Histogram of one column ``data`` (m,) with the fitted density; returns the matplotlib axes.

        Raises SymcatError for several columns, or where matplotlib (``pip install symcat[plot]``) is missing.
        """
        from symcat.answer import plotting

        return plotting.density(self, data, ax, bins)

    def __rich__(self) -> Any:
        from symcat.answer import presentation

        return presentation.solution(self)

    def __repr__(self) -> str:
        from symcat.answer import presentation

        return presentation.text(self)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from symcat.answer import presentation

        return presentation.html(self)
