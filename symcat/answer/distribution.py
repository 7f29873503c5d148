"""What an answer says of the rows: their density, moments, entropy, quantiles, and new ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from symcat.answer import frames
from symcat.answer.continuous import continuous
from symcat.answer.estimate import Estimate
from symcat.answer.records import Floats, Numbers
from symcat.answer.rows import numbers_of
from symcat.errors import InvalidData, SymcatError
from symcat.models.law import Law
from symcat.models.special import of_whole_numbers

T = TypeVar("T")


_LARGEST = 2.0**53  # a whole number that rounding leaves as it is


class Distribution(Estimate):
    """The estimate as a distribution of rows."""

    def log_density(self, x: Any) -> Floats:
        """Natural log of the density at each row of ``x``: a frame or dict, matched by name, or an array (m, d), or
        (m,) for one column, in the order of ``columns``. Where it lies below -1.8e308, beyond double precision, it is
        minus infinity.

        For a regression: of the target given the other columns; ``x`` holds all of them.
        """
        rows = self._encoded(x)
        missing = np.isnan(rows).any(axis=1)
        if self.regression is not None:  # nothing is said of a target given what is not finite
            at = self.columns.index(self.regression.target)
            missing |= ~np.isfinite(np.delete(rows, at, axis=1)).all(axis=1)
        if missing.any():
            raise InvalidData(
                f"Row {int(missing.argmax())} of x (counted from 0) has a missing or infinite value, of which there is "
                "no density: leave such rows out."
            )
        with np.errstate(all="ignore"):  # far out the density is zero
            found = self.model.log_density(self.parameters, self.log_partition, rows)
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
        values = numbers_of(p, "p")
        if not ((values >= 0.0) & (values <= 1.0)).all():
            raise InvalidData(f"p={p!r} is no share of rows: pass numbers from 0 to 1.")
        return self._of_one_column(values, lambda law, shares: law.ppf(shares), "p")

    def interval(self, p: float) -> tuple[float, float]:
        """The central interval that a share ``p`` of rows lies in, of one real column."""
        if isinstance(p, bool) or not isinstance(p, int | float | np.number) or not 0.0 <= p <= 1.0:
            raise InvalidData(f"p={p!r} is no share of rows: pass a number from 0 to 1.")
        low, high = self.ppf(np.array([0.5 - 0.5 * p, 0.5 + 0.5 * p]))
        return float(low), float(high)

    def distribution(self) -> Any:
        """The answer of one real column as a distribution of scipy (1.16 or later): ``pdf``, ``cdf``, ``icdf``,
        moments, ``sample`` and all else of ``scipy.stats.make_distribution``.

        Examples
        --------
        >>> import symcat
        >>> found = symcat.model("z2.quartic", r=-1.0, u=6.0).distribution()
        >>> round(float(found.variance()), 6)
        1.041797
        """
        self._of_one_column(0.5, lambda law, shares: law.ppf(shares), "p")
        if self.model.measure == "values" or self.model.atom is not None:
            raise SymcatError(
                f"{self.label} gives single values a probability, which scipy's continuous distributions cannot: call "
                "cdf, ppf, moment and sample of the answer itself."
            )
        return continuous(
            self.label,
            self.log_density,
            self.cdf,
            self.ppf,
            moment=lambda k, central: float(self.moment(k, central=central)),
            entropy=self.entropy,
        )

    def _of_one_column(self, values: Any, function: Callable[[Law, Floats], Floats], name: str) -> Any:
        if len(self.columns) > 1 or self.levels:
            raise SymcatError(
                f"{self.label} of {', '.join(self.columns[:6])} has no distribution function of one real column: take "
                "shares of rows from .sample(n)."
            )
        given = numbers_of(values, name)
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
        for j in of_whole_numbers(self.model):
            if np.abs(rows[:, j]).max(initial=0.0) < _LARGEST:
                decoded[schema.columns[j]] = rows[:, j].astype(np.int64)
        if self.library is not None:
            columns = {name: frames.Text.of(v.tolist()) if v.dtype.kind == "U" else v for name, v in decoded.items()}
            return frames.build(columns, library=self.library)
        types = {column.dtype.kind for column in decoded.values()}
        together = object if "U" in types and len(types) > 1 else None  # texts beside numbers
        rows = np.stack([np.asarray(decoded[name], dtype=together) for name in self.columns], axis=1)
        return rows[:, 0] if len(self.columns) == 1 else rows
