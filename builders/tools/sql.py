"""Pieces of the SQL macros that read the tables: constants only.

A persisted macro binds names in the caller's search path, so it may name no table and no other macro. Arguments are
substituted as text, so values are carried from step to step by a lambda over a list of one element: every argument
appears once, and a volatile one is evaluated once. Coefficients are written as one text that is cast to a list: short
to store and quick to attach, and inside a lambda the only quick form of a constant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builders.base import Row

Entry = tuple[Sequence[Row], Sequence[Row]]
"""What macros are made of: an entry's rows of ``coverage`` and, in order, of ``segments``."""


def quoted(text: str) -> str:
    """A literal of type VARCHAR."""
    return "'" + text.replace("'", "''") + "'"


def struct(fields: Mapping[str, str]) -> str:
    """A struct of SQL expressions."""
    return "{" + ", ".join(f"'{key}': {expression}" for key, expression in fields.items()) + "}"


def double(value: float) -> str:
    """A literal of type DOUBLE: without an exponent SQL would read a DECIMAL."""
    text = repr(float(value))
    return text if "e" in text else text + "e0"


def case(reasons: Sequence[tuple[str, str | None]], otherwise: str) -> str:
    """The text that goes with the first condition that holds, null for None; ``otherwise`` where none does."""
    texts = " ".join(f"WHEN {condition} THEN {'NULL' if text is None else quoted(text)}" for condition, text in reasons)
    return f"CASE {texts} ELSE {quoted(otherwise)} END"


def let(fields: Mapping[str, str], name: str, body: str) -> str:
    """SQL for: evaluate ``fields`` once, and ``body`` with them as ``name.field``."""
    return f"list_transform([{struct(fields)}], lambda {name}: {body})[1]"


def horner(rows: Sequence[Sequence[float]], index: str, variable: str) -> str:
    """A polynomial by Horner's rule: the coefficients at ``index``, highest power first, folded with ``variable``."""
    table = ",".join(f"[{','.join(repr(c) for c in reversed(row))}]" for row in rows)
    return f"list_reduce(('[{table}]'::DOUBLE[][])[{index}], lambda x, c: x * {variable} + c)"


def horner_in_full(rows: Sequence[Sequence[float]], index: str, variable: str) -> str:
    """The same without a lambda, the nesting of which doubles the cost of binding: longer to store and to attach."""
    powers = [f"('[{','.join(repr(row[k]) for row in rows)}]'::DOUBLE[])[{index}]" for k in range(len(rows[0]))]
    text = powers[-1]
    for coefficient in reversed(powers[:-1]):
        text = f"({text} * {variable} + {coefficient})"
    return text


def macro(label: str, arguments: str, body: str, comment: str) -> list[str]:
    """The statements that create the macro of an entry, under its label with ``_`` for the dot."""
    return macro_overloaded(label.replace(".", "_"), [(arguments, body)], comment)


def macro_overloaded(name: str, forms: Sequence[tuple[str, str]], comment: str) -> list[str]:
    """The statements that create a macro of several lists of arguments, each with its body."""
    bodies = ", ".join(f"({arguments}) AS {body}" for arguments, body in forms)
    return [f"CREATE MACRO {name}{bodies}", f"COMMENT ON MACRO {name} IS {quoted(comment)}"]
