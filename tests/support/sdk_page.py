"""The page of what plug-ins may import: every name of the three SDKs, with its first sentence.

Made from the code by `python -m tests.support.generate_docs`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

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
        "long as the version is 1.",
    ]
    for name, what in SDKS.items():
        rows = "\n".join(_rows(import_module(name)))
        parts += [f"## {name}", what, f"| name | is |\n|---|---|\n{rows}"]
    return "\n\n".join(parts) + "\n"


def _rows(module: ModuleType) -> Iterator[str]:
    for name in sorted(module.__all__, key=str.lower):
        yield f"| `{name}` | {_said(getattr(module, name))} |"


def _said(thing: Any) -> str:
    """The first sentence of a docstring; for a plain value the value itself, where it is short."""
    if inspect.isclass(thing) or inspect.isroutine(thing) or inspect.ismodule(thing):
        text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
        return re.split(r"(?<=[.]) (?=[A-Z`])", text)[0].replace("|", "\\|")
    text = repr(thing)
    return f"`{text}`".replace("|", "\\|") if len(text) <= 60 else "a value"
