"""The confusion matrix: which class is chosen for rows of each class, of one column and of several, none being named.

    python -m benchmarks.confusion --rows 10000 --laws 20        about half an hour
    python -m benchmarks.confusion --rows 1000 --laws 20 --only gaussian.

A choice is *right*; *not yet distinguishable*, where its BIC is below that of the law the rows were drawn from, whose
true parameters are charged as if fitted, so that no fit of the true class need be believed; or *wrong*. Rows of no
class are right where ``classify`` says that the best class does not describe them: by its verdict, or in the lattice.
"""

from __future__ import annotations

import argparse
import time
import warnings
import zlib
from collections import Counter, defaultdict

import numpy as np
from rich.console import Console
from rich.table import Table

import symcat
from benchmarks import one_column_laws
from benchmarks.choice import n_parameters
from benchmarks.several_columns_laws import LAWS, Law


def judged(label: str, data: object, log_likelihood: float | None, n: int) -> tuple[str, str]:
    """Right, not yet, wrong or refused; and the class chosen."""
    if log_likelihood is None:
        found = symcat.classify(data)
        rejected = {branch.name for branch in found.tree if branch.verdict in ("close", "rejected")}
        right = found.verdict in ("misfit", "close", None) or found.label in rejected
        return ("right" if right else "wrong"), f"{found.label} ({found.verdict})"
    try:
        answer = symcat.solve(data, fallback=None)
    except symcat.SymcatError as error:
        return "refused", type(error).__name__
    if answer.label == label:
        return "right", label
    true = next((one for one in answer.evidence if one.label == label), None)
    if true is not None and true.bic is not None and true.log_likelihood is not None:
        charge = true.bic + 2.0 * true.log_likelihood
    else:
        charge = (n_parameters(label) if label in one_column_laws.LABELS else answer.n_parameters) * np.log(n)
    assert answer.bic is not None
    return ("not yet" if answer.bic <= charge - 2.0 * log_likelihood else "wrong"), answer.label


def drawn(label: str, rows: int, rng: np.random.Generator) -> tuple[object, float | None]:
    """Rows of a law of the class drawn at random, and their log-likelihood."""
    if label in LAWS:
        law: Law = LAWS[label](rng)
        return law.draw(rows, rng)
    truth = one_column_laws.draw(label.removeprefix("one column: "), rng)
    x = truth.draw(rows, rng)
    return x, float(truth.log_density(x).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--laws", type=int, default=20)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--only", default="", help="part of a label")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    console = Console(width=150)
    table = Table("class", "right", "not yet", "wrong", "refused", "seconds", "chosen instead (times)", box=None)
    total: Counter[str] = Counter()
    for label in [one for one in (*LAWS, *(f"one column: {k}" for k in one_column_laws.LABELS)) if asked.only in one]:
        counts: Counter[str] = Counter()
        instead: dict[str, int] = defaultdict(int)
        begin = time.process_time()
        for k in range(asked.laws):
            rng = np.random.default_rng([asked.seed, k, asked.rows, zlib.crc32(label.encode())])
            data, log_likelihood = drawn(label, asked.rows, rng)
            said, chosen = judged(label.removeprefix("one column: "), data, log_likelihood, asked.rows)
            counts[said] += 1
            if said != "right":
                instead[chosen] += 1
        total.update(counts)
        spent = (time.process_time() - begin) / asked.laws
        most = ", ".join(f"{one} {times}" for one, times in sorted(instead.items(), key=lambda kv: -kv[1])[:4])
        table.add_row(
            label, *(str(counts[w] or "") for w in ("right", "not yet", "wrong", "refused")), f"{spent:.2f}", most
        )
    console.print(table)
    tried = sum(total.values())
    good = total["right"] + total["not yet"]
    said = f"right or not yet distinguishable {good / tried:.3f} of {tried}; right {total['right'] / tried:.3f}"
    console.print(f"{asked.rows:,} rows: {said}")


if __name__ == "__main__":
    main()
