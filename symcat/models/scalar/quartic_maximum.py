"""The even quartic about its own centre as the catalogue has it: a special case that even searches begin from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Moments
from symcat.models.quartic import center, radial
from symcat.models.quartic.labels import label_of
from symcat.models.scalar.center import Centred
from symcat.models.scalar.kernels import ANSWERED, ENDED, OUT_OF_REACH
from symcat.models.scalar.newton import Found
from symcat.models.scalar.polynomial import deviation_of
from symcat.models.tables import Tables

_POINTS = 401.0


@dataclass(frozen=True)
class QuarticMaximum:
    """The maximum over centre and couplings."""

    tables: Tables

    def __call__(self, moments: Moments) -> Centred:
        table = self.tables.table(label_of(1))
        with np.errstate(all="ignore"):
            about = moments.about(center.find(table, moments.powers_to(4)))
            kurtosis = about.m4 / about.m2**2
            reading = radial.read(table, 1, kurtosis)
            r, u, log_z = reading.r, reading.u, reading.log_z(1)
            inside = (kurtosis >= table.lo) & (kurtosis <= table.hi) & np.isfinite(log_z)
            # F is least at y^2 = peak, and rises from there as slope (y^2 - peak) + u (y^2 - peak)^2 / 24.
            peak, slope = np.maximum(-6.0 * r / u, 0.0), np.maximum(r, 0.0) / 2.0
            reach = np.sqrt(peak + 2.0 * ENDED / (slope + np.sqrt(slope * slope + u * ENDED / 6.0)))
        nothing = np.zeros_like(r)
        return Centred(
            about,
            deviation_of(about),
            Found(
                theta=np.stack([nothing, r / 2.0, u / 24.0], axis=1),
                log_z=log_z,
                error=nothing,
                grid=np.stack([nothing, reach, np.full_like(r, _POINTS)], axis=1),
                seen=np.full((len(r), 3), np.nan),
                code=np.where(inside, ANSWERED, OUT_OF_REACH),
            ),
        )
