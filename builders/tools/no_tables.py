"""The catalogue as a class sees it while it is built: empty, so that no entry can rest on what it replaces."""

from __future__ import annotations

from collections.abc import Sequence

from symcat.errors import NoEntry
from symcat.models.tables import Table, Term


class NoTables:
    """Raises NoEntry for every entry that is asked for."""

    def table(self, entry: str, size: int | None = None) -> Table:
        raise NoEntry(f"{entry} is not built yet.", label=entry)

    def terms(self, entry: str) -> Sequence[Term]:
        raise NoEntry(f"{entry} is not built yet.", label=entry)

    def sizes(self, entry: str) -> Sequence[int]:
        raise NoEntry(f"{entry} is not built yet.", label=entry)
