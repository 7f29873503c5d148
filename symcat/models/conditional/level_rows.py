"""The rows of a categorical target, as its models read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats

Batch = tuple[Floats, NDArray[np.intp], Floats]
"""Rows of the predictors in the data's own values (m, p), the places of their levels (m,), what each counts (m,)."""

Batches = Callable[[], Iterable[Batch]]
"""All rows once more, in batches."""
