"""The words of the Gaussian entries: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row


def _row(
    label: str, title: str, group: str, statistics: str, parameters: str, form: str, valid: str, assumptions: str
) -> Row:
    return {
        "label": label,
        "title": title,
        "family": "gaussian",
        "symmetry_group": group,
        "domain": "R^d",
        "statistics": statistics,
        "parameters": parameters,
        "free_energy": form,
        "valid_range": valid,
        "method": "formula",
        "assumptions": assumptions,
        "usage": f"in Python symcat.lookup({label!r}, mean=..., covariance=...)",
        "references": _REFERENCES.get(label, ["anderson2003", "perlman1987"]),
    }


_REFERENCES = {"gaussian.full": ["anderson2003"], "gaussian.permutation": ["anderson2003", "graczyk2022"]}
_QUADRATIC = r"F(x) = \frac{1}{2} (x - m)^T K (x - m), "
_ROWS = (
    _row(
        "gaussian.full",
        "Gaussian with any covariance",
        "parity about the mean",
        "mean, covariance C",
        "mean, precision",
        _QUADRATIC
        + r"\quad K = C^{-1}, \quad \log Z = \frac{d}{2} \log 2\pi - \frac{1}{2} \log \det K; "
        + r"\quad \beta = -K_{xy} / K_{yy}",
        "C positive definite: more rows than columns, none constant or dependent on the others",
        "Independent rows. One column given the others is the linear regression of ordinary least squares.",
    ),
    _row(
        "gaussian.diagonal",
        "Independent Gaussian columns",
        "Z2 on each column, about the mean",
        "mean, variances v_i",
        "mean, precision",
        _QUADRATIC + r"\quad K_{ij} = \delta_{ij} / v_i",
        "every variance positive",
        "Independent rows and independent columns.",
    ),
    _row(
        "gaussian.exchangeable",
        "Gaussian with exchangeable columns",
        "S_d: permutations of the columns",
        "common mean, common variance v, common covariance c",
        "mean, precision",
        _QUADRATIC
        + r"\quad K = \frac{1}{v - c} \left(1 - \frac{J}{d}\right) + \frac{1}{v + (d - 1) c} \frac{J}{d}, "
        + r"\quad J_{ij} = 1",
        "-v/(d - 1) < c < v",
        "Independent rows; the columns are alike, in any order, and have one mean.",
    ),
    _row(
        "gaussian.cyclic",
        "Gaussian on a ring of columns",
        "Z_d: shifts of the column order",
        "common mean, covariances c_k at lag k around the ring",
        "mean, precision",
        _QUADRATIC
        + r"\quad K_{ij} = \frac{1}{d} \sum_q \frac{e^{2 \pi i q (j - i) / d}}{\hat c_q}, "
        + r"\quad \hat c_q = \sum_k c_k e^{-2 \pi i q k / d}",
        "every Fourier coefficient of the lag covariances positive",
        "Independent rows; the order of the columns is that of a ring, and they have one mean.",
    ),
    _row(
        "gaussian.isotropic",
        "Gaussian invariant under rotations",
        "O(d): rotations and reflections about the mean",
        "mean, total variance <|x - m|^2>",
        "mean, precision",
        _QUADRATIC + r"\quad K = \frac{d}{\langle |x - m|^2 \rangle} 1",
        "total variance positive",
        "Independent rows; columns in one unit, so that rotating them makes sense.",
    ),
    _row(
        "gaussian.permutation",
        "Gaussian that some permutations of the columns leave as it is",
        "a group of permutations of the columns, chosen by BIC among all",
        "one mean for each orbit of columns, one covariance for each orbit of pairs",
        "mean, precision",
        _QUADRATIC
        + r"\quad K_{ij} = K_{g(i) g(j)} \; (g \in G), \quad "
        + r"K^{-1} = \frac{1}{|G|} \sum_{g \in G} g \, C \, g^T",
        "the average of C over the group positive definite",
        "Independent rows; columns in one unit. Of up to seven columns all groups are weighed, of more those that a "
        "guided search finds; BIC pays for the choice.",
    ),
)
CLASSES: dict[str, Row] = {str(row["label"]): row for row in _ROWS}

COVERAGE: dict[str, Row] = {
    label: coverage_row(
        label,
        "positive definite covariance",
        below="a singular covariance (too few rows, dependent columns) has no normalisable solution.",
        above="nothing.",
    )
    for label in CLASSES
}
