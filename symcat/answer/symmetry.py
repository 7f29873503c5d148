"""What ``test_symmetry`` answers: the p-value, the e-value, and what departs most from the symmetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr

from symcat.answer.printed import Printed, rendered
from symcat.errors import SymcatError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.console import RenderableType

    from symcat.answer.watching import Monitor


class SymmetryTest(Printed):
    """Whether a table is unchanged in law by a group: what was found, and how sure that is.

    ``p_value`` is exact in finite samples where ``exact`` is True; else ``why`` says what is approximate. ``departure``
    names the average that departs most from what the group forces, ``effect`` says by how much, in standard deviations
    of the columns, and ``errors`` in standard errors. ``e_value`` is evidence that may be multiplied with that of
    further rows and watched (``monitor``); None where the centre was estimated, and ``given`` other columns.
    ``statistics`` holds the p-value of each statistic alone.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> x = np.random.default_rng(0).exponential(size=200)
    >>> found = symcat.test_symmetry(x, "z2", center=1.0)
    >>> found.p_value, found.departure, found.exact
    (0.002, "skewness of 'x'", True)
    """

    group: str
    words: str
    p_value: float
    e_value: float | None
    exact: bool
    why: str
    departure: str
    effect: float
    errors: float
    statistics: dict[str, float]
    columns: tuple[str, ...]
    given: tuple[str, ...] = ()
    center: tuple[float, ...] | None
    n_rows: int
    n_missing: int
    blocks: int
    randomizations: int
    seed: int
    _draws: Any = PrivateAttr(default=None)
    _monitor: Any = PrivateAttr(default=None)

    def monitor(self) -> Monitor:
        """Watches further rows from here on: each ``update(batch)`` gives the e-value so far. It may be stopped at any
        time. Raises SymcatError where there is no e-value.

        Examples
        --------
        >>> import numpy as np
        >>> import symcat
        >>> rng = np.random.default_rng(0)
        >>> watched = symcat.test_symmetry(rng.normal(0.5, 1.0, size=50), "z2", center=0.0).monitor()
        >>> for _ in range(10):
        ...     evidence = watched.update(rng.normal(0.5, 1.0, size=50))
        >>> watched.n_rows, evidence > 1000.0
        (550, True)
        """
        if self._monitor is None:
            if self.given:
                raise SymcatError("There is no e-value to be watched: rows are compared with others of the same table.")
            if "centre" in self.why:
                raise SymcatError(f"There is no e-value to be watched: {self.why}; pass center= where it is known.")
            why = self.why or "this record was read from text or another process; run the test again"
            raise SymcatError(f"There is no e-value to be watched: {why}.")
        watched: Monitor = self._monitor()
        return watched

    def __getstate__(self) -> dict[Any, Any]:
        """Without the monitor, which holds functions."""
        state = super().__getstate__()
        private = state.get("__pydantic_private__") or {}
        return {**state, "__pydantic_private__": {**private, "_monitor": None}}

    def plot(self, ax: Axes | None = None) -> Axes:
        """The combined statistic of the data beside that of the random draws. Needs ``pip install symcat[plot]``."""
        try:
            import matplotlib.pyplot as plt
        except ImportError as error:
            raise SymcatError("Plotting needs matplotlib: pip install symcat[plot].") from error
        if self._draws is None:
            raise SymcatError("This record was read from text, and the draws are not in it: run the test again.")
        if ax is None:
            ax = plt.subplots(figsize=(6.0, 3.2), layout="constrained")[1]
        ax.hist(self._draws[1:], bins=30, color="0.75", label=f"{self.randomizations} randomised tables")
        ax.axvline(float(self._draws[0]), color="C3", label=f"the data, p = {self.p_value:.3g}")
        ax.set_xlabel("departure from the symmetry, as the negative logarithm of its rank")
        ax.set_ylabel("tables")
        ax.legend(frameon=False)
        return ax


@rendered.register(SymmetryTest)
def _printed(found: SymmetryTest) -> RenderableType:
    from rich.text import Text

    kind = "exact" if found.exact else f"approximate: {found.why}"
    evidence = "" if found.e_value is None else f", e-value {found.e_value:.3g}"
    rows = f"{found.n_rows:,} rows" + (f" (and {found.n_missing:,} with gaps, left out)" if found.n_missing else "")
    given = f" given {', '.join(found.given)}" if found.given else ""
    blocks = f" in blocks of {found.blocks}" if found.blocks > 1 else ""
    if found.center is None:
        about = ""
    else:
        known = "centre " if found.exact or "centre" not in found.why else "estimated centre "
        about = f", {known}{', '.join(f'{c:.6g}' for c in found.center)}"
    return Text(
        "\n".join(
            (
                f"symmetry {found.group} of {', '.join(found.columns)}{given}: {found.words}",
                f"p = {found.p_value:.3g} ({kind}){evidence}",
                f"strongest departure: {found.departure} is {found.effect:+.3g} from what the symmetry forces",
                f"that is {abs(found.errors):.3g} standard errors, of columns scaled to variance 1",
                f"{rows}{blocks}{about}; {found.randomizations} randomisations, seed {found.seed}",
            )
        ),
        no_wrap=False,
    )
