"""An answer of one real column as a distribution of scipy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import SymcatError

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]


def continuous(
    label: str,
    log_density: Function,
    cdf: Function,
    ppf: Function,
    *,
    moment: Callable[[int, bool], float],
    entropy: Callable[[], float],
) -> Any:
    """``scipy.stats.make_distribution`` of these functions, without parameters, over all that ``ppf`` reaches.

    ``moment(k, central)`` and ``entropy()`` are given too, as scipy's quadrature over a whole line misses a density
    that is narrow beside its distance from zero.

    Raises SymcatError where scipy is older than 1.16, which takes no distributions from elsewhere.
    """
    from scipy import stats

    low, high = ppf(np.array([0.0, 1.0]))

    def flat(function: Function) -> Callable[..., Floats]:
        def of_any_shape(_self: object, x: Any) -> Floats:
            values = np.asarray(x, dtype=np.float64)
            return function(values.reshape(-1)).reshape(values.shape)

        return of_any_shape

    def of_kind(_self: object, order: int, kind: str) -> np.float64:
        value = moment(int(order), kind != "raw")
        return np.float64(value / moment(2, True) ** (0.5 * order) if kind == "standardized" else value)

    members = {
        "__make_distribution_version__": "1.16.0",
        "parameters": (),
        "support": (float(low), float(high)),
        "logpdf": flat(log_density),
        "pdf": flat(lambda x: np.exp(log_density(x))),
        "cdf": flat(cdf),
        "icdf": flat(ppf),
        "moment": of_kind,
        "entropy": lambda _self: np.float64(entropy()),
    }
    try:
        return stats.make_distribution(type(label, (), members)())()
    except (AttributeError, ValueError, TypeError) as error:
        raise SymcatError("Distributions of scipy need scipy 1.16 or later: pip install -U scipy.") from error
