"""What is said of a value where it is declared: JSON Schema for documents, checked by nobody.

What reads a value says what is wrong with it in words of its own.
"""

from __future__ import annotations

from typing import Any

from msgspec import Meta


def said(description: str | None = None, **schema: Any) -> Meta:
    """A sentence about a value, and keywords of JSON Schema."""
    return Meta(description=description, extra_json_schema=schema or None)
