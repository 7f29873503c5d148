"""Exact sums of the square lattice, its infinite limit, and the tables of the symmetric classes read back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat import catalogue
from symcat.models.ising.lattice import onsager
from symcat.models.ising.lattice.reduced import CURIE_WEISS, INFINITE, RING, SQUARE, read, reduced
from symcat.models.ising.lattice.torus import torus
from symcat.models.tables import Table

REFERENCE = Path(__file__).parents[5] / "shared" / "reference" / "reference.json"


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip("the reference numbers are not beside the repository")
    found: dict[str, Any] = json.loads(REFERENCE.read_text())
    return found


def table_of(label: str, size: int) -> Table:
    return catalogue.default().table(label, size)


def test_torus_of_the_reference(reference: dict[str, Any]) -> None:
    critical = float(reference["ising_onsager"]["Kc"])
    for name, lattice in reference["ising_torus"]["lattices"].items():
        side, other = (int(n) for n in name.split("x"))
        if side != other:
            continue
        total = -np.array([float(e) for e in lattice["g_E"]])
        count = np.array([float(n) for n in lattice["g_E"].values()])
        for coupling in (critical, 0.2, 1.0, -0.3, -0.6):
            weight = np.log(count) + coupling * total
            log_z = np.logaddexp.reduce(weight)
            p = np.exp(weight - log_z)
            found = torus(side, coupling)
            assert found.log_z == pytest.approx(log_z, rel=1e-13)
            assert found.bond_sum == pytest.approx(p @ total, rel=1e-11)
            assert found.bond_variance == pytest.approx(p @ (total - p @ total) ** 2, rel=1e-9)
        if "at_Kc" in lattice:
            at = torus(side, critical)
            assert at.log_z == pytest.approx(lattice["at_Kc"]["logZ"], rel=1e-14)
            assert -at.bond_sum / side**2 == pytest.approx(lattice["at_Kc"]["E_per_site"], rel=1e-12)


@pytest.mark.parametrize("coupling", [-0.7, 0.0, 0.3, 0.4406867935, 0.9])
def test_large_tori_tend_to_the_infinite_lattice(coupling: float) -> None:
    found = torus(64, coupling)
    assert found.log_z / 64**2 == pytest.approx(onsager.log_partition(coupling), abs=3e-4)
    assert found.bond_sum / (2 * 64**2) == pytest.approx(float(onsager.bond_average(coupling)), abs=0.01)


def test_what_double_precision_cannot_tell_is_refused() -> None:
    with pytest.raises(ValueError, match="too strongly antiferromagnetic"):
        torus(9, -2.0)
    with pytest.raises(ValueError, match="side 2 or more"):
        torus(1, 0.5)
    assert torus(10, -2.0).log_z == pytest.approx(torus(10, 2.0).log_z, rel=1e-14)


def test_infinite_lattice_of_the_reference(reference: dict[str, Any]) -> None:
    block = reference["ising_onsager"]
    assert pytest.approx(float(block["Kc"]), rel=1e-15) == onsager.CRITICAL_COUPLING
    assert float(onsager.energy(onsager.CRITICAL_COUPLING)) == pytest.approx(block["u_at_Tc"], rel=1e-13)
    assert onsager.log_partition(onsager.CRITICAL_COUPLING) == pytest.approx(float(block["check_logZ_Kc"]), abs=1e-12)
    table = table_of(SQUARE, INFINITE)
    for row in block["table"]:
        coupling, q = row["K"], -0.5 * row["u_over_J"]
        assert onsager.log_partition(coupling) == pytest.approx(float(row["logZ_per_site"]), abs=1e-13)
        assert float(onsager.energy(coupling)) == pytest.approx(row["u_over_J"], rel=1e-13)
        assert float(onsager.specific_heat(coupling)) == pytest.approx(row["C_over_k"], rel=1e-12)
        assert float(onsager.spontaneous_magnetisation(coupling)) == pytest.approx(row["spont_m"], abs=1e-14)
        found = read(table, SQUARE, INFINITE, np.array([q]))
        assert found.coupling[0] == pytest.approx(coupling, rel=1e-10)
        assert found.log_z[0] == pytest.approx(float(row["logZ_per_site"]), abs=1e-10)
        slope = float(onsager.bond_average_slope(coupling))
        assert found.slope[0] == pytest.approx(1.0 / slope, rel=1e-6)


def test_weak_couplings_join_the_series() -> None:
    below, above = 0.03 * (1.0 - 1e-12), 0.03 * (1.0 + 1e-12)
    assert float(onsager.bond_average(below)) == pytest.approx(float(onsager.bond_average(above)), rel=1e-11)
    slopes = onsager.bond_average_slope(np.array([below, above, 0.0, -below]))
    assert slopes == pytest.approx([slopes[1], slopes[1], 1.0, slopes[1]], rel=1e-11)
    assert float(onsager.bond_average(1e-9)) == pytest.approx(1e-9, rel=1e-12)
    step = 1e-6
    for coupling in (0.02, 0.2, 0.6):
        ends = onsager.bond_average(np.array([coupling - step, coupling + step]))
        assert (ends[1] - ends[0]) / (2 * step) == pytest.approx(float(onsager.bond_average_slope(coupling)), rel=1e-7)


def test_curie_weiss_and_ring_of_the_reference(reference: dict[str, Any]) -> None:
    for row in reference["curie_weiss"]["table"]:
        d = int(row["N"])
        if d > 64:
            continue
        q = (row["m2"] * d * d - d) / (d * (d - 1))
        found = read(table_of(CURIE_WEISS, d), CURIE_WEISS, d, np.array([q]))
        assert found.coupling[0] == pytest.approx(row["K"] / d, rel=1e-10)
        # exp(K M^2 / 2 d) counts M^2 / 2 = sum over pairs + d / 2.
        assert found.log_z[0] + row["K"] / 2 == pytest.approx(row["logZ"], rel=1e-10)
    for d, coupling in ((3, 0.3), (8, -0.7), (64, 1.1), (INFINITE, 0.4)):
        t = math.tanh(coupling)
        q = (t + t ** (d - 1)) / (1 + t**d) if d else t
        found = read(table_of(RING, d), RING, d, np.array([q]))
        assert found.coupling[0] == pytest.approx(coupling, rel=1e-10)
        log_z = d * math.log(2 * math.cosh(coupling)) + math.log1p(t**d) if d else math.log(2 * math.cosh(coupling))
        assert found.log_z[0] == pytest.approx(log_z, rel=1e-10)


@settings(max_examples=150)
@given(
    st.sampled_from([(label, size) for label in (CURIE_WEISS, RING, SQUARE) for size in (2, 3, 6, 7, 24, 31)]),
    st.data(),
)
def test_the_entropy_falls_with_slope_minus_j(entry: tuple[str, int], data: st.DataObject) -> None:
    """dS/dq = - pairs * J and the slope of J: the two stored functions agree with each other everywhere."""
    label, size = entry
    if (label, size) == (RING, 2):
        return
    table, form = table_of(label, size), reduced(label, size)
    width = 1.0 - float(form.least)
    q = float(form.least) + width * data.draw(st.floats(0.001, 0.999))
    step = 1e-5 * min(1.0 - q, q - float(form.least))
    near = read(table, label, size, np.array([q - step, q, q + step]))
    entropy_slope = (near.entropy[2] - near.entropy[0]) / (2 * step)
    assert entropy_slope == pytest.approx(-form.pairs * near.coupling[1], rel=1e-5, abs=2e-4 * form.pairs)
    slope = (near.coupling[2] - near.coupling[0]) / (2 * step)
    assert slope == pytest.approx(near.slope[1], rel=1e-4)
