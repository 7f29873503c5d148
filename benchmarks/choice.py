"""Is the class that rows were drawn from the one that is chosen? Rows of every class, solved with no class named.

    python -m benchmarks.choice                           200 laws of each class, 10^4 rows each, about ten minutes
    python -m benchmarks.choice --laws 20 --only octic --tell

The laws are drawn by the rule of ``one_column_laws``. A choice is *right*; or *nested*, a special case that BIC cannot
tell from it yet: its BIC is below that of the law which the rows were drawn from, its true parameters counted as if
fitted, so that no fit of the true class need be believed; or *other*, a class that is neither, of which BIC says the
same; or *wrong*: the true law, parameters paid for, has the smaller BIC. Of these the nats a row are told, by which the
choice is worse.
"""

from __future__ import annotations

import argparse
import warnings
import zlib
from collections import Counter, defaultdict

import numpy as np
from rich.console import Console
from rich.table import Table

import symcat
from benchmarks.one_column_laws import LABELS, Truth, draw
from symcat.catalogue import default
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Options

N_PARAMETERS = {"counts.poisson": 1, "counts.negative_binomial": 2, "exponential.scalar": 1, "gamma.scalar": 2}
N_PARAMETERS |= {"student.scalar": 3, "gaussian.full": 2, "z2.quartic": 3, "z2.sextic": 4, "z2.octic": 5}
N_PARAMETERS |= {"scalar.quartic": 4, "scalar.sextic": 6, "scalar.octic": 8}


def n_parameters(label: str) -> int:
    """Free numbers of a class, those that place its chart among them."""
    chart, inner = label[:-1].split("(") if "(" in label else ("", label)
    return N_PARAMETERS[inner] + 2 * (chart == "asinh")


def special_cases(label: str) -> frozenset[str]:
    """Labels nested in a class; Poisson's law is the limit of the negative binomial without dispersion."""
    return registry.model(label, Schema.real(["x"]), Options(), default()).nested


def judged(truth: Truth, x: np.ndarray) -> tuple[str, str, float, str]:
    """Right, nested, other, wrong or refused; the class chosen; nats a row that it loses; why the true one was not."""
    try:
        answer = symcat.solve(x, fallback=None)
    except symcat.SymcatError as error:
        return "refused", "none", np.nan, str(error).splitlines()[0]
    if answer.label == truth.label:
        return "right", answer.label, 0.0, ""
    of_truth = n_parameters(truth.label) * np.log(len(x)) - 2.0 * float(truth.log_density(x).sum())
    lost = 0.5 * (answer.bic - of_truth) / len(x)
    why = next((one.reason for one in answer.evidence if one.label == truth.label), "not weighed")
    if lost > 0.0:
        return "wrong", answer.label, lost, why
    return "nested" if answer.label in special_cases(truth.label) else "other", answer.label, lost, why


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--laws", type=int, default=200)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--only", default="", help="part of a label")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tell", action="store_true", help="why the true class was not taken, of each wrong choice")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    console = Console(width=150)
    table = Table(
        *("class", "right", "nested", "other", "wrong", "chosen instead (times; worst loss in nats a row)"), box=None
    )
    total: Counter[str] = Counter()
    for label in [label for label in LABELS if asked.only in label]:
        counts: Counter[str] = Counter()
        instead: dict[tuple[str, str], list[float]] = defaultdict(list)
        for k in range(asked.laws):
            rng = np.random.default_rng([asked.seed, zlib.crc32(label.encode()), k])
            truth = draw(label, rng)
            kind, chosen, lost, why = judged(truth, truth.draw(asked.rows, rng))
            counts[kind] += 1
            if kind != "right":
                instead[kind, chosen].append(lost)
            if asked.tell and kind in ("wrong", "refused", "other"):
                console.print(f"{label} law {k}: {kind}: {chosen} by {lost:.2g} nats; {label}: {why}", highlight=False)
        total.update(counts)
        said = "; ".join(
            f"{kind}: {chosen} ({len(nats)}" + (f"; {max(nats):.1g})" if kind == "wrong" else ")")
            for (kind, chosen), nats in sorted(instead.items())
        )
        wrong = counts["wrong"] + counts["refused"]
        shares = (f"{counts[kind] / asked.laws:.1%}" for kind in ("right", "nested", "other"))
        table.add_row(label, *shares, f"{wrong / asked.laws:.1%}", said)
        if asked.tell:
            console.print(label, dict(counts), highlight=False)
    every = total.total()
    table.add_row(
        "all", *(f"{total[k] / every:.1%}" for k in ("right", "nested", "other")),
        f"{(total['wrong'] + total['refused']) / every:.1%}",
    )  # fmt: skip
    console.print(table)


if __name__ == "__main__":
    main()
