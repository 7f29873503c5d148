"""``whitened(o{N}.quartic)``: the O(N)-symmetric quartic of a linear map of the columns.

``F = r q / 2 + u q^2 / 24`` with ``q = (x - mean)' covariance^-1 (x - mean)``: elliptical shells, rings and flat tops.
The covariance is that of the columns under the law, so that r follows from u. GL(N) acts on all such laws, and what is
left of it when the covariance is one is O(N).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.at_hand import NEEDS_ROWS, at_hand
from symcat.models.base import Center, Class, Entry, Facts, Floats, Masses, Parameters, Rest, symmetric_entries
from symcat.models.batches import refused_fit
from symcat.models.fit import CheckResult, Fit, Moves, Observed
from symcat.models.law import Law
from symcat.models.quartic import elliptical_checks, large_n, radial
from symcat.models.quartic import law as laws
from symcat.models.quartic.labels import LARGEST_TABULATED_DIMENSION, label_of, whitened
from symcat.models.quartic.radial_quartic import RadialQuartic
from symcat.models.quartic.whitening import Place, found, information
from symcat.models.remaining import left_of
from symcat.models.tables import Table, Tables

COVARIANCE = "covariance"
_HELD = 1 << 24  # numbers of rows kept in memory


class EllipticalQuartic(Class):
    """The radial quartic of N whitened columns, the whitening by maximum likelihood."""

    needs = check_needs = Needs()
    one_by_one = True
    by_group = False
    weighed_last = True
    full_rank = True

    def __init__(self, schema: Schema, tables: Tables) -> None:
        self.schema, self.dimension = schema, len(schema)
        self.label = whitened(label_of(self.dimension))
        self.invariant = frozenset({"z2"})
        self.nested = frozenset({label_of(self.dimension)})
        self.facts = Facts(
            f"O({self.dimension})-symmetric quartic of whitened columns", "rotations of the whitened columns"
        )
        self.radial = RadialQuartic(schema, tables)
        self._tables = tables

    @cached_property
    def table(self) -> Table:
        """That of the radial quartic."""
        if self.dimension > LARGEST_TABULATED_DIMENSION:
            return large_n.table(self.dimension, self._tables)
        return self._tables.table(label_of(self.dimension))

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages do not tell the map."""
        return self._refused(moments, NEEDS_ROWS)

    def _refused(self, moments: Moments, why: str) -> Fit:
        n = self.dimension
        return refused_fit(self.label, moments.count, why, {"mean": (n,), COVARIANCE: (n, n), "r": (), "u": ()})

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The maximum of the likelihood of a batch of one over all its rows."""
        moments, n = observed.moments, self.dimension
        every = at_hand(rows, observed)
        if every is None:
            return self.fit(moments)
        count, free = float(moments.count[0]), n + n * (n + 1) // 2 + 1
        if count <= 2 * free:
            return self._refused(moments, f"there are too few rows: more than {2 * free} are needed")
        about = moments.centred
        covariance = about.second[0] * about.unit**2
        spread = np.sqrt(np.diagonal(covariance))
        if not (spread > 0.0).all() or not np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0] > 1e-12:
            return self._refused(moments, "a column is constant, or follows from the others")
        held = list(every) if count * n <= _HELD else every
        place = found(held, moments.mean[0], covariance, self.table)
        if isinstance(place, str):
            return self._refused(moments, place)
        reading = place.reading
        parameters = {"mean": place.center, COVARIANCE: place.covariance, "r": reading.r[0], "u": reading.u[0]}
        log_det = float(np.linalg.slogdet(place.covariance)[1])
        return Fit(
            label=self.label,
            count=moments.count,
            parameters={name: np.asarray(value)[None] for name, value in parameters.items()},
            standard_errors={name: np.asarray(value)[None] for name, value in self._errors(place, count).items()},
            log_partition=reading.log_z(n) + 0.5 * log_det,
            log_likelihood=count * np.array([place.value]),
            n_parameters=free,
            statistics={"kurtosis": np.array([place.kurtosis])},
            reason=np.zeros(1, dtype=np.int8),
            source="catalogue",
            moves=Moves(self._moving(place, count)),
        )

    def _slopes(self, place: Place) -> tuple[float, float]:
        """Of r and u by the kurtosis: ``r = 1 - N k u / 6``."""
        u, slope = float(place.reading.u[0]), float(place.reading.u_slope[0])
        return -self.dimension * (u + place.kurtosis * slope) / 6.0, slope

    def _errors(self, place: Place, count: float) -> dict[str, Any]:
        """By Fisher's information, which is one number for shifts, for changes of shape and for what is left."""
        n, c = self.dimension, place.covariance
        shifted, deformed = information(place)
        rho, weight = radial.radial_grid(n, float(place.reading.r[0]), float(place.reading.u[0]))
        a = rho * rho / n
        k = float(weight @ a**2)
        of_kurtosis = np.sqrt(float(weight @ (a**2 - 2.0 * k * a + k) ** 2) / count)
        square = 0.5 / (deformed * count)  # of each entry of the map's log beside its diagonal
        along = (k - 1.0) / count - 2.0 * square / n
        variance = square * (np.outer(np.diagonal(c), np.diagonal(c)) + c * c) + along * c * c
        by_r, by_u = self._slopes(place)
        return {
            "mean": np.sqrt(np.diagonal(c) / place.scale / (shifted * count)),
            COVARIANCE: np.sqrt(np.maximum(variance, 0.0)),
            "r": abs(by_r) * of_kurtosis,
            "u": abs(by_u) * of_kurtosis,
        }

    def _moving(self, place: Place, count: float) -> Callable[[Floats], dict[str, Floats]]:
        """How far rows (m, N) move the parameters, to first order."""
        n, inverse = self.dimension, np.linalg.inv(place.map)
        r, u = float(place.reading.r[0]) / place.scale, float(place.reading.u[0]) / place.scale**2 / 6.0
        shifted, deformed = information(place)
        k, (by_r, by_u) = place.kurtosis, self._slopes(place)

        def of_rows(rows: Floats) -> dict[str, Floats]:
            y = (rows - place.center) @ inverse.T
            q = (y * y).sum(axis=1)
            w, a = r + u * q, q / (n * place.scale)
            pulled = 0.5 * (w[:, None, None] * y[:, :, None] * y[:, None, :] - (w * q)[:, None, None] * np.eye(n) / n)
            change = pulled / deformed + (a - 1.0)[:, None, None] * np.eye(n)
            moved = a * a - 2.0 * k * a + k
            return {
                "mean": (w[:, None] * y) @ place.map.T / (shifted * count),
                COVARIANCE: place.scale * (place.map @ change @ place.map.T) / count,
                "r": by_r * moved / count,
                "u": by_u * moved / count,
            }

        return of_rows

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """The radial law of the whitened sample, and all directions of it."""
        if not fit.answered[0] or observed.sample is None:
            return ()
        parameters = {name: value[0] for name, value in fit.parameters.items()}
        return elliptical_checks.run(
            self.whitened(parameters, observed.sample), float(parameters["r"]), parameters["u"]
        )

    # --- using the answer ------------------------------------------------------------------------------------------

    def whitened(self, parameters: Parameters, x: Floats) -> Floats:
        """(m, N) coordinates of rows in which the law has unit variances."""
        factor = np.linalg.cholesky(np.asarray(parameters[COVARIANCE]))
        return np.asarray(np.linalg.solve(factor, (x - parameters["mean"]).T).T)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at rows (m, N)."""
        q = (self.whitened(parameters, x) ** 2).sum(axis=1)
        out: Floats = -0.5 * parameters["r"] * q - (parameters["u"] / 24.0 * q) * q - log_partition
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, N) rows of the radial law, mapped."""
        plain = {"mean": np.zeros(self.dimension), "r": parameters["r"], "u": parameters["u"]}
        factor = np.linalg.cholesky(np.asarray(parameters[COVARIANCE]))
        return np.asarray(parameters["mean"] + self.radial.sample(plain, n, rng) @ factor.T)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        precision = np.linalg.inv(np.asarray(parameters[COVARIANCE]))
        y = [
            sympy.Symbol(name, real=True) - sympy.Float(float(c))
            for name, c in zip(columns, np.atleast_1d(parameters["mean"]), strict=True)
        ]
        square = sympy.Add(
            *(sympy.Float(float(precision[i, j])) * y[i] * y[j] for i in range(len(y)) for j in range(len(y)))
        )
        return sympy.Float(float(parameters["r"])) / 2 * square + sympy.Float(float(parameters["u"])) / 24 * square**2

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "r/2 q + u/24 q^2,   q = (x - mean)' covariance^-1 (x - mean)"

    def law(self, parameters: Parameters) -> EllipticalLaw:
        """By integrals over the radius."""
        plain = laws.RadialLaw(self.label, np.zeros(self.dimension), float(parameters["r"]), float(parameters["u"]))
        return EllipticalLaw(self.label, plain, np.atleast_1d(parameters["mean"]), np.asarray(parameters[COVARIANCE]))

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """Elliptical again: as in Gaussian rows the centre moves and the shape does not depend on the values, while the
        form of those known adds to r."""
        left, at = left_of(self.dimension, known), list(known)
        mean, inverse = np.asarray(parameters["mean"]), np.linalg.inv(np.asarray(parameters[COVARIANCE]))
        away = np.array([known[j] for j in at]) - mean[at]
        own, cross = inverse[np.ix_(left, left)], inverse[np.ix_(left, at)]
        pull = np.linalg.solve(own, cross @ away)
        form = float(away @ inverse[np.ix_(at, at)] @ away - away @ cross.T @ pull)
        u = float(parameters["u"])
        r = float(parameters["r"]) + u * form / 6.0
        if len(left) == 1:
            scale = float(own[0, 0])
            one = {"mean": mean[left] - pull, "r": np.array(r * scale), "u": np.array(u * scale**2)}
            return Rest(label_of(1), one)
        variance = float(laws.RadialLaw(self.label, np.zeros(len(left)), r, u).central(2)[0])
        return Rest(
            whitened(label_of(len(left))),
            {
                "mean": mean[left] - pull,
                COVARIANCE: variance * np.linalg.inv(own),
                "r": np.array(r * variance),
                "u": np.array(u * variance**2),
            },
        )

    def normalised(self, parameters: Parameters) -> float:
        """log Z by quadrature."""
        return self.law(parameters).log_partition

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The mean by column, the covariance by pair, and u; r is what makes the variances those of the covariance."""
        if name == "mean":
            return [((j,), (j,)) for j in range(self.dimension)]
        if name == COVARIANCE:
            return symmetric_entries((self.dimension,) * 2, range(self.dimension))
        return [((), "")] if name == "u" else []


class EllipticalLaw(Law):
    """The radial law ``plain`` of unit variances, mapped to a mean and a covariance."""

    def __init__(self, label: str, plain: laws.RadialLaw, mean: Floats, covariance: Floats) -> None:
        super().__init__(label)
        self.plain, self._mean, self.covariance = plain, mean, covariance

    @cached_property
    def log_partition(self) -> float:
        """log of the integral of exp(-F)."""
        return self.plain.log_partition + 0.5 * float(np.linalg.slogdet(self.covariance)[1])

    @cached_property
    def entropy(self) -> float:
        return self.plain.entropy + 0.5 * float(np.linalg.slogdet(self.covariance)[1])

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """The mean and the covariance."""
        return {"mean": self._mean, COVARIANCE: self.covariance * self.plain.central(2)[0]}

    @cached_property
    def mean(self) -> Floats:
        return self._mean

    def central(self, order: int) -> Floats:
        return np.asarray(self.plain.central(order) * np.diagonal(self.covariance) ** (0.5 * order))
