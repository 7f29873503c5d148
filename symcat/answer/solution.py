"""What every user holds: the answer, how sure it is, what else was considered, and what was tested."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from symcat import catalogue
from symcat.answer import frames, plotting
from symcat.answer.distribution import Distribution
from symcat.answer.free_numbers import FreeNumber, free_numbers
from symcat.answer.printed import Printed
from symcat.answer.records import Floats, Numbers
from symcat.answer.regressing import Regressed
from symcat.answer.rows import conditions, in_words, occurs, stated
from symcat.answer.significance import critical
from symcat.errors import InvalidData, SymcatError
from symcat.models import registry
from symcat.models.base import Options
from symcat.models.special import is_forecasting

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from sympy import Expr


class Solution(Regressed, Distribution):
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
    weight they are worth, of which the likelihood is; so of rows in order of time, where ``order`` says whether that
    was ``"declared"`` or ``"found"``; a class of series has the likelihood of them all. ``set_aside`` says which
    columns of the data were left out, each with its reason. ``categories`` are the levels of text columns of more
    than two, which a regression has as ``column[level]``, 1 or 0; the first is the reference. Data for predictions
    may hold the text itself.

    ``verdict`` says whether the class describes the rows: ``"fits"``, no check rejects it; ``"close"``, one does, but
    ``misfit``, how many nats a row the data are from the answer, is within the tolerance; ``"misfit"``, it is not. None
    of averages looked up, and where rows are too few to say that it fits: fewer than 1.5 for each parameter, or so few
    that no check is made of them.
    ``misfit`` is the largest of the divergence of the integral transform of a sample of rows from a uniform law in 32
    bins, less its bias, with its 95 % ``misfit_interval``, of several columns that of simple functions of them, within
    levels too, from rows drawn from the answer; what richer candidates gain; what the terms that the rejecting checks
    ask for would gain to first order. None where nothing had to be measured.

    ``conditional_on`` says of what the errors are conditional, where the class takes couplings for zero that a richer
    one has; ``averaged`` holds those averaged over whether they are there, where ``average="bic"`` was asked for.

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

    parts: tuple[Solution, ...] = ()

    @property
    def aic(self) -> float | None:
        """Akaike's information criterion, ``2 k - 2 log L``; None where the likelihood is not known."""
        return None if self.log_likelihood is None else 2.0 * self.n_parameters - 2.0 * self.log_likelihood

    def summary(self) -> Summary:
        """The answer as it prints, with 95 % intervals of all numbers, AIC, and what a regression reports besides."""
        return Summary(answer=self)

    def confidence_intervals(self, level: float = 0.95, robust: bool = False) -> dict[str, tuple[Numbers, Numbers]]:
        """Intervals (lower, upper) of the parameters whose errors are known, at confidence ``level``: by Student's law
        for coefficients of least squares, as their p-values are, and of rows in order of time, by the number of
        independent ones that they are worth; else by the normal one."""
        width = critical(level, self._degrees_of_freedom)
        if not isinstance(robust, bool | np.bool_):
            raise InvalidData(f"robust={robust!r} is not known: pass True or False.")
        errors = self.robust_standard_errors if robust else self.standard_errors
        if errors is None:
            raise SymcatError("No standard errors are known: give lookup the number of rows, n=.")
        return {k: (v - width * errors[k], v + width * errors[k]) for k, v in self.parameters.items() if k in errors}

    @property
    def _degrees_of_freedom(self) -> float:
        if self.regression is not None:
            return self.regression.student_degrees
        if self.order is None or self.n_effective is None or self.model.measure == "series":
            return math.inf
        return max(self.n_effective - 1.0, 1.0)

    def free_energy(self) -> Expr:
        """F as a SymPy expression in the columns: ``P(x) = exp(-F(x)) / Z``."""
        return self.model.free_energy(self.parameters, self.log_partition, self.columns)

    def given(self, values: Mapping[str, Any] | None = None, /, **columns: Any) -> Solution:
        """What the answer says of the other columns where some have these values, with the methods of an answer.

        Columns by name, or in a mapping where a name is no word of Python: a number of a real column, one of its levels
        of a discrete one. There are no errors, nor checks: these are parameters of a law that the answer implies.

        Raises
        ------
        InvalidData : no such column, no value of it, or no column left; or values that rows of the answer never have.
        SymcatError : of a regression, and of classes whose conditional laws are of no class of the catalogue.

        Examples
        --------
        >>> import symcat
        >>> pair = symcat.model("gaussian.full", mean=[0.0, 1.0], precision=[[2.0, -1.0], [-1.0, 1.0]])
        >>> rest = pair.given(x0=2.0)
        >>> rest.columns, rest.moment(1), rest.moment(2, central=True)
        (('x1',), 3.0, 1.0)
        """
        from symcat.answer.build import implied_by  # circle: only there are answers built, also those of an answer

        if self.regression is not None:
            raise SymcatError("A regression says nothing of its predictors: call predict with values of these.")
        whole = stated(values, columns)
        known = conditions(whole, self._schema)
        said = in_words(whole)
        with np.errstate(all="ignore"):  # what leaves double precision is told below
            rest = self.model.given(self.parameters, known)
            schema = self._schema.part([j for j in range(len(self.columns)) if j not in known])
            options, book = rest.options(self.basis or "spin"), catalogue.default()
            model = registry.model(rest.label, schema, options, book)
            if not occurs(self.model, self.parameters, self.log_partition, known, model, rest):
                raise InvalidData(
                    f"{self.label} gives rows with {said} no probability, or one that leaves double precision: pass "
                    "values that rows can have, such as those of .sample(n)."
                )
        return implied_by(
            model,
            rest.parameters,
            options=options,
            version=self.catalogue_version,
            reason=f"the law of {self.label} given {said}",
            source=self.source,
            library=self.library,
        )

    def forecast(self, steps: int, after: Any) -> tuple[Floats, Floats]:
        """(steps, d) means of the rows that follow consecutive ones ``after``, and their standard deviations.

        Of a class of rows in order of time; its parameters count as known.

        Raises InvalidData for fewer than one step, SymcatError of other classes.

        Examples
        --------
        >>> import symcat
        >>> process = symcat.model("stationary.ar", mean=1.0, coefficients=[0.5], innovation_variance=1.0)
        >>> mean, spread = process.forecast(2, after=[3.0])
        >>> mean.ravel().tolist(), spread.ravel().round(3).tolist()
        ([2.0, 1.5], [1.0, 1.118])
        """
        if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
            raise InvalidData(f"steps={steps!r} is not a number of rows to come: pass a whole number, 1 or more.")
        model = self.model
        if not is_forecasting(model):
            raise SymcatError(f"{self.label} says nothing of what follows: solve a series with order='time'.")
        return model.forecast(self.parameters, self._encoded(after), int(steps))

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
        """The density of one column, or the probabilities of whole numbers, over a histogram; and those of the second
        best candidate. Returns the axes.

        The histogram is of ``data`` (m,), or of the rows that the answer has kept (``histogram``). Without ``ax`` a
        second panel holds the quantiles of the rows against those of the answer. Raises SymcatError for several
        columns, or where matplotlib (``pip install symcat[plot]``) is missing.
        """
        if len(self.columns) != 1:
            raise SymcatError(
                f"A density of {len(self.columns)} columns cannot be drawn as a curve: solve for one column."
            )
        span = None if data is not None or self.histogram else self.ppf(np.array([1e-4, 1.0 - 1e-4]))
        curves = {self.label: self.log_density} | self._runner_up
        return plotting.density(
            *(curves, self.columns[0], data, self.histogram, ax, bins),
            span=span,
            ppf=self._quantiles,
            whole_numbers=self.model.measure == "values",
        )

    @property
    def _quantiles(self) -> Callable[[Floats], Floats] | None:
        """The quantile function, None where the class has none by a formula."""
        try:
            self.ppf(np.array([0.5]))
        except SymcatError:
            return None
        return self.ppf

    @property
    def _runner_up(self) -> dict[str, Callable[[Floats], Floats]]:
        """The log density of the best of the other candidates, by its label; nothing where there is none."""
        others = [
            e for e in self.evidence if e.label != self.label and e.bic is not None and e.log_partition is not None
        ]
        if not others or self.levels:
            return {}
        second = min(others, key=lambda e: e.bic or 0.0)
        model = registry.model(second.label, self._schema, Options(), catalogue.default())
        log_z = second.log_partition or 0.0
        return {second.label: lambda x: model.log_density(second.parameters, log_z, x[:, None])}


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
