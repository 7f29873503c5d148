"""How often 95 % intervals of the classes of one column hold the truth.

    python -m benchmarks.scalar_coverage                           some minutes
    python -m benchmarks.scalar_coverage --only gamma --tables 2000 --rows 500 2000

Gaussians, polynomials, both in the charts, and the laws that are fitted to rows, of which ``--single`` tables are
fitted one after the other; the laws are drawn by the rule of ``one_column_laws``, twenty of each class and
``--tables`` over all of them. Behind each parameter stand the share of the intervals ``estimate +- 1.96 errors`` that
hold it, over all laws, and the least and the largest share of a law. In ``asinh(...)`` the true parameters are those
of the chart at its true places, while the fit has those of the chart at the places that its rows have fixed.
"""

from __future__ import annotations

import argparse
import warnings
import zlib

import numpy as np

from benchmarks.check_levels import moments_of
from benchmarks.one_column_laws import INTERVALS, LABELS, draw
from symcat.catalogue import default
from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Model, Options
from symcat.models.concatenation import concatenate_fits
from symcat.models.fit import Fit, Observed
from symcat.models.special import needs_rows

LAWS = 20
NORMAL = 1.959963984540054


def fitted(model: Model, rows: Floats, moments: Moments) -> Fit:
    """The fits of all tables (G, n, 1)."""
    if not needs_rows(model):
        return model.fit(moments)
    every = enumerate(rows)
    return concatenate_fits(
        [model.fit_rows(None, Observed(moments.groups(slice(g, g + 1)), table)) for g, table in every]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=4000)
    parser.add_argument("--single", type=int, default=2000)
    parser.add_argument("--rows", type=int, nargs="*", default=[2000])
    parser.add_argument("--only", default="", help="part of a label")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for label in (*LABELS, *INTERVALS):
        if given.only not in label:
            continue
        options = Options(interval=INTERVALS.get(label))
        model = registry.model(label, Schema.real(["x"]), options, default())
        tables = given.single if needs_rows(model) else given.tables
        for n in given.rows:
            covered: dict[str, list[float]] = {}
            weights, answered = [], []
            for law in range(LAWS):
                rng = np.random.default_rng([n, zlib.crc32(label.encode()), law])
                truth = draw(label, rng)
                rows = truth.draw(tables // LAWS * n, rng).reshape(-1, n, 1)
                power = max(model.needs.power, model.check_needs.power)
                fit = fitted(model, rows, moments_of(rows, model.schema, power, model.needs.charts))
                ok = fit.answered
                answered.append(ok.mean())
                if not ok.any():
                    continue
                weights.append(ok.sum())
                for name, value in truth.parameters.items():
                    estimate, error = fit.parameters[name][ok].ravel(), fit.standard_errors[name][ok].ravel()
                    covered.setdefault(name, []).append(float(np.mean(np.abs(estimate - value) < NORMAL * error)))
            share = {name: 100 * np.average(found, weights=weights) for name, found in covered.items()}
            shares = ", ".join(
                f"{name} {share[name]:.1f} ({100 * min(found):.0f} to {100 * max(found):.0f})"
                for name, found in covered.items()
            )
            print(f"{label:22s} n {n:6d}  answered {100 * np.mean(answered):5.1f} %  covered, %: {shares}", flush=True)


if __name__ == "__main__":
    main()
