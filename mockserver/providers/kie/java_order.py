"""The order of keys where Kie repeats a request: the order of a Java HashMap.

inferred: it fits all 48 recorded objects of the jobs API and the recorded `paramJson` of the older one.
"""

from __future__ import annotations

from typing import Any

_FEWEST_BUCKETS = 16
_LOAD = 0.75  # if it is fuller, a map doubles its buckets


def in_hash_map_order(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields sorted by their bucket. Fields of one bucket keep their order."""
    buckets = _FEWEST_BUCKETS
    while len(fields) > buckets * _LOAD:
        buckets *= 2
    return dict(sorted(fields.items(), key=lambda field: _bucket(field[0], buckets)))


def _bucket(key: str, buckets: int) -> int:
    hashed = _hash_code(key)
    return (hashed ^ (hashed >> 16)) & (buckets - 1)


def _hash_code(text: str) -> int:
    """Java's `String.hashCode` of the text's UTF-16 units, without a sign."""
    units = text.encode("utf-16-be", "surrogatepass")
    hashed = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        hashed = (31 * hashed + (high << 8 | low)) & 0xFFFF_FFFF
    return hashed
