"""``log_determinant``: the free energy between the circuit and its uncoupled cells, by thermodynamic integration.

With ``A = D^1/2 C D^1/2``, D the diagonal of A, and ``C(t) = I + t B``, ``B = C - I``: ``d log det C(t) / dt`` is
``tr C(t)^-1 B = <x'Bx> / T``, averaged in the circuit C(t) (Kirkwood 1935; Aifer et al. 2023 measure the same free
energy by the work of switching). The couplings are raised in 15 stages at the points of Gauss and Kronrod in s,
``t = 1 - (1 - s)^2``: they crowd where the smallest eigenvalue of C makes the integrand steep.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.analog import equilibrium
from symcat.analog.langevin import Circuit
from symcat.analog.primitives.run import LEAST_READINGS, Run, couplings_of
from symcat.analog.readings import Reading

Floats = NDArray[np.float64]

# Points and weights on (-1, 1) of Kronrod's rule, and weights of Gauss's at every second point (Piessens et al. 1983).
_POINTS = (
    *(0.991455371120812639206854697526329, 0.949107912342758524526189684047851, 0.864864423359769072789712788640926),
    *(0.741531185599394439863864773280788, 0.586087235467691130294144691693, 0.405845151377397166906606412076961),
    *(0.207784955007898467600689403773245, 0.0),
)
_KRONROD = (
    *(0.022935322010529224963732008058970, 0.063092092629978553290700663189204, 0.104790010322250183839876322541518),
    *(0.140653259715525918745189590510238, 0.169004726639267902826583426598550, 0.190350578064785409913256402421014),
    *(0.204432940075298892414161999234649, 0.209482141084727828012999174891714),
)
_GAUSS = (
    *(0.129484966168869693270611432679082, 0.279705391489276667901467771423780),
    *(0.381830050505118944950369775488975, 0.417959183673469387755102040816327),
)


def _rules() -> tuple[Floats, Floats, Floats]:
    """Points s on (0, 1), ascending, Kronrod's weights and Gauss's (zero at points that are not his)."""
    points = np.array([*(-p for p in _POINTS), *reversed(_POINTS[:-1])])
    kronrod = np.array([*_KRONROD, *reversed(_KRONROD[:-1])])
    gauss = np.zeros(15)
    gauss[1::2] = [*_GAUSS, *reversed(_GAUSS[:-1])]
    return 0.5 * (1.0 + points), 0.5 * kronrod, 0.5 * gauss


def log_determinant(circuit: Circuit, matrix: Floats, samples: int) -> Reading:
    """log det of ``matrix``, the ideal one of the circuit's; ``samples`` are spread over all stages.

    Every replica integrates for itself, so the error between replicas knows that a stage starts where the last ended.
    Where the two rules differ beyond noise, the difference is added to the error.
    """
    settings = circuit.settings
    scale = np.sqrt(np.diag(matrix))
    bond = matrix / scale[:, None] / scale
    np.fill_diagonal(bond, 0.0)
    d = len(scale)
    run = Run(settings)
    n = max(LEAST_READINGS, -(-samples // (15 * settings.replicas)))
    total, difference = np.zeros(settings.replicas), np.zeros(settings.replicas)
    circuit.start_from(None, np.eye(d))
    for s, kronrod, gauss in zip(*_rules(), strict=True):
        coupled = 1.0 - (1.0 - s) ** 2
        rate = 2.0 * (1.0 - s)
        circuit.program(np.eye(d) + coupled * bond, np.zeros(d))
        settled = circuit.settle()
        halves, work = equilibrium.Halves(n), np.zeros(settings.replicas)
        for block in circuit.readings(n, settings.read_interval, settled.largest):
            halves.add(block)
            work += np.einsum("mri,mri->r", block @ bond, block)
        run.doubt(settled, halves)
        passed = n * circuit.time(settings.read_interval)
        run.add(d, settled=settled.tau, ran=passed, readings=n, coefficients=couplings_of(d))
        slope = rate * work / (n * settings.temperature)
        total += kronrod * slope
        difference += (kronrod - gauss) * slope
    value, error = equilibrium.between(total)
    gap, gap_error = equilibrium.between(difference)
    rule = abs(float(gap)) if abs(float(gap)) > 3.0 * float(gap_error) else 0.0
    return run.reading(value + 2.0 * np.log(scale).sum(), np.sqrt(error**2 + rule**2))
