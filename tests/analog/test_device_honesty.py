"""The emulation never computes what the circuit is asked for: no solver, inverse, eigenvalues or optimiser in it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symcat.analog
from symcat.analog import Device, Quadratic
from tests.analog.test_device import PRIMITIVES, ask, wishart

ANALOG = Path(symcat.analog.__file__).parent
PHYSICS = [
    ANALOG / f"{name}.py"
    for name in (
        *(
            "checks",
            "converters",
            "device",
            "energies",
            "equilibrium",
            "lanes",
            "langevin",
            "metropolis",
            "monomials",
            "noise",
            "readings",
            "sampling",
        ),
        *("settings", "settling", "spins", "timing", "transient"),
    )
] + sorted((ANALOG / "primitives").glob("*.py"))

SOLVERS = {
    *("solve", "inv", "pinv", "lstsq", "tensorsolve", "tensorinv", "cholesky", "qr", "svd", "eig", "eigh", "eigvals"),
    *("eigvalsh", "det", "slogdet", "matrix_power", "matrix_rank", "cond", "norm", "expm", "logm", "sqrtm", "lu"),
    *("cho_factor", "cho_solve", "minimize", "root", "fsolve", "least_squares", "multivariate_normal", "cg", "linalg"),
}
OWN = {"solve", "expm"}
"""Names that are also the device's own primitives; only attributes of numpy or scipy are refused of these."""
LIBRARIES = {"np", "numpy", "scipy", "linalg", "rng", "la"}


def offences(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in SOLVERS:
            root = node.value
            while isinstance(root, ast.Attribute):
                root = root.value
            of_library = isinstance(root, ast.Name) and root.id in LIBRARIES
            if of_library or node.attr not in OWN:
                found.append(f"line {node.lineno}: .{node.attr}")
        elif isinstance(node, ast.ImportFrom | ast.Import):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            dotted = [f"{module}.{alias.name}" for alias in node.names]
            found += [
                f"line {node.lineno}: {d}" for d in dotted if "linalg" in d or "optimize" in d or "symcat.models" in d
            ]
    return found


@pytest.mark.parametrize("path", PHYSICS, ids=lambda path: path.name)
def test_no_solver_is_named(path: Path) -> None:
    assert not offences(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "x = np.linalg.solve(a, b)",
        "from numpy.linalg import inv",
        "import scipy.linalg as la",
        "from scipy.optimize import minimize",
        "x = rng.multivariate_normal(m, c)",
        "x = scipy.linalg.expm(a)",
    ],
)
def test_the_rule_would_notice(source: str) -> None:
    assert offences(source)


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    import scipy.linalg
    import scipy.optimize

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the emulation asked a digital solver")

    for module in (np.linalg, scipy.linalg, scipy.optimize):
        for name in dir(module):
            if callable(getattr(module, name)) and not isinstance(getattr(module, name), type) and name[0] != "_":
                monkeypatch.setattr(module, name, refuse)


@pytest.mark.parametrize("primitive", PRIMITIVES)
def test_none_is_called(primitive: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = ask(Device(), primitive, wishart(4), samples=500).value
    forbid(monkeypatch)
    np.testing.assert_array_equal(ask(Device(), primitive, wishart(4), samples=500).value, expected)


def test_none_is_called_while_sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch)
    with pytest.raises(AssertionError, match="digital solver"):
        np.linalg.solve(np.eye(2), np.ones(2))
    assert Device().sample(Quadratic(wishart(3), np.ones(3)), n=50).states.shape == (50, 64, 3)


@pytest.mark.parametrize("primitive", ["solve", "inverse"])
def test_an_answer_takes_time(primitive: str) -> None:
    """Stopped before it has relaxed, a circuit is wrong: it does not know where it is going."""
    from symcat.analog.langevin import Circuit

    matrix, b = np.diag([1.0, 0.001]), np.array([0.0, 1.0])  # the second cell relaxes in about 1000 tau
    circuit = Circuit(matrix, b, Device(temperature=1e-9).settings, np.random.default_rng(0), 0)
    circuit.start_from(np.zeros((64, 2)), matrix)
    circuit.advance(500.0)
    passed = 500.0 / circuit.curvature
    mean = circuit.states.mean(axis=0)[1]
    assert mean == pytest.approx(1000.0 * (1.0 - np.exp(-0.001 * passed)), rel=1e-3)
    assert mean < 500.0
    device = Device(seed=1)
    assert ask(device, primitive, matrix, samples=100).settle_tau > 2_000.0
