"""The fixture's type, for those who name it in their tests."""

from mockserver.embedded.sandbox import Reelmock

__all__ = ["Reelmock"]
