"""Finds the contracts of a provider among the files of this package; nothing is ever fetched."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from contracts.errors import BadPlugin, UnknownMessage, UnknownProvider

ROOT = Path(__file__).parent

Schema = dict[str, Any]
"""A JSON Schema (draft 2020-12) as json.loads returns it."""


def providers() -> tuple[str, ...]:
    """Name the providers: every folder with a life cycle, then those of plug-ins."""
    from contracts.plugins import folders

    own = own_providers()
    brought = folders()
    for name in brought:
        if name in own:
            raise BadPlugin(str(brought[name]), f"Reelmock has contracts of {name} of its own")
    return (*own, *sorted(brought))


@cache
def own_providers() -> tuple[str, ...]:
    """Name the providers whose contracts are in this package."""
    return tuple(sorted(path.parent.name for path in ROOT.glob("*/lifecycle.json")))


@cache
def messages(provider: str) -> tuple[str, ...]:
    """Name the messages of a provider (files that begin with `_` hold shared parts)."""
    names = (path.stem for path in _folder(provider).glob("schemas/*.json"))
    return tuple(sorted(name for name in names if not name.startswith("_")))


def schema(provider: str, message: str) -> Schema:
    """Return the schema of one message. Raises UnknownProvider, UnknownMessage."""
    if message not in messages(provider):
        raise UnknownMessage(
            f"{provider} has no message {message!r}; it has {', '.join(messages(provider))}"
        )
    return documents(provider)[f"{message}.json"]


@cache
def documents(provider: str) -> dict[str, Schema]:
    """Return all schema files of a provider by file name, shared parts included."""
    files = sorted(_folder(provider).glob("schemas/*.json"))
    return {path.name: _read(path) for path in files}


@cache
def life_cycle(provider: str) -> dict[str, Any]:
    """Return the life cycle of a provider, as contracts/meta/lifecycle.schema.json describes it."""
    return _read(_folder(provider) / "lifecycle.json")


@cache
def cases(provider: str) -> tuple[dict[str, Any], ...]:
    """Return the groups of cases, as contracts/meta/cases.schema.json describes them."""
    files = sorted(_folder(provider).glob("cases/*.json"))
    return tuple(group for path in files for group in json.loads(path.read_text("utf-8")))


@cache
def listed_sources(provider: str) -> dict[str, Any]:
    """Return the sources of a provider's facts: `sources` by name, and `lines` in documents."""
    path = _folder(provider) / "sources.json"
    return _read(path) if path.is_file() else {"sources": {}, "lines": {}}


def openapi_path(provider: str) -> Path:
    """Return the path of a provider's OpenAPI document."""
    return _folder(provider) / "openapi.yaml"


def _folder(provider: str) -> Path:
    if provider in own_providers():
        return ROOT / provider
    if provider not in providers():
        raise UnknownProvider(f"no contracts for {provider!r}; there are {', '.join(providers())}")
    from contracts.plugins import folders

    return folders()[provider]


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document
