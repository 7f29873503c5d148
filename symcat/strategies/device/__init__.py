"""The strategy of last resort: the emulated analog device relaxes to the couplings, and what it finds is learned."""

from symcat.strategies.device.device import Device

__all__ = ["Device"]
