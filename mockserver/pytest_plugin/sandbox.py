"""The fixture's type, for tests that name it."""

from mockserver.embedded.sandbox import Reelmock

__all__ = ["Reelmock"]
