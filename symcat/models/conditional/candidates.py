"""Which classes answer for one column given the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symcat.data.schema import Schema
from symcat.errors import InvalidData, NoEntry
from symcat.models import registry
from symcat.models.base import Model, Options, Tables
from symcat.models.conditional.maximum_likelihood import LABEL, Logistic


def conditional_models(
    classes: Sequence[str] | None, schema: Schema, target: int, options: Options, tables: Tables
) -> list[Model]:
    """The models of column ``target`` given all others.

    Parameters
    ----------
    classes : labels of joint classes that imply such a model, or of a class of the target alone; if left out, all
        joint classes of these columns that do, and for a two-valued target maximum likelihood of its own after them,
        which is asked where none of these answers.
    schema : of all columns, the target's among them.
    target : its position.
    options : ``prior`` and ``seed``; coefficients are in the user's own values whatever the basis.
    tables : of the catalogue.

    Raises
    ------
    NoEntry : an unknown class, one that does not describe these columns, or one that implies no model of this target.
    InvalidData : there is no other column.
    """
    name = schema.columns[target]
    if len(schema) < 2:
        raise InvalidData(f"There is no column to predict {name!r} from: give at least two columns.")
    joint = replace(options, interactions=(), basis="spin")
    implied = {
        label: found
        for label in registry.candidates(schema)
        if (found := registry.model(label, schema, joint, tables).conditional(target)) is not None
    }
    if schema.kinds[target] == "two-valued":
        implied[LABEL] = Logistic(schema, target, options)
    if classes is None:
        return list(implied.values())
    return [_named(label, implied, schema, target, joint, tables) for label in classes]


def _named(
    label: str, implied: dict[str, Model], schema: Schema, target: int, options: Options, tables: Tables
) -> Model:
    known = registry.canonical(label)
    found = implied.get(known)
    if found is None and known != LABEL:
        try:
            found = registry.model(label, schema, options, tables).conditional(target)
        except NoEntry:  # it does not describe these columns, let alone one of them
            found = None
    if found is not None:
        return found
    raise NoEntry(
        f"Class {label!r} implies no model of the {schema.kinds[target]} column {schema.columns[target]!r} given the "
        "others.",
        label=label,
        suggestion=f"Leave classes= open, or choose of: {', '.join(implied)}.",
    )
