"""The time and energy that a circuit would need: a model, kept apart from the time of its emulation.

After Donatella et al., "Thermodynamic natural gradient descent" (arXiv 2405.13817), model of the runtime: numbers of 16
bits cross a link of 50 Gb/s, and the analog part relaxes in units of RC = 1 us. Replicas are copies of the circuit:
they are programmed at once with the same coefficients, run side by side, and are read one after another.
"""

from __future__ import annotations

from dataclasses import dataclass

from symcat.analog.settings import LINK_BITS, Settings


@dataclass(frozen=True)
class Cost:
    """Modelled cost of one run or, added up, of several."""

    time_s: float
    energy_j: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.time_s + other.time_s, self.energy_j + other.energy_j)


def cost(settings: Settings, *, coefficients: int, cells: int, tau: float, readouts: int) -> Cost:
    """Of programming ``coefficients``, running ``cells`` cells of each replica for ``tau``, and ``readouts`` of all."""
    written = coefficients * (settings.dac_bits or LINK_BITS)
    read = readouts * settings.replicas * cells * (settings.adc_bits or LINK_BITS)
    running = tau * settings.time_constant_s
    energy = settings.cell_power_w * settings.replicas * cells * running + settings.bit_energy_j * (
        written * settings.replicas + read
    )
    return Cost((written + read) / settings.bits_per_second + running, energy)


def assumptions(settings: Settings, signal: str) -> str:
    """The model in words, with the temperature and the signal range without which no accuracy means anything."""
    bits = f"{settings.dac_bits or 'ideal'} bits in, {settings.adc_bits or 'ideal'} bits out"
    return (
        f"RC = {settings.time_constant_s:g} s, link of {settings.bits_per_second:g} bit/s carrying ideal numbers as "
        f"{LINK_BITS} bits; {settings.replicas} copies of the circuit side by side, programmed together, read one "
        f"after another; {settings.cell_power_w:g} W a cell and {settings.bit_energy_j:g} J a bit are assumed. "
        f"{bits}, mismatch {settings.mismatch:g}, temperature {settings.temperature:g}, {signal}. Averaging the "
        f"readings is digital and not counted."
    )
