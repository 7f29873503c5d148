"""What ``solve`` asks where no class fits: the device, about the table that was collected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symcat.answer.build import BEFORE_THE_DEVICE
from symcat.answer.records import Evidence
from symcat.answer.solution import Solution
from symcat.center import GivenCenter, parse_center
from symcat.data.collected import Collected
from symcat.data.statistics import Statistics
from symcat.errors import NoEntry
from symcat.models.base import Fit, Model, Options
from symcat.strategies.device import progress
from symcat.strategies.device.asking import Asked, Refused
from symcat.strategies.device.polynomial import relax
from symcat.strategies.device.spins import relax_spins

if TYPE_CHECKING:
    from symcat.classify import Weighed

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LastResort:
    """The analog device, asked about a table that no class fits."""

    collected: Collected
    options: Options
    center: GivenCenter
    budget_s: float
    version: str  # of the catalogue

    def polynomial(self, evidence: tuple[Evidence, ...], refused: NoEntry) -> Solution:
        """The answer of the device, or the refusal with what the device said."""
        measured = self.collected.joint
        moments = measured.moments.about(measured.moments.mean)
        spread = np.sqrt(np.diagonal(moments.second[0])) * moments.unit
        given = None if measured.coding is not None else parse_center(self.center, len(measured.columns))
        known = isinstance(given, np.ndarray)
        mean = given if isinstance(given, np.ndarray) else moments.mean[0]
        if measured.coding is not None:
            spin = measured.coding.spins
            mean, spread = np.where(spin, 0.0, mean), np.where(spin, 1.0, spread)
        found = relax(self._asked(evidence, np.asarray(mean), spread, known))
        if isinstance(found, Refused):
            raise _refused_too(refused, found)
        return found

    def pairwise(
        self, weighed: list[Weighed], evidence: tuple[Evidence, ...], refused: NoEntry, measured: Statistics
    ) -> tuple[Model, Fit]:
        """The pairwise Ising model with the couplings of the device, or the refusal with what it said."""
        model, found = next(((m, f) for m, f, _ in weighed if m.label == "ising.pairwise"), weighed[0][:2])
        d = model.dimension
        asked = self._asked(evidence, np.zeros(d), np.ones(d), known=True)
        answer = relax_spins(asked, model, found, measured.moments)
        if isinstance(answer, Refused):
            raise _refused_too(refused, answer)
        return model, answer

    def _asked(self, evidence: tuple[Evidence, ...], mean: Floats, spread: Floats, known: bool) -> Asked:
        measured = self.collected.joint
        return Asked(
            columns=measured.columns,
            read=self.collected.read,
            mean=mean,
            spread=spread,
            center_known=known,
            coding=measured.coding,
            evidence=evidence,
            before=BEFORE_THE_DEVICE,
            n_missing=measured.n_missing,
            budget_s=self.budget_s,
            seed=self.options.seed,
            version=self.version,
            sampled=self.collected.source is None and measured.n_rows > len(measured.sample),
            progress=progress.line(),
        )


def _refused_too(refused: NoEntry, found: Refused) -> NoEntry:
    """The refusal, with what the device said before what to try."""
    said = str(refused).removesuffix(refused.suggestion or "").rstrip()
    return NoEntry(
        f"{said} The analog device has no answer either: {found.reason}.",
        label=refused.label,
        statistic=refused.statistic,
        value=refused.value,
        valid_range=refused.valid_range,
        suggestion=refused.suggestion,
    )
