"""The strategy of last resort: where no entry answers, the emulated analog device relaxes to the couplings.

What is found is kept for the next time (``symcat.catalogue.learned``).
"""

from symcat.strategies.device.last_resort import LastResort

__all__ = ["LastResort"]
