"""Ising classes reproduce the exact reference numbers (skipped where they are not at hand)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symcat.models.ising.curie_weiss import Levels
from tests.models.ising.tables import looked_up, member

REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "reference.json"


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip("the reference numbers are not beside the repository")
    return json.loads(REFERENCE.read_text())


def test_curie_weiss(reference: dict[str, Any]) -> None:
    """log Z and moments from the coupling, and the coupling from the moments; K = J N, and log Z there counts i = j."""
    for row in reference["curie_weiss"]["table"]:
        n, coupling = row["N"], row["K"]
        if n > 10_000:
            continue  # a record of all pairs would not fit; the sum itself is in the next test
        theta = np.array([[0.0, coupling / n]])
        levels = Levels(n)
        probability, log_z = levels.evaluate(theta)
        assert log_z[0] + 0.5 * coupling == pytest.approx(row["logZ"], rel=1e-11)
        m = levels.values[:, 0] / n
        m2, m4, absolute = (float(probability[0] @ f) for f in (m**2, m**4, np.abs(m)))
        assert m2 == pytest.approx(row["m2"], rel=1e-9)
        assert absolute == pytest.approx(row["abs_m"], rel=1e-9)
        assert m4 / m2**2 == pytest.approx(row["kurtosis"], rel=1e-9)
        if n > 1000:
            continue
        q = (n * n * m2 - n) / (n * (n - 1))  # the reference's own check of the pair average
        found = looked_up("ising.curie_weiss", d=n, m=0.0, q=q)
        assert found.parameters["J"][0] * n == pytest.approx(coupling, rel=1e-8)
        assert found.parameters["h"][0] == pytest.approx(0.0, abs=1e-9)


def test_curie_weiss_at_its_critical_point(reference: dict[str, Any]) -> None:
    n = 1_000_000
    levels = Levels(n)
    probability, _ = levels.evaluate(np.array([[0.0, 1.0 / n]]))
    m = levels.values[:, 0] / n
    m2, m4 = (float(probability[0] @ m**k) for k in (2, 4))
    row = next(r for r in reference["curie_weiss"]["table"] if (r["N"], r["K"]) == (n, 1.0))
    assert m2 == pytest.approx(row["m2"], rel=1e-8)
    assert m4 / m2**2 == pytest.approx(row["kurtosis"], rel=1e-8)


def test_ring(reference: dict[str, Any]) -> None:
    """Z = a^N + b^N and, without a field, <s_0 s_r> = (t^r + t^(N - r)) / (1 + t^N) with t = tanh K."""
    assert "lam+^N+lam-^N" in reference["ising_ring_1d"]["Z"]
    for n in (3, 5, 8, 20):
        for h, k in ((0.0, 0.7), (0.0, -0.4), (0.3, 0.5), (-1.1, 0.2)):
            model = member("ising.ring", n)
            root = math.sqrt(math.exp(2 * k) * math.sinh(h) ** 2 + math.exp(-2 * k))
            larger, smaller = (math.exp(k) * math.cosh(h) + sign * root for sign in (1, -1))
            z = larger**n + smaller**n
            mean, pair = (values[0] for values in model.implied(np.array([[h, k]])))
            found = looked_up("ising.ring", d=n, m=mean[0], q=pair[0, 1])
            assert found.parameters["h"][0] == pytest.approx(h, abs=1e-9)
            assert found.parameters["J"][0] == pytest.approx(k, abs=1e-9)
            assert found.log_partition[0] == pytest.approx(math.log(z), rel=1e-10)
            if h == 0.0:
                t = math.tanh(k)
                exact = [(t**r + t ** (n - r)) / (1 + t**n) for r in range(1, n)]
                np.testing.assert_allclose(pair[0, 1:], exact, atol=1e-13)
