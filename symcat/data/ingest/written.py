"""Numbers that are written as text: how their marks are meant, and what makes numbers of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")


def cure(name: str, texts: Sequence[str]) -> str:
    """What the texts of a column are, which look like numbers, and the expression that makes numbers of them."""
    column = f"data[{name!r}]"
    stripped = [text.strip() for text in texts]
    marked = [text for text in stripped if "," in text]
    if not marked:
        return f"its numbers are text; pass {column}.astype(float)"
    if all(_THOUSANDS.fullmatch(text) for text in marked):
        return f"its numbers have commas between thousands; pass {column}.str.replace(',', '').astype(float)"
    dots = ".str.replace('.', '')" if any("." in text for text in marked) else ""
    return f"its numbers have a decimal comma; pass {column}{dots}.str.replace(',', '.').astype(float)"
