"""The order of keys in Kie's echoes: that of a Java HashMap.

inferred: it fits all 48 recorded objects of the jobs API and the recorded `paramJson` of the older one.
"""

from __future__ import annotations

from typing import Any

_FEWEST_BUCKETS = 16
_LOAD = 0.75  # a fuller map doubles its buckets


def in_hash_map_order(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields by their bucket; those of one bucket keep the order in which they came."""
    buckets = _FEWEST_BUCKETS
    while len(fields) > buckets * _LOAD:
        buckets *= 2
    return dict(sorted(fields.items(), key=lambda field: _bucket(field[0], buckets)))


def _bucket(key: str, buckets: int) -> int:
    hashed = _hash_code(key)
    return (hashed ^ (hashed >> 16)) & (buckets - 1)


def _hash_code(text: str) -> int:
    """Java's `String.hashCode`, of the text's UTF-16 units, without a sign."""
    units = text.encode("utf-16-be", "surrogatepass")
    hashed = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        hashed = (31 * hashed + (high << 8 | low)) & 0xFFFF_FFFF
    return hashed
