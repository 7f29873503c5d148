"""How often 95 % intervals of the laws of scores hold the truth, and how often their checks reject true laws.

    python -m benchmarks.scores_coverage [TABLES [ROWS]]       about a quarter of an hour for 500 tables of 2000 rows

Three columns (a Gaussian, a log-normal and a gamma law, whose classes are found anew in every table) are joined by a
law of their normal scores that is known. Behind each number stand the shares of the intervals ``estimate +- 1.96
errors`` that hold it, by the errors of the model and by the robust ones; behind a check, of the tables that it rejects
at 5, 1 and 0.1 %. The components of the mixture have means of zero and variances of one, so that the margins are
normal scores; its numbers are counted over the tables in which two components were found.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special, stats

import symcat
from symcat.models.base import Floats

NORMAL = 1.959963984540054
CORRELATION = np.array([[1.0, 0.6, -0.3], [0.6, 1.0, 0.1], [-0.3, 0.1, 1.0]])
DEGREES = 5.0

Numbers = dict[str, float]


def in_units(z: Floats) -> dict[str, Floats]:
    """Scores (n, 3) as columns of three laws."""
    share = special.ndtr(z)
    return {"a": 3.0 + 2.0 * z[:, 0], "b": np.exp(0.5 * z[:, 1]), "c": stats.gamma.ppf(share[:, 2], 3.0, scale=2.0)}


@dataclass(frozen=True)
class Law:
    """What is solved for, rows of it, and its numbers by name: the truth, and those of an answer's parameters."""

    label: str
    draw: Callable[[int, np.random.Generator], Mapping[str, Any]]
    truth: Numbers
    numbers: Callable[[Mapping[str, Any], Mapping[str, Any]], Numbers]


# --- correlations ----------------------------------------------------------------------------------------------------


def gaussian_rows(n: int, rng: np.random.Generator) -> dict[str, Floats]:
    return in_units(rng.standard_normal((n, 3)) @ np.linalg.cholesky(CORRELATION).T)


def student_rows(n: int, rng: np.random.Generator) -> dict[str, Floats]:
    t = rng.standard_normal((n, 3)) @ np.linalg.cholesky(CORRELATION).T
    t *= np.sqrt(DEGREES / rng.chisquare(DEGREES, size=n))[:, None]
    return in_units(special.ndtri(stats.t.cdf(t, DEGREES)))


def correlations(values: Mapping[str, Any], parameters: Mapping[str, Any]) -> Numbers:
    """Of every pair, and the degrees of freedom where there are such."""
    found = {f"{i}{j}": float(values["correlation"][i, j]) for i in range(3) for j in range(i + 1, 3)}
    return found | {name: float(values[name]) for name in ("degrees_of_freedom",) if name in values}


# --- a mixture -------------------------------------------------------------------------------------------------------

WEIGHTS = np.array([0.4, 0.6])
COMPONENTS = np.array(
    [
        [[1.0, 0.8, 0.4], [0.8, 1.0, 0.5], [0.4, 0.5, 1.0]],
        [[1.0, -0.5, -0.3], [-0.5, 1.0, -0.2], [-0.3, -0.2, 1.0]],
    ]
)
MIXTURE = {"weights": WEIGHTS, "means": np.zeros((2, 3)), "covariances": COMPONENTS}


def mixture_rows(n: int, rng: np.random.Generator) -> dict[str, Floats]:
    chosen = (rng.random(n) > WEIGHTS[0]).astype(int)
    roots = np.linalg.cholesky(COMPONENTS)
    return in_units(np.einsum("mij,mj->mi", roots[chosen], rng.standard_normal((n, 3))))


def of_components(values: Mapping[str, Any], parameters: Mapping[str, Any]) -> Numbers:
    """Weights, means and covariances, the component of the larger first correlation first; none of another number."""
    covariances = np.asarray(parameters["covariances"])
    if len(covariances) != len(WEIGHTS):
        return {}
    found: Numbers = {}
    for k, at in enumerate(np.argsort(-covariances[:, 0, 1])):
        found[f"weight {k}"] = float(values["weights"][at])
        found |= {f"mean {k}, {i}": float(values["means"][at, i]) for i in range(3)}
        found |= {
            f"covariance {k}, {i}{j}": float(values["covariances"][at, i, j]) for i in range(3) for j in range(i, 3)
        }
    return found


LAWS = (
    Law("scores(gaussian.full)", gaussian_rows, correlations({"correlation": CORRELATION}, {}), correlations),
    Law(
        "scores(student)",
        student_rows,
        correlations({"correlation": CORRELATION, "degrees_of_freedom": DEGREES}, {}),
        correlations,
    ),
    Law("scores(hidden.gaussian)", mixture_rows, of_components(MIXTURE, MIXTURE), of_components),
)


def main(tables: int = 500, n: int = 2000, *chosen: int) -> None:
    warnings.simplefilter("ignore")
    for place, law in enumerate(LAWS):
        if chosen and place not in chosen:
            continue
        held: dict[str, list[tuple[bool, bool]]] = {}
        p_values: dict[str, list[float]] = {}
        verdicts: list[str | None] = []
        for table in range(tables):
            answer = symcat.solve(law.draw(n, np.random.default_rng([place, table])), classes=[law.label])
            verdicts.append(answer.verdict)
            for check in answer.checks:
                if check.p_value is not None:
                    p_values.setdefault(check.name, []).append(check.p_value)
            parameters = answer.parameters
            estimates = law.numbers(parameters, parameters)
            errors = [
                law.numbers(found or {}, parameters)
                for found in (answer.standard_errors, answer.robust_standard_errors)
            ]
            for name, value in estimates.items():
                apart = abs(value - law.truth[name])
                held.setdefault(name, []).append((apart < NORMAL * errors[0][name], apart < NORMAL * errors[1][name]))
        fits = 100 * np.mean([verdict == "fits" for verdict in verdicts])
        print(f"{law.label}, {tables} tables of {n} rows; {fits:.1f} % fit")
        for name, found in held.items():
            model, robust = 100 * np.mean(found, axis=0)
            print(f"  {name:20s} model {model:5.1f} %  robust {robust:5.1f} %  of {len(found)} tables")
        for name, p in p_values.items():
            rejected = ", ".join(f"{100 * np.mean(np.array(p) < level):.1f} %" for level in (0.05, 0.01, 0.001))
            print(f"  {name:20s} rejects {rejected} at 5, 1, 0.1 %, of {len(p)} tables", flush=True)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
