"""``hidden.gaussian`` of one column beside scikit-learn's GaussianMixture, K = 1 to 6 by BIC: likelihood and time.

``python benchmarks/hidden_gaussian.py [ROWS]`` prints, for each of a dozen shapes, the number of components of both,
the log-likelihood of symcat less scikit-learn's best of ``n_init=5`` at each K that both have tried (a negative number
is a miss), the difference of the smallest BIC, and milliseconds of a processor for the search over all K,
scikit-learn's with ``n_init=1``, its default. The rows are standardised for scikit-learn, whose bound on the variances,
``reg_covar``, is 1e-6 then.
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from symcat.catalogue import default
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics
from symcat.models.base import Options
from symcat.models.fit import Observed
from symcat.models.hidden import FAMILY
from symcat.models.hidden.gaussian import LABEL

MOST = 6
Floats = NDArray[np.float64]


def shapes(n: int) -> dict[str, Floats]:
    """Rows of each shape."""
    rng = np.random.default_rng(3)

    def mixture(weights: list[float], means: list[float], spreads: list[float]) -> Floats:
        label = rng.choice(len(weights), size=n, p=weights)
        return rng.normal(np.array(means)[label], np.array(spreads)[label])

    return {
        "normal": rng.normal(size=n),
        "two apart": mixture([0.4, 0.6], [-2, 2], [1, 1]),
        "two close": mixture([0.5, 0.5], [-1, 1], [1, 1]),
        "three": mixture([0.4, 0.3, 0.3], [-4, 0, 3], [0.3, 1, 0.2]),
        "five": mixture([0.2] * 5, [-8, -3, 0, 1, 6], [1, 0.5, 0.3, 0.1, 2]),
        "claw": mixture([0.5] + [0.1] * 5, [0, -1, -0.5, 0, 0.5, 1], [1] + [0.1] * 5),
        "one within the other": mixture([0.8, 0.2], [0, 0], [1, 6]),
        "rounded": np.round(mixture([0.4, 0.6], [-2, 2], [1, 1]), 1),
        "a third zeros": np.where(rng.random(n) < 0.3, 0.0, rng.normal(1, 1, n)),
        "exponential": rng.exponential(size=n),
        "lognormal": rng.lognormal(size=n),
        "uniform": rng.uniform(size=n),
        "beta": rng.beta(0.7, 0.5, n),
    }


def main(n: int) -> None:
    warnings.simplefilter("ignore")
    columns = ("", "K", "sklearn", "log-likelihood less sklearn's, K = 1, 2, ...", "BIC", "ms", "sklearn, ms", "ratio")
    table = Table(*columns, box=None)
    model = FAMILY.model(LABEL, Schema.real(("x",)), Options(), default())
    ratios = []
    for name, x in shapes(n).items():
        y = ((x - x.mean()) / x.std())[:, None]
        statistics = Statistics().update(y)
        observed = Observed(statistics.moments, sample=statistics.sample)
        times = []
        for _ in range(5):
            begin = time.process_time()
            fit = model.fit_rows(lambda y=y: iter([(y, np.ones(len(y)))]), observed)
            times.append(time.process_time() - begin)
        begin = time.process_time()
        found = [GaussianMixture(k, random_state=0).fit(y) for k in range(1, MOST + 1)]
        peer = time.process_time() - begin
        bic = min(one.bic(y) for one in found)
        best = [GaussianMixture(k, random_state=0, n_init=5).fit(y).score(y) * n for k in range(1, MOST + 1)]
        above = fit.statistics["bic_above_least"][0]
        tried = [k for k in range(1, MOST + 1) if np.isfinite(above[k - 1])]
        own = [-0.5 * (fit.bic[0] + above[k - 1] - (3 * k - 1) * np.log(n)) for k in tried]
        less = ", ".join(f"{a - best[k - 1]:.2f}" for k, a in zip(tried, own, strict=True))
        ratios.append(min(times) / peer)
        number = int(np.argmin([one.bic(y) for one in found])) + 1
        cells = (f"{fit.bic[0] - bic:.1f}", f"{1e3 * min(times):.1f}", f"{1e3 * peer:.1f}", f"{ratios[-1]:.2f}")
        table.add_row(name, f"{fit.statistics['components'][0]:.0f}", str(number), less, *cells)
    console = Console(width=150)
    console.print(table)
    console.print(f"median ratio of times {np.median(ratios):.2f}, {n} rows, one thread")


if __name__ == "__main__":
    with threadpool_limits(1):
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
