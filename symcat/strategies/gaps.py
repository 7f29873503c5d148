"""What missing cells cost: rows without all their values are left out, which must be said where they are many."""

from __future__ import annotations

from symcat.notices import warn

_MUCH = 0.05
"""Share of the rows from which their loss is said."""


def tell_missing(n_missing: int, n_rows: int) -> None:
    """Warns where more than a twentieth of the rows is left out for missing cells."""
    total = n_missing + n_rows
    if n_missing > _MUCH * total:
        warn(
            f"{n_missing:,} of {total:,} rows ({n_missing / total:.0%}) have a missing value and are left out: choose "
            "columns with fewer gaps by columns=[...], or fill these."
        )
