"""The records an answer is made of: evidence, checks, the trail of what was asked, and what a regression reports."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, PlainValidator, WithJsonSchema

from symcat.models.fit import LinearFamily

Floats: TypeAlias = NDArray[np.float64]


def _number_or_array(value: Any) -> float | Floats:
    """A float or an array of floats, which cannot be changed; null, as JSON has it, is NaN.

    An array that cannot be changed as it is, is not copied: of very many pairs there is no room for that.
    """
    if isinstance(value, np.ndarray) and value.ndim and value.dtype == np.float64 and not value.flags.writeable:
        return value
    array = np.array(value, dtype=np.float64)
    if array.ndim == 0:
        return float(array)
    array.flags.writeable = False
    return array


def _plain(value: Any) -> Any:
    """Numbers and lists for JSON, where a value that is not finite is null."""
    if np.ndim(value) == 0:
        return value if math.isfinite(value) else None
    return [_plain(v) for v in np.asarray(value).tolist()]


def _number(value: Any) -> Any:
    return math.nan if value is None else value


Number = Annotated[float, BeforeValidator(_number)]
"""A float; null, as JSON has it, is NaN."""

Numbers = Annotated[
    float | NDArray[np.float64],
    PlainValidator(_number_or_array),
    PlainSerializer(_plain),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "array"}, {"type": "null"}]}),
]
"""A float, or an array of floats."""


_BINS, _QUANTILES = 40, 50
_MIDDLE, _MARGIN = (0.01, 0.99), 0.2
"""Shares of the rows that a histogram holds at least, and how far it goes beyond where there are more."""


class Record(BaseModel):
    """Base of the records: frozen, strict about names, with arrays allowed.

    Two records are equal if they are of one class and hold the same values: arrays number by number, NaN equal to NaN.
    They have no hash, as arrays have none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, ser_json_inf_nan="null")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or type(self) is not type(other):
            return NotImplemented
        return all(same(getattr(self, name), getattr(other, name)) for name in type(self).model_fields)

    def __hash__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} has no hash, because it may hold arrays: use its JSON as a key.")


