"""Statistics of the parts of a table, kept apart until the whole is wanted: it is the same in any order.

Adding floating-point numbers rounds, so statistics that are merged one after the other depend on the order in their
last bits, and a sample of rows does so wholly. Here parts are merged in the order of their digests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from symcat.data.statistics import storing
from symcat.data.statistics.accumulator import Statistics
from symcat.data.statistics.distributed import measured_on, pieces_of
from symcat.data.statistics.format_1 import from_format_1
from symcat.data.statistics.stored import of_record, record_of
from symcat.errors import InvalidData
from symcat.notices import warn


@dataclass(frozen=True)
class _Part:
    """What was measured of a part, as it was then."""

    digest: str
    state: dict[str, Any]
    arrays: storing.Arrays

    @classmethod
    def of(cls, state: dict[str, Any], arrays: storing.Arrays) -> _Part:
        own = {name: values.copy() for name, values in arrays.items()}
        return cls(storing.digest(json.dumps(state), own), state, own)

    def restored(self) -> Statistics:
        return of_record(Statistics, self.state, self.arrays)


class Parts:
    """Statistics of parts of one table, such as its files, measured anywhere and in any order.

    ``whole`` has the same bits in whatever order the parts were added, and however they were grouped on the way. The
    order of the parts means nothing, so rows in order of time belong in one part, or in ``Statistics.merge``.

    Parameters
    ----------
    parts : as for ``add``.

    Raises
    ------
    InvalidData : as ``add``.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> rows = np.random.default_rng(0).normal(size=(3000, 2))
    >>> a, b, c = (symcat.Statistics().update(part) for part in np.split(rows, 3))
    >>> one, other = symcat.Parts(a, b, c), symcat.Parts(c, symcat.Parts(b, a))
    >>> one.digest == other.digest, bool((one.whole().moments.mean == other.whole().moments.mean).all())
    (True, True)
    >>> symcat.solve(one.whole(), classes=["gaussian.full"]).n_rows
    3000
    """

    def __init__(self, *parts: Statistics | Parts) -> None:
        self._parts: list[_Part] = []
        self.add(*parts)

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def digest(self) -> str:
        """SHA-256 of the parts, whatever their order: equal where all numbers of the whole are."""
        return storing.digest(" ".join(part.digest for part in self._in_order()), {})

    def add(self, *parts: Statistics | Parts) -> Self:
        """Take in statistics as they are now, or all parts of others.

        A part that is the same as another to the last bit is taken in all the same, with a warning.

        Returns
        -------
        itself, so that calls chain.

        Raises
        ------
        InvalidData : something else than Statistics or Parts.
        """
        for given in parts:
            if isinstance(given, Parts):
                found = list(given._parts)
            elif isinstance(given, Statistics):
                found = [_Part.of(*record_of(given))]
            else:
                raise InvalidData(
                    f"{type(given).__name__} is no part: pass Statistics, or Parts; Parts.collect measures data."
                )
            known = {part.digest for part in self._parts}
            if any(part.digest in known for part in found if part.state["columns"] is not None):
                warn(
                    "A part is the same to the last bit as one that is there already, and both count: where one part "
                    "was given twice, leave it out."
                )
            self._parts += found
        return self

    @classmethod
    def collect(cls, data: object, *, client: Any = None, **options: Any) -> Self:
        """Measure every piece of the data, here or by the workers of a cluster: the same bits either way.

        Parameters
        ----------
        data : several pieces, each anything that ``Statistics.update`` takes, such as the paths of files; or a Dask
            dataframe, of which each partition is one.
        client : a ``distributed.Client``. The pieces are sent to its workers, which must reach the files of paths; one
            that is lost with its worker is measured again.
        options : of ``Statistics``, for every piece.

        Raises
        ------
        InvalidData : as ``Statistics.update``, or data that are not in pieces.

        Examples
        --------
        >>> import numpy as np
        >>> import symcat
        >>> halves = np.split(np.random.default_rng(0).normal(size=(1000, 2)), 2)
        >>> symcat.Parts.collect(halves).whole().n_rows
        1000
        """
        return cls(*measured_on(client, pieces_of(data), options))

    def whole(self) -> Statistics:
        """The statistics of all rows.

        Raises
        ------
        InvalidData : no part, or parts that ``Statistics.merge`` does not take in.
        """
        if not self._parts:
            raise InvalidData("There are no parts yet: add statistics first.")
        first, *others = self._in_order()
        found = first.restored()
        for other in others:
            found.merge(other.restored())
        return found

    def _in_order(self) -> list[_Part]:
        return sorted(self._parts, key=lambda part: part.digest)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all parts to ``path`` in numpy's npz format (no pickle), replacing the file in one step.

        Raises InvalidData where it cannot be written.
        """
        parts = self._in_order()
        arrays = {f"{i} {name}": values for i, part in enumerate(parts) for name, values in part.arrays.items()}
        storing.save(path, {"parts": [part.state for part in parts]}, arrays)

    @classmethod
    def load(cls, *paths: str | os.PathLike[str]) -> Self:
        """Read what ``save``, or ``Statistics.save``, wrote to these files.

        Raises
        ------
        InvalidData : a file is missing, damaged or of another version.
        """
        found = cls()
        for path in paths:
            with storing.loaded(path) as content:
                of_file = cls()
                for part in _read(*content):
                    part.restored()  # what cannot be is refused by the name of its file
                    of_file._parts.append(part)
            found.add(of_file)
        return found


def _read(state: dict[str, Any], arrays: storing.Arrays) -> Iterator[_Part]:
    if "parts" not in state:
        own, sums = from_format_1(state, arrays) if state["format"] == 1 else (state, arrays)
        yield _Part.of({name: value for name, value in own.items() if name != "format"}, sums)
        return
    of_parts: list[storing.Arrays] = [{} for _ in state["parts"]]
    for place, values in arrays.items():
        part, _, name = place.partition(" ")
        of_parts[int(part)][name] = values
    for own, sums in zip(state["parts"], of_parts, strict=True):
        yield _Part.of(own, sums)
