"""Couplings from averages by thermodynamic natural gradient: the device samples, and solves for the step.

``P(x) = exp(-F(x)) / Z`` with ``F = sum_a theta_a T_a``. The mean log-likelihood has the gradient
``<T>_model - <T>_data`` and Fisher's matrix, the covariance of T in the model, as its curvature (Wainwright & Jordan
2008, chapter 3). Persistent replicas on the device (Tieleman 2008) show both; the device then relaxes to the natural
gradient, and the digital side moves the couplings.

1. Approach: full steps, bounded in Fisher's metric, until noise is what is left to see.
2. Average: looks of ever more readouts, each where all before it together put the answer, until the emulation adds
   little to the data's variance.
3. Verify: half of the replicas start again from one cold state; every average must match, and the halves agree.

All is done in standardised columns and along uncorrelated directions of the statistics.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.analog import natural
from symcat.analog.answers import Answer, Confirmed
from symcat.analog.replicas import GROUPS
from symcat.analog.search import Progress, Search, SolverDevice
from symcat.errors import InvalidData
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

PRECISION = 0.05
"""Variance that the emulation may add to the couplings, in units of the data's."""


def match_averages(
    target: Floats,
    statistics: SufficientStatistics,
    count: float,
    covariance: Floats | None = None,
    *,
    device: SolverDevice,
    linear: natural.LinearSolver | None = None,
    budget_s: float = 60.0,
    seed: int = 0,
    start: Floats | None = None,
    precision: float = PRECISION,
    log_partition: bool = True,
    progress: Progress | None = None,
) -> Answer:
    """Couplings of ``statistics`` whose model has the averages ``target``.

    Parameters
    ----------
    target : (K,) averages of the statistics over the data, in the units of the data.
    count : number of rows they are over.
    covariance : (K, K) of the statistics in the data; None takes the model's, and gives no robust errors.
    device : samples energies and solves linear systems (``symcat.analog.Device``); its replicas a multiple of 32.
    linear : another device for the linear systems, which need fewer replicas; None takes ``device``.
    budget_s : wall time after which the best so far is returned, not accepted. Ctrl-C raises KeyboardInterrupt.
    start : (K,) couplings to start from, of a similar fit; None starts from closed forms.
    precision : variance that the emulation may add to the couplings, in units of the data's.
    log_partition : whether log Z is wanted; without, it is not a number.
    progress : called after each look at the model.

    Returns
    -------
    An ``Answer``, whose ``accepted`` says whether the model's averages are those wanted, within errors.

    Raises
    ------
    InvalidData : the averages cannot be those of rows, or do not tell the couplings apart.

    Examples
    --------
    A double well from ``<x^2> = 1`` and ``<x^4> = 3/2``:

    >>> import numpy as np
    >>> from symcat.analog import Device, SufficientStatistics, match_averages
    >>> wells = SufficientStatistics.monomials([(2,), (4,)])
    >>> devices = {"device": Device(seed=1, replicas=512), "linear": Device(seed=2, replicas=32)}
    >>> answer = match_averages(np.array([1.0, 1.5]), wells, 1000, **devices)
    >>> answer.accepted, answer.couplings.round(1)
    (True, array([-1.9,  0.8]))
    """
    target = _checked(target, statistics, count, device)
    with clock.within(budget_s) as work:
        search = Search(
            target,
            statistics,
            float(count),
            covariance,
            device,
            linear or device,
            work,
            seed,
            precision,
            log_partition,
            progress,
        )
        return search.run(start)


def confirm(
    target: Floats,
    statistics: SufficientStatistics,
    count: float,
    covariance: Floats | None = None,
    *,
    couplings: Floats,
    device: SolverDevice,
    most_loss: float = math.inf,
    seed: int = 0,
    precision: float = PRECISION,
    log_partition: bool = True,
) -> Confirmed:
    """Whether ``couplings`` (K,), wherever they come from, have the averages ``target``.

    The arguments are those of ``match_averages``. The model is looked at as long as a new answer is, and verified in
    the same way; its errors and log Z are measured here. It is not accepted either where the likelihood is surely more
    than ``most_loss`` nats below its maximum. Raises InvalidData as ``match_averages`` does.
    """
    target = _checked(target, statistics, count, device)
    with clock.within() as work:
        given = (target, statistics, float(count), covariance, device, device)
        return Search(*given, work, seed, precision, log_partition, None).confirm(couplings, most_loss)


def _checked(target: Floats, statistics: SufficientStatistics, count: float, device: SolverDevice) -> Floats:
    k = statistics.count
    target = np.asarray(target, dtype=np.float64)
    if target.shape != (k,) or not np.isfinite(target).all():
        raise InvalidData(f"{k} statistics need as many finite averages; given is the shape {target.shape}.")
    if not count >= 2.0:
        raise InvalidData(f"The solver weighs noise against that of the data: give the number of rows, not {count!r}.")
    replicas = device.settings.replicas
    if replicas % GROUPS:
        raise InvalidData(
            f"The solver keeps replicas in {GROUPS} groups: make the device with a multiple, not {replicas}."
        )
    return target
