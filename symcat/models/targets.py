"""Which classes answer for one column given the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from symcat.data.schema import Schema
from symcat.errors import InvalidData, NoEntry
from symcat.models import registry
from symcat.models.base import Model, Options
from symcat.models.tables import Tables


def conditional_models(
    classes: Sequence[str] | None, schema: Schema, target: int, options: Options, tables: Tables
) -> list[Model]:
    """The models of column ``target`` given all others.

    Parameters
    ----------
    classes : labels of joint classes that imply such a model, or of a class of the target alone; if left out, all
        joint classes of these columns that do, but for those without coefficients, and for a two-valued target maximum
        likelihood of its own, which answers where the rows are at hand.
    schema : of all columns, the target's among them.
    target : its position.
    options : ``prior`` and ``seed``; coefficients are in the user's own values whatever the basis.
    tables : of the catalogue.

    Raises
    ------
    NoEntry : an unknown class, one that does not describe these columns, or one that implies no model of this target.
    InvalidData : there is no other column.
    """
    if len(schema) < 2:
        raise InvalidData(f"There is no column to predict {schema.columns[target]!r} from: give at least two columns.")
    joint = replace(options, interactions=(), basis="spin")

    alone: dict[str, Model] = {
        model.label: model
        for family in registry.families()
        if hasattr(family, "of_target")
        for model in family.of_target(schema, target, options)
    }

    def found(label: str) -> Model | None:
        if label in alone:
            return alone[label]
        try:
            return registry.model(label, schema, joint, tables).conditional(target)
        except NoEntry:  # it does not describe these columns, let alone one of them
            return None

    known = (*registry.candidates(schema), *alone)
    if classes is None:
        return [model for label in known if (model := found(label)) is not None and not model.named_only]
    return [_named(label, found, schema, target, known) for label in classes]


def _named(
    label: str, found: Callable[[str], Model | None], schema: Schema, target: int, known: Sequence[str]
) -> Model:
    model = found(registry.canonical(label))
    if model is not None:
        return model
    offered = ", ".join(other for other in known if found(other) is not None)
    raise NoEntry(
        f"Class {label!r} implies no model of the {schema.kinds[target]} column {schema.columns[target]!r} given the "
        "others.",
        label=label,
        suggestion=f"Leave classes= open, or choose of: {offered}.",
    )
