"""Reads what a server tells, also where several threads do so at once.

msgspec learns a type when the type is first needed. If a second thread needs the same type before
that is done, the process crashes. So only one thread at a time may learn.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_learning = Lock()
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoded(text: bytes | str, kind: type[T]) -> T:
    """The value of a JSON text. Raises msgspec.DecodeError."""
    decoder = _decoders.get(kind)
    if decoder is None:
        with _learning:
            decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    told: T = decoder.decode(text)
    return told
