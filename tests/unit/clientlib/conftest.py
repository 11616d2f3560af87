"""The fixtures of `tests/support/client_both.py`."""

from tests.support.client_both import clock, kind, make

__all__ = ["clock", "kind", "make"]
