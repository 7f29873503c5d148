"""The words of the entries of a categorical target: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row

MULTINOMIAL, LINEAR, QUADRATIC = "multinomial.linear", "discriminant.linear", "discriminant.quadratic"

_COMMON: Row = {
    "family": "conditional",
    "symmetry_group": "none",
    "domain": "{1, ..., K} given R^p or two-valued columns",
    "usage": "in Python symcat.solve(data, target='column')",
}
_GAUSSIAN = (
    r"F(k \mid x) = \tau \left(\tfrac12 y_k^T \Sigma_k^{-1} y_k + \tfrac12 \log\det \Sigma_k - \log w_k\right) - b_k"
)

CLASSES: dict[str, Row] = {
    MULTINOMIAL: _COMMON
    | {
        "label": MULTINOMIAL,
        "title": "Multinomial logistic regression of a categorical column by maximum likelihood",
        "statistics": "all rows: the averages of x in each level and the values of x",
        "parameters": "intercept, coefficients",
        "free_energy": r"F(k \mid x) = -\alpha_k - \beta_k \cdot x, \quad \alpha_1 = \beta_1 = 0",
        "valid_range": "no combination of the predictors parts levels of the target; up to 600 coefficients",
        "method": "search",
        "assumptions": "Independent rows; the log-odds are linear in the predictors, of which nothing is said.",
        "references": ["theil1969"],
    },
    LINEAR: _COMMON
    | {
        "label": LINEAR,
        "title": "A Gaussian in each level of a categorical column, one covariance",
        "statistics": "shares of the levels, means in each, the covariance within",
        "parameters": "share, mean, axes, tail, sharpness, offset",
        "free_energy": _GAUSSIAN.replace("_k^{-1}", "^{-1}").replace(r" + \tfrac12 \log\det \Sigma_k", ""),
        "valid_range": "two rows or more in each level",
        "method": "formula",
        "assumptions": "Independent rows; Gaussian predictors in each level; calibrated on rows left out.",
        "references": ["fisher1936"],
    },
    QUADRATIC: _COMMON
    | {
        "label": QUADRATIC,
        "title": "A Gaussian in each level of a categorical column, a shrunk covariance for each",
        "statistics": "shares of the levels, means and covariances in each",
        "parameters": "share, mean, axes, covariance, shrinkage, tail, sharpness, offset",
        "free_energy": _GAUSSIAN,
        "valid_range": "two rows or more in each level",
        "method": "formula",
        "assumptions": "Independent rows; Gaussian predictors in each level; calibrated on rows left out.",
        "references": ["fisher1936", "friedman1989"],
    },
}

COVERAGE: dict[str, Row] = {
    label: coverage_row(label, "table of rows", below=below, above="no limit.")
    for label, below in (
        (MULTINOMIAL, "rows no more than the coefficients of a level do not determine them."),
        (LINEAR, "fewer than two rows in a level have no Gaussian."),
        (QUADRATIC, "fewer than two rows in a level have no Gaussian."),
    )
}
