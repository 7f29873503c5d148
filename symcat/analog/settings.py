"""The circuit's physical knobs."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from symcat.errors import InvalidData

LINK_BITS = 16
"""Bits of a number on the link where its converter is taken as ideal (Donatella et al. 2024, model of the runtime)."""


@dataclass(frozen=True)
class Settings:
    """One circuit. Times in tau: the relaxation time of its fastest mode, which the couplings are scaled to.

    The defaults of ``time_constant_s`` and ``bits_per_second`` are those of Donatella et al. 2024 (arXiv 2405.13817);
    the two powers are assumptions, stated with every reading, and no measurement.

    Examples
    --------
    >>> from symcat.analog import Device, Settings
    >>> Settings(replicas=128).temperature
    1.0
    >>> Device(dac_bits=12, mismatch=0.01).settings.dac_bits
    12
    """

    time_constant_s: float = 1e-6  # tau = RC
    temperature: float = 1.0  # k_B T in the units of the energy: U / temperature is what is sampled
    dac_bits: int | None = None  # of the programmed coefficients; None: ideal
    adc_bits: int | None = None  # of the readout; None: ideal
    mismatch: float = 0.0  # relative standard deviation of the components; the same components in every replica
    step: float = 1.0  # of the integrator for quadratics, in tau: their equilibrium is exact at any stable step (< 2)
    read_interval: float = 1.0  # between readouts, in tau (of spins: sweeps)
    replicas: int = 64  # copies of the circuit that run side by side from different starts
    saturation: float | None = None  # |x| beyond which the circuit clips, and the converter's full scale; None: ranged
    single_precision: bool = False  # of the emulated quadratics: faster, with a floor of 24 bits
    settle_limit: float = 20_000.0  # longest wait for equilibrium, in tau
    bits_per_second: float = 50e9  # of the link that programs and reads
    cell_power_w: float = 1e-4  # drawn by the amplifier of one cell
    bit_energy_j: float = 1e-12  # of converting and moving one bit

    def __post_init__(self) -> None:
        positive = ("time_constant_s", "temperature", "step", "read_interval", "settle_limit", "bits_per_second")
        for name in positive:
            self._demand(name, lambda value: value > 0.0, "a positive number")
        for name in ("mismatch", "cell_power_w", "bit_energy_j"):
            self._demand(name, lambda value: value >= 0.0, "a number that is not negative")
        self._demand("step", lambda value: value <= 1.9, "at most 1.9: from 2 on, the fastest mode runs away")
        self._demand("replicas", lambda value: value >= 4 and value == int(value), "a whole number of at least 4")
        if not isinstance(self.single_precision, bool):
            raise InvalidData(
                f"The device's setting single_precision is {self.single_precision!r}; it is True or False."
            )
        if self.saturation is not None:
            self._demand("saturation", lambda value: value > 0.0, "a positive number, or None")
        for name in ("dac_bits", "adc_bits"):
            if getattr(self, name) is not None:
                self._demand(name, lambda value: 2 <= value <= 32 and value == int(value), "2 to 32 whole bits or None")

    def _demand(self, name: str, holds: Any, wanted: str) -> None:
        value = getattr(self, name)
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not (number and holds(value)):
            raise InvalidData(f"The device's setting {name} is {value!r}; it must be {wanted}.")

    @classmethod
    def named(cls, **given: Any) -> Settings:
        """Settings from keywords; an unknown one is an error that lists those there are."""
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise InvalidData(f"The device has no setting {unknown[0]!r}. It has {', '.join(known)}.")
        return cls(**given)
