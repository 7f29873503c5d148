"""Between numbers and voltages: converters of finitely many bits, and components that are not what they should be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.analog.settings import Settings

Floats = NDArray[np.float64]

HEADROOM = 1.5
"""An automatically ranged converter reaches this much beyond the largest signal of a trial."""


def least_step(full_scale: float, bits: int) -> float:
    """Width of a converter's step: ``2**bits - 1`` codes, symmetric about an exact zero, span +-full_scale."""
    return 2.0 * full_scale / (2.0**bits - 2.0)


def quantise(values: Floats, full_scale: float, bits: int | None) -> Floats:
    """The nearest codes of a converter; beyond full scale, the last."""
    if bits is None or full_scale == 0.0:
        return values
    step = least_step(full_scale, bits)
    out: Floats = np.clip(np.round(values / step) * step, -full_scale, full_scale)
    return out


def programmed(values: Floats, settings: Settings, components: np.random.Generator) -> Floats:
    """Coefficients as the circuit has them: rounded to the converter's codes, times the error of each component.

    A square matrix of couplings stays symmetric: cells i and j share the component that joins them.
    """
    set_to = quantise(values, float(np.abs(values).max(initial=0.0)), settings.dac_bits)
    if settings.mismatch == 0.0:
        return set_to
    errors = components.standard_normal(values.shape)
    if values.ndim == 2:
        errors = np.triu(errors) + np.triu(errors, 1).T
    out: Floats = set_to * (1.0 + settings.mismatch * errors)
    return out
