"""What the classes of directions have in common: rows that are unit vectors, with a density on the unit sphere.

Each is ``exp(-F) / Z`` with F linear or quadratic in the coordinates, so that the mean and the second moments of the
rows are sufficient. Densities are per unit of the sphere's surface: of three columns uniform rows have 1 / (4 pi).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Center, Class, Entry, Facts, Measure, Parameters, counted
from symcat.models.batches import blank_refused
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.sphere import harmonics
from symcat.models.sphere.law import DirectionLaw
from symcat.models.sphere.natural import Natural
from symcat.models.sphere.sampling import sample
from symcat.models.sphere.seen import LENGTH, Seen, are_unit_vectors, seen

Floats = NDArray[np.float64]
Codes = NDArray[np.signedinteger[Any]]

_ROUNDED = 0.02
"""How far the length of a row may be from one for its rounded digits: two decimals."""


class OnSphere(Class):
    """A class of unit vectors: its parameters, their errors, and its law in a frame of axes are for each to say."""

    facts: Facts
    needs = Needs(radius=4)
    measure: Measure = "surface"
    reasons: tuple[str, ...] = ()
    """Why the class itself has no answer, from 1."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.dimension = len(schema)

    # --- what each class says ----------------------------------------------------------------------------------------

    @property
    def n_parameters(self) -> int:
        """Free numbers."""
        raise NotImplementedError

    def estimated(self, of: Seen) -> tuple[dict[str, Floats], Codes]:
        """Parameters (G, ...) of the largest likelihood, and where there are none the place (G,) of its reason."""
        raise NotImplementedError

    def natural(self, parameters: Parameters) -> Natural:
        """The laws of parameters (G, ...)."""
        raise NotImplementedError

    def errors(self, law: Natural, parameters: Parameters) -> dict[str, Floats]:
        """Standard errors (G, ...) of a single row, by Fisher's information."""
        raise NotImplementedError

    def moves(self, law: Natural, parameters: Parameters, of: Seen, mean: Floats, second: Floats) -> dict[str, Floats]:
        """(B, ...) to first order how far the parameters of one table move with its averages: by ``mean`` (B, d) and
        ``second`` (B, d, d)."""
        raise NotImplementedError

    def matched(self, law: Natural) -> list[tuple[int, ...]]:
        """Monomials in the frame, all of one degree, of which the averages of the rows are those of the fit."""
        raise NotImplementedError

    def averages_of(self, law: Natural) -> dict[str, Any]:
        """The averages that the class is looked up by, of one law."""
        raise NotImplementedError

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns, of unit vectors."""
        raise NotImplementedError

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        raise NotImplementedError

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of a parameter."""
        raise NotImplementedError

    # --- what follows ------------------------------------------------------------------------------------------------

    def lies(self, moments: Moments) -> NDArray[np.bool_]:
        """(G,) whether the rows lie on the unit sphere, to the digits that they have."""
        return are_unit_vectors(moments)

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """From the mean and the second moments of every group."""
        of = seen(moments)
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            parameters, code = self.estimated(of)
            code = np.where(of.unit, code + (code > 0), 1)
            usable = code == 0
            safe, law = self._safe(parameters, usable)
            log_z = law.integral.log_c
            energy = law.energy(of.mean, of.second)
            errors = {}
            if counted(moments):
                errors = {
                    name: value / np.sqrt(of.count).reshape(-1, *[1] * (value.ndim - 1))
                    for name, value in self.errors(law, safe).items()
                }
        return blank_refused(
            Fit(
                label=self.label,
                count=of.count,
                parameters=parameters,
                standard_errors=errors,
                log_partition=np.array(log_z),
                log_likelihood=-of.count * (log_z + energy),
                n_parameters=self.n_parameters,
                statistics={"mean_resultant_length": of.length},
                reason=code.astype(np.int8),
                reasons=("", LENGTH, *self.reasons),
                shown=("mean_resultant_length",),
            )
        )

    def _safe(self, parameters: Parameters, usable: NDArray[np.bool_]) -> tuple[dict[str, Floats], Natural]:
        """The parameters, and the laws, with numbers in the groups that have none, of which nothing is told."""
        filler: dict[int, Floats] = {1: np.ones(()), 2: np.eye(self.dimension)[0]}
        safe = {
            name: np.where(usable.reshape(-1, *[1] * (value.ndim - 1)), value, filler.get(value.ndim, np.zeros(())))
            for name, value in parameters.items()
        }
        law = self.natural(safe)
        return safe, law if len(law.decay) == len(usable) else law.repeated(len(usable))

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Through the derivatives of the maximum by the averages."""
        parts, of = seen(groups), seen(whole)
        weight = groups.count / whole.count
        mean = weight[:, None] * (parts.mean - of.mean)
        second = weight[:, None, None] * (parts.second - of.second)
        one = {name: value[:1] for name, value in fit.parameters.items()}
        return self.moves(self.natural(one), one, of, mean, second)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """The averages of harmonics that were not fitted: up to the second degree of every group, above it of the
        sampled rows."""
        usable = fit.answered
        _, law = self._safe(fit.parameters, usable)
        return harmonics.checks(law, self.matched(law), seen(observed.moments), usable, observed.points(self.schema))

    # --- using the answer --------------------------------------------------------------------------------------------

    def one(self, parameters: Parameters) -> Natural:
        """The law of parameters of one group."""
        return self.natural({name: np.asarray(value, dtype=np.float64)[None] for name, value in parameters.items()})

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density per unit of the sphere's surface at rows (m, d), to whose rounded digits the
        length is one. Raises InvalidData for rows that are no unit vectors, which have no density there."""
        law = self.one(parameters)
        length = np.sqrt((x * x).sum(axis=1, keepdims=True))
        away = np.abs(length[:, 0] - 1.0)
        if (away > _ROUNDED).any():
            row = int(away.argmax())
            raise InvalidData(
                f"{self.label} is of unit vectors, and row {row} has the length {float(length[row, 0]):.6g}: divide "
                "each row by its length."
            )
        y = x / length @ law.axes[0]
        out: Floats = y @ law.pull[0] - (y * y) @ law.decay[0] - log_partition
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows by rejection (Wood 1994; Kent, Ganeiban & Mardia 2018)."""
        return sample(self.one(parameters), n, rng)

    def law(self, parameters: Parameters) -> DirectionLaw:
        """By its integral."""
        return DirectionLaw(self.label, self.one(parameters), self.averages_of)

    def normalised(self, parameters: Parameters) -> float:
        """log Z by its integral."""
        return float(self.one(parameters).integral.log_c[0])


def along(axis: Floats) -> Floats:
    """(G, d) standard errors of the parts of a unit vector that errs by one in every direction across it."""
    return np.sqrt(np.maximum(1.0 - axis * axis, 0.0))
