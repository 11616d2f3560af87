"""The page of what plug-ins may import: every name of the three SDKs, with its first sentence.

Made from the code by `python -m tests.support.generate_docs`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, get_args, get_origin

from msgspec import Struct

from mockserver.domain.provider.command import Asks

SDKS = {
    "mockserver.sdk.provider": "A provider imports this.",
    "mockserver.sdk.scenario": "A scenario imports this.",
    "mockserver.sdk.fault": "A fault imports this.",
    "mockserver.sdk.finding": "A finding imports this.",
    "contracts.sdk": "A subject and checks of the verifier import this.",
    "clientlib.sdk": "A codec of the client imports this.",
    "mockserver.conformance": "A plug-in's test imports this.",
}


def sdk_page() -> str:
    """The whole page."""
    parts = [
        "# The SDK",
        "Made from the code by `python -m tests.support.generate_docs`. "
        "What a plug-in may import ([Plug-ins](../guides/plugins.md)). A name keeps its meaning as "
        "long as the version is 1. What may be left out stands in square brackets. "
        "`python -c 'from mockserver.sdk import provider; help(provider.Submit)'` prints types, "
        "defaults and the whole text.",
    ]
    for name, what in SDKS.items():
        rows = "\n".join(_rows(import_module(name)))
        parts += [f"## {name}", what, f"| name | is |\n|---|---|\n{rows}"]
    return "\n\n".join(parts) + "\n"


def _rows(module: ModuleType) -> Iterator[str]:
    for name in sorted(module.__all__, key=str.lower):
        thing = getattr(module, name)
        yield f"| `{name}{_takes(thing)}` | {_said(thing)}{_outcome(thing)} |"


def _takes(thing: Any) -> str:
    """What a record or a function is made or called with; empty for anything else."""
    if isinstance(thing, type) and issubclass(thing, Struct):
        fields = thing.__struct_fields__
        needed = len(fields) - len(thing.__struct_defaults__)
    elif (isinstance(thing, type) and is_dataclass(thing)) or inspect.isfunction(thing):
        given = inspect.signature(thing).parameters.values()
        fields = tuple(
            str(each.replace(annotation=each.empty, default=each.empty)) for each in given
        )
        needed = sum(
            each.default is each.empty and each.kind != each.VAR_POSITIONAL for each in given
        )
    else:
        return ""
    optional = f"[{', '.join(fields[needed:])}]" if needed < len(fields) else ""
    return f"({', '.join(filter(None, (*fields[:needed], optional)))})"


def _outcome(thing: Any) -> str:
    """What a command of a provider leads to."""
    for base in getattr(thing, "__orig_bases__", ()):
        if get_origin(base) is Asks and isinstance(get_args(base)[0], type):
            return f" It leads to `{get_args(base)[0].__name__}`."
    return ""


def _said(thing: Any) -> str:
    """The first sentence of a docstring; for a plain value the value itself, where it is short."""
    if inspect.isclass(thing) or inspect.isroutine(thing) or inspect.ismodule(thing):
        text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
        return re.split(r"(?<=[.]) (?=[A-Z`])", text)[0].replace("|", "\\|")
    text = repr(thing)
    return f"`{text}`".replace("|", "\\|") if len(text) <= 60 else "a value"