def same(one: object, other: object) -> bool:
    """Whether two values of a record are equal, NaN equal to NaN."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    return type(one) is type(other) and one == other


class Check(Record):
    """One test made after the fit: what was compared, and whether the class passed.

    ``decides`` says whether failing it means that the class does not describe the data; else it is only told.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> answer = symcat.solve(np.random.default_rng(0).normal(size=1000))
    >>> [(check.name, check.passed) for check in answer.checks]
    [('skewness', True), ('kurtosis', True)]
    """

    name: str
    statistic: float | None
    p_value: float | None
    passed: bool
    detail: str
    decides: bool = True


class Evidence(Record):
    """One candidate class: how well it explains the data, and why it was taken or declined.

    The smallest ``bic`` is taken. Where a law of whole numbers is among the candidates, or values of several columns
    repeat, that of a density counts the probabilities of all that rounds to each; ``log_likelihood`` is that of the
    density itself. Of a categorical target the largest ``leave_one_out`` is taken instead: the log-likelihood of each
    row's level from all other rows.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> found = symcat.classify(np.random.default_rng(0).normal(size=1000))
    >>> found["gaussian.full"].reason
    'smallest BIC'
    """

    label: str
    log_likelihood: float | None
    n_parameters: int
    bic: float | None
    statistics: dict[str, Numbers]
    parameters: dict[str, Numbers]
    log_partition: float | None = None
    leave_one_out: float | None = None
    checks: tuple[Check, ...]
    verdict: Literal["taken", "declined"]
    reason: str


class Step(Record):
    """One strategy that was asked for the answer, and what it said.

    ``strategy`` is the word for answers that are found so: exact, catalogue, correction, learned or analog.

    Examples
    --------
    >>> import symcat
    >>> [step.outcome for step in symcat.lookup("z2.quartic", m2=1.0, m4=2.5).trail]
    ['answered']
    """

    strategy: str
    outcome: Literal["answered", "declined"]
    reason: str


class AveragedCouplings(Record):
    """Couplings averaged over whether each of them is there, with the weights of BIC (``average="bic"``).

    ``label`` is the class that has them all, and ``parameters`` and ``standard_errors`` have the shapes that they have
    in it. ``weights`` say how likely each number is there: one for those that are not between columns. The errors
    count how far the average is drawn towards zero, so that intervals hold couplings of any size, mostly more often
    than asked.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> rows = np.random.default_rng(0).normal(size=(300, 3))
    >>> found = symcat.solve(rows, classes=["gaussian.full", "gaussian.diagonal"], average="bic").averaged
    >>> found.label, found.weights["precision"].round(2).tolist()
    ('gaussian.full', [[1.0, 0.06, 0.07], [0.06, 1.0, 0.05], [0.07, 0.05, 1.0]])
    """

    label: str
    parameters: dict[str, Numbers]
    standard_errors: dict[str, Numbers]
    weights: dict[str, Numbers]


class Information(Record):
    """Entropies of a table of two-valued columns, in nats a row, and the share of their dependence that pairs explain.

    ``entropy`` is the model's; the data's is that of their distinct rows (plug-in), also with the correction of Miller
    (1955) for rows not seen, (U - 1) / 2n with U distinct ones. The multi-information is the entropy that independent
    columns would have, less the data's; ``share`` is the part of it that the model has too (Schneidman et al. 2003),
    None where rows are few against states, for the reason ``share_withheld``.
    """

    entropy: float
    independent_entropy: float
    data_entropy: float
    data_entropy_corrected: float
    multi_information: float
    multi_information_corrected: float
    share: float | None
    share_corrected: float | None
    share_withheld: str | None = None


class Histogram(Record):
    """What a picture of one real column needs of its rows, from the random sample of them that the pass has kept.

    ``counts`` (B,) of ``n_rows`` values between ``edges`` (B + 1,), beyond which few may lie, and ``quantiles``
    (K,) at the shares ``(k + 1/2) / K``.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> seen = symcat.solve(np.random.default_rng(0).normal(size=1000)).histogram
    >>> len(seen.counts), int(seen.counts.sum()), seen.n_rows
    (40, 998, 1000)
    """

    edges: Numbers
    counts: Numbers
    quantiles: Numbers
    n_rows: int

    @classmethod
    def of(cls, values: Floats) -> Histogram:
        """Of values (m,)."""
        ordered = np.sort(values)
        middle = ordered[[round(share * (len(ordered) - 1)) for share in _MIDDLE]]
        margin = _MARGIN * (middle[1] - middle[0])
        low, high = max(ordered[0], middle[0] - margin), min(ordered[-1], middle[1] + margin)
        counts, edges = np.histogram(ordered, bins=_BINS, range=(low, high))
        places = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
        return cls(edges=edges, counts=counts, quantiles=np.quantile(ordered, places), n_rows=len(ordered))


class HypothesisTest(Record):
    """A test of linear combinations of coefficients (Wald 1943): ``statistic`` has the law F, or chi-square.

    ``degrees_of_freedom`` are the number of combinations, and for F those of the residuals.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> x, z, noise = np.random.default_rng(0).normal(size=(3, 200))
    >>> answer = symcat.solve({"x": x, "z": z, "y": x + noise}, target="y")
    >>> found = answer.wald({"x": 1.0, "z": 1.0}, 1.0)
    >>> found.law, found.degrees_of_freedom, found.p_value > 0.05
    ('F', (1, 197), True)
    """

    statistic: float
    law: Literal["F", "chi-square"]
    degrees_of_freedom: tuple[int, ...]
    p_value: float


class RegressionSummary(Record):
    """What a regression reports beside the coefficients; arrays in the order of the predictors, intercept apart.

    Least squares is of the family ``"gaussian"``. A ``"logistic"`` one has no residuals, and its t are normal scores.
    Without an intercept R2 compares with zero rather than with the mean. ``f_statistic`` tests all predictors together.
    ``covariance`` (k, k) is that of the coefficients, the intercept first if there is one.
    """

    target: str
    predictors: tuple[str, ...]
    family: LinearFamily
    intercept: bool = True
    residual_standard_deviation: float | None = None
    degrees_of_freedom: int
    r_squared: float | None = None
    t_values: dict[str, Numbers]
    p_values: dict[str, Numbers]
    condition_number: float | None = None
    adjusted_r_squared: float | None = None
    f_statistic: float | None = None
    f_p_value: float | None = None
    covariance: Numbers | None = None

    @property
    def student_degrees(self) -> float:
        """Degrees of freedom of Student's law of the t-values; infinite where it is the normal one."""
        return math.inf if self.residual_standard_deviation is None else float(self.degrees_of_freedom)
