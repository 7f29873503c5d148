"""The reference from the docstrings: ``python -m tests.docstrings`` writes ``docs/reference.md``.

test_docstrings.py checks that the page is up to date, that no public name lacks its docstring, and runs the examples.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from types import ModuleType
from typing import Any

import symcat
import symcat.analog
from tests.source_tree import ROOT

PAGE = ROOT / "docs" / "reference.md"
MODULES: tuple[ModuleType, ...] = (symcat, symcat.analog)
SECTION = re.compile(r"^(?P<title>[A-Z][a-z]+)\n-{3,}$", re.MULTILINE)
ENTRY = re.compile(r"^(?P<name>\*{0,2}\w+(?:, \*{0,2}\w+)*) : ", re.MULTILINE)
INTRODUCTION = """# Reference

Every public name, from its docstring; `python -m tests.docstrings` writes this page. The examples run in the tests.
"""


def public() -> Iterator[tuple[str, Any]]:
    """Every public name with its module, and what it stands for."""
    for module in MODULES:
        for name in module.__all__:
            yield f"{module.__name__}.{name}", getattr(module, name)


def members(cls: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class has from this library, those of its bases first."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("symcat"):
            found |= {name: member for name, member in vars(base).items() if not name.startswith("_")}
    for name, member in found.items():
        if isinstance(member, property | classmethod | staticmethod) or inspect.isfunction(member):
            yield name, member


def documentation(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


def sections(thing: Any) -> set[str]:
    """Titles of the underlined sections of a docstring."""
    return {match["title"] for match in SECTION.finditer(documentation(thing))}


def signature(thing: Any) -> inspect.Signature | None:
    """How it is called; None for what is not called by its users: properties, errors, protocols, records."""
    if isinstance(thing, property):
        return None
    if isinstance(thing, type) and (issubclass(thing, Exception) or is_protocol(thing) or fields(thing)):
        return None
    return inspect.signature(getattr(thing, "__func__", thing))


def fields(cls: type) -> dict[str, str]:
    """The fields of a record, with their types as the source writes them; none for another class."""
    if not (is_dataclass(cls) or hasattr(cls, "model_fields")):
        return {}
    own = [
        vars(base).get("__annotations__", {}) for base in reversed(cls.__mro__) if base.__module__.startswith("symcat")
    ]
    return {name: str(kind) for some in own for name, kind in some.items() if is_field(name, kind)}


def is_field(name: str, kind: str) -> bool:
    return not name.startswith("_") and name != "model_config" and not kind.startswith("ClassVar")


def is_protocol(cls: type) -> bool:
    return bool(getattr(cls, "_is_protocol", False))


def page() -> str:
    parts = [INTRODUCTION]
    for module in MODULES:
        parts.append(f"\n## {module.__name__}\n\n{documentation(module)}\n")
        for name in module.__all__:
            thing = getattr(module, name)
            parts.append(f"\n### {module.__name__}.{name}\n\n{_described(name, thing)}")
            if isinstance(thing, type):
                documented = [(own, member) for own, member in members(thing) if documentation(member)]
                parts.extend(f"\n#### {name}.{own}\n\n{_described(own, member)}" for own, member in documented)
    return "".join(parts)


def _described(name: str, thing: Any) -> str:
    called = signature(thing)
    if called is not None:
        code = _call(name, called)
    elif isinstance(thing, type) and fields(thing):
        code = f"{name}:\n" + "\n".join(f"    {field}: {kind}" for field, kind in fields(thing).items())
    else:
        code = ""
    text = f"```text\n{code}\n```\n\n" if code else ""
    return f"{text}{_markdown(documentation(thing))}\n"


def _call(name: str, called: inspect.Signature) -> str:
    """The call on one line, or with one parameter a line where that is too long."""
    given = [_shown(parameter) for parameter in _parameters(called)]
    answer = "" if called.return_annotation is called.empty else f" -> {_type(called.return_annotation)}"
    line = f"{name}({', '.join(given)}){answer}"
    return line if len(line) <= 100 else f"{name}(\n" + "".join(f"    {one},\n" for one in given) + f"){answer}"


def _parameters(called: inspect.Signature) -> Iterator[inspect.Parameter | str]:
    named_only = False
    for parameter in called.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            named_only = True
        if parameter.kind is parameter.KEYWORD_ONLY and not named_only:
            named_only = True
            yield "*"
        if parameter.name not in ("self", "cls"):
            yield parameter


def _shown(parameter: inspect.Parameter | str) -> str:
    if isinstance(parameter, str):
        return parameter
    star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    text = f"{star}{parameter.name}"
    if parameter.annotation is not parameter.empty:
        text += f": {_type(parameter.annotation)}"
    return text if parameter.default is parameter.empty else f"{text} = {parameter.default!r}"


def _type(annotation: Any) -> str:
    """A type as the source writes it, without the modules that its names come from."""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Z])", "", text)


def _markdown(text: str) -> str:
    """A docstring as markdown: titles of sections in bold, what they list as lists, examples as blocks of code."""
    head, *rest = SECTION.split(text)
    written = [_prose(head.strip())]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        written.append(f"**{title}**\n\n{_listed(body.strip())}")
    return "\n\n".join(written)


def _listed(body: str) -> str:
    """The entries ``name : text`` of a section as a list."""
    starts = [match.start() for match in ENTRY.finditer(body)]
    if not starts:
        return _prose(body)
    items = [body[a:b].strip() for a, b in zip(starts, [*starts[1:], len(body)], strict=True)]
    return "\n".join("- " + _prose(ENTRY.sub(lambda match: f"`{match['name']}`: ", item, count=1)) for item in items)


def _prose(text: str) -> str:
    """Paragraphs; those that start with a prompt are code, and what is quoted twice is quoted once."""
    written = []
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.lstrip().startswith(">>>"):
            written.append(f"```pycon\n{inspect.cleandoc(paragraph)}\n```")
        else:
            written.append(paragraph.replace("``", "`"))
    return "\n\n".join(written)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
