"""YAML for people: what fits on a line stands on one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml

COLUMNS = 100
STEP = "  "


def flowing(content: dict[str, Any]) -> str:
    """The content as YAML, in the order in which it is given."""
    return "\n".join(_block(content, "")) + "\n"


def _block(node: Any, pad: str) -> Iterator[str]:
    """The lines of a mapping or a list that does not fit on one."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _named(f"{pad}{_scalar(name)}:", value, pad + STEP)
    else:
        for value in node:
            line = f"{pad}- {_flow(value)}"
            if len(line) <= COLUMNS or not isinstance(value, dict):
                yield line
                continue
            first, *rest = _block(value, pad + STEP)
            yield from (f"{pad}- {first.lstrip()}", *rest)


def _named(name: str, value: Any, pad: str) -> Iterator[str]:
    """A member of a mapping. A text needs fewer quotes in a line of its own."""
    line = f"{name} {_plain(value) if isinstance(value, str) else _flow(value)}"
    if isinstance(value, str) and "\n" in value:
        mark = "|" if value.endswith("\n") else "|-"
        yield from (f"{name} {mark}", *(pad + part for part in value.rstrip().splitlines()))
    elif len(line) <= COLUMNS:
        yield line
    elif isinstance(value, str):
        yield from (
            f"{name} >-",
            *textwrap.wrap(
                value,
                COLUMNS,
                initial_indent=pad,
                subsequent_indent=pad,
                break_on_hyphens=False,  # a reader puts a space where a line ends
                break_long_words=False,
            ),
        )
    else:
        yield from (name, *_block(value, pad))


def _flow(node: Any) -> str:
    """A node on one line."""
    if isinstance(node, dict):
        return (
            f"{{{', '.join(f'{_scalar(name)}: {_flow(value)}' for name, value in node.items())}}}"
        )
    if isinstance(node, list | tuple):
        return f"[{', '.join(map(_flow, node))}]"
    return _scalar(node)


def _plain(text: str) -> str:
    return yaml.safe_dump(text, width=10**6, allow_unicode=True).removesuffix("...\n").strip()


@lru_cache(maxsize=None, typed=True)  # True is 1, and 1.0 too
def _scalar(value: Any) -> str:
    flow = yaml.safe_dump([value], default_flow_style=True, width=10**6, allow_unicode=True)
    return flow.strip()[1:-1]
