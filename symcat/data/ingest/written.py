"""Numbers that are written as text: how their marks are meant, and what makes numbers of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
_MINUS = "\u2212"


@dataclass(frozen=True)
class Place:
    """Where a column of text is: the words for it in a call."""

    library: str  # "pandas", "relation" of DuckDB, "text file", or anything else
    column: str  # in a call, such as data['a']
    table: str  # likewise
    name: str

    def call(self, replaced: Sequence[tuple[str, str]], marks: Collection[str]) -> str:
        """The expression that makes numbers of the texts after some replacements, and missing ones of the marks."""
        if self.library == "pandas":
            column = self.column + "".join(f".str.replace({old!r}, {new!r})" for old, new in replaced)
            return f"pandas.to_numeric({column}, errors='coerce')" if marks else f"{column}.astype(float)"
        if self.library == "text file" and marks and not replaced:
            return f"{self.table.removesuffix(')')}, na_values={sorted(marks)})"
        if self.library in ("relation", "text file"):
            quoted = '"' + self.name.replace('"', '""') + '"'
            value = f"trim({quoted})"  # a bare cast would reach DuckDB's reader of text, which refuses the marks
            for old, new in replaced:
                value = f"replace({value}, {_sql(old)}, {_sql(new)})"
            cast = f"{'try_cast' if marks else 'cast'}({value} as double)"
            return f"{self.table}.project({f'* replace ({cast} as {quoted})'!r})"
        value = "v" + "".join(f".replace({old!r}, {new!r})" for old, new in replaced)
        if marks:
            value = f"'nan' if v in {sorted(marks)} else {value}"
        return f"[float({value}) for v in {self.column}]"


def cure(place: Place, texts: Sequence[str], marks: Collection[str] = ()) -> str:
    """What the texts of a column are, which look like numbers, and the call that makes numbers of them.

    ``marks`` are texts beside them that are none.
    """
    stripped = [text.strip() for text in texts]
    what, replaced = _written(stripped)
    if marks:
        shown = " or ".join(map(repr, sorted(marks)))
        return f"if {shown} marks a missing value, pass {place.call(replaced, marks)}"
    return f"its numbers {what}; pass {place.call(replaced, marks)}"


def _written(texts: Sequence[str]) -> tuple[str, list[tuple[str, str]]]:
    """How numbers are written, and what must be replaced."""
    signs = [(_MINUS, "-")] if any(_MINUS in text for text in texts) else []
    if any(text.endswith("%") for text in texts):
        return "are shares in per cent", [*signs, ("%", "")]
    if any(letter in text for text in texts for letter in "dD"):
        return "have exponents as of Fortran", [*signs, ("d", "e"), ("D", "E")]
    marked = [text for text in texts if "," in text]
    if not marked and any(text.count(".") > 1 for text in texts):
        return "have points between thousands", [*signs, (".", "")]
    if not marked:
        return "have a sign of minus that is no hyphen" if signs else "are text", signs
    if all(_THOUSANDS.fullmatch(text.replace(_MINUS, "-")) for text in marked):
        return "have commas between thousands", [*signs, (",", "")]
    dots = [(".", "")] if any("." in text for text in marked) else []
    return "have a decimal comma", [*signs, *dots, (",", ".")]


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
