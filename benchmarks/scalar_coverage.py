"""How often 95 % intervals of the classes that are fitted to averages of one column hold the truth.

    python -m benchmarks.scalar_coverage [TABLES [ROWS ...]]       some minutes for 4000 tables of 2000 rows

Gaussians, polynomials, and both in the charts; the laws are drawn by the rule of ``one_column_laws``, twenty of each
class and TABLES tables over all of them. Behind each parameter stand the share of the intervals ``estimate +- 1.96
errors`` that hold it, over all laws, and the least and the largest share of a law. Laws fitted to rows are in
``laws_of_rows``. In ``asinh(...)`` the true parameters are those of the chart at its true places, while the fit has
those of the chart at the places that its rows have fixed.
"""

from __future__ import annotations

import sys
import warnings
import zlib

import numpy as np

from benchmarks.check_levels import moments_of
from benchmarks.one_column_laws import LABELS, draw
from symcat.catalogue import default
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Options

LAWS = 20
NORMAL = 1.959963984540054


def main(tables: int = 4000, *sizes: int) -> None:
    warnings.simplefilter("ignore")
    for label in LABELS:
        model = registry.model(label, Schema.real(["x"]), Options(), default())
        if model.one_by_one:
            continue
        for n in sizes or (2000,):
            covered: dict[str, list[float]] = {}
            weights, answered = [], []
            for law in range(LAWS):
                rng = np.random.default_rng([n, zlib.crc32(label.encode()), law])
                truth = draw(label, rng)
                rows = truth.draw(tables // LAWS * n, rng).reshape(-1, n, 1)
                power = max(model.needs.power, model.check_needs.power)
                fit = model.fit(moments_of(rows, model.schema, power, model.needs.charts))
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
    main(*(int(value) for value in sys.argv[1:]))
