"""An emulated analog computer: a circuit relaxes to the answer while its thermal noise does the averaging.

Imported on demand: ``import symcat`` does not load it.
"""

from symcat.analog.answers import Answer
from symcat.analog.device import Device
from symcat.analog.energies import Energy, Mixed, Polynomial, Quadratic, Spins
from symcat.analog.readings import Reading, Samples
from symcat.analog.rows import fit
from symcat.analog.settings import Settings
from symcat.analog.solver import match_averages
from symcat.symmetry.sufficient_statistics import SufficientStatistics

__all__ = [
    "Answer",
    "Device",
    "Energy",
    "Mixed",
    "Polynomial",
    "Quadratic",
    "Reading",
    "Samples",
    "Settings",
    "Spins",
    "SufficientStatistics",
    "fit",
    "match_averages",
]
