"""How often 95 % intervals of the classes of one column hold the truth.

    python -m benchmarks.scalar_coverage                           some minutes
    python -m benchmarks.scalar_coverage --only gamma --tables 2000 --rows 500 2000

Gaussians, polynomials, both in the charts, and the laws that are fitted to rows, of which ``--single`` tables are
fitted one after the other; the laws are drawn by the rule of ``one_column_laws``, twenty of each class and
``--tables`` over all of them. Behind each parameter stand the share of the intervals ``estimate +- 1.96 errors`` that
hold it, over all laws, and the least and the largest share of a law.

In ``asinh(...)`` the rows place the chart, and the parameters are those of the law in the chart where it is. So what an
interval is to hold is, table by table, what all rows there could be would give in that chart: the class fitted to the
law's own averages of its coordinate; tables in whose charts these have no maximum are left out. ``--true-places`` holds
the intervals against the parameters in the chart at the law's own median and deviation, which no fit has: centre and
unit take with them most of what moves the averages, so that the intervals are too wide for that.
"""

from __future__ import annotations

import argparse
import warnings
import zlib
from collections.abc import Mapping

import numpy as np

from benchmarks.check_levels import moments_of
from benchmarks.one_column_laws import INTERVALS, LABELS, Truth, draw
from symcat.catalogue import default
from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Model, Options
from symcat.models.charts.charted import Charted
from symcat.models.concatenation import concatenate_fits
from symcat.models.fit import Fit, Observed
from symcat.models.special import needs_rows

LAWS = 20
AT_ONCE = 20
"""Tables whose charts are gone through together."""
NORMAL = 1.959963984540054


def fitted(model: Model, rows: Floats, moments: Moments) -> Fit:
    """The fits of all tables (G, n, 1)."""
    if not needs_rows(model):
        return model.fit(moments)
    every = enumerate(rows)
    return concatenate_fits(
        [model.fit_rows(None, Observed(moments.groups(slice(g, g + 1)), table)) for g, table in every]
    )


def in_the_charts_of(truth: Truth, model: Charted, fit: Fit) -> dict[str, Floats]:
    """The parameters (G,) that the law has in the charts that the rows of G tables have placed."""
    assert truth.masses is not None
    values, mass = truth.masses
    at = model.at(fit.parameters)
    out: dict[str, list[Floats]] = {}
    for some in np.array_split(np.arange(len(at)), -(-len(at) // AT_ONCE)):
        y = model.chart.coordinate(values, at[some][:, None, :])
        origin = y @ mass
        y -= origin[:, None]
        square = y * y
        raised, powers = square, []
        for _ in range(3, model.inner.needs.power + 1):
            raised = raised * y
            powers.append(raised @ mass)
        moments = Moments(
            columns=model.schema.columns,
            count=np.full(len(some), np.nan),
            origin=origin[:, None],
            unit=1.0,
            first=np.zeros((len(some), 1)),
            second=(square @ mass)[:, None, None],
            column_powers=np.stack(powers, axis=-1)[:, None, :],
        )
        for name, found in model.inner.fit(moments).parameters.items():
            out.setdefault(name, []).append(found.ravel())
    return {name: np.concatenate(found) for name, found in out.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=4000)
    parser.add_argument("--single", type=int, default=2000)
    parser.add_argument("--rows", type=int, nargs="*", default=[2000])
    parser.add_argument("--only", default="", help="part of a label")
    parser.add_argument("--true-places", action="store_true", help="of asinh(...), the chart at the law's own places")
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
            weights, answered, lacking = [], [], 0
            for law in range(LAWS):
                rng = np.random.default_rng([n, zlib.crc32(label.encode()), law])
                truth = draw(label, rng)
                rows = truth.draw(tables // LAWS * n, rng).reshape(-1, n, 1)
                power = max(model.needs.power, model.check_needs.power)
                fit = fitted(model, rows, moments_of(rows, model.schema, power, model.needs.charts))
                ok = fit.answered
                answered.append(ok.mean())
                wanted: Mapping[str, float | Floats] = truth.parameters
                if truth.masses is not None and isinstance(model, Charted) and not given.true_places:
                    every = in_the_charts_of(truth, model, fit)
                    held = ok & np.isfinite(every["mean"])
                    lacking, ok = lacking + int(ok.sum() - held.sum()), held
                    wanted = {name: values[ok] for name, values in every.items()}
                if not ok.any():
                    continue
                weights.append(ok.sum())
                for name, value in wanted.items():
                    estimate, error = fit.parameters[name][ok].ravel(), fit.standard_errors[name][ok].ravel()
                    covered.setdefault(name, []).append(float(np.mean(np.abs(estimate - value) < NORMAL * error)))
            share = {name: 100 * np.average(found, weights=weights) for name, found in covered.items()}
            shares = ", ".join(
                f"{name} {share[name]:.1f} ({100 * min(found):.0f} to {100 * max(found):.0f})"
                for name, found in covered.items()
            )
            said = f"; the law has no maximum in the charts of {lacking} tables" if lacking else ""
            answers = f"answered {100 * np.mean(answered):5.1f} %"
            print(f"{label:22s} n {n:6d}  {answers}  covered, %: {shares}{said}", flush=True)


if __name__ == "__main__":
    main()
