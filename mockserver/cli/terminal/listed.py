"""A name on the command line: if it is missing, the error says where to find the names."""

from __future__ import annotations

import click


class Listed(click.types.StringParamType):
    """A name that a command lists, such as `reelmock fault list`."""

    def __init__(self, command: str) -> None:
        self._command = command

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The hint behind click's own message."""
        return f"`{self._command}` lists them."


FAULT = Listed("reelmock fault list")
SCENARIO = Listed("reelmock scenario list")
PROFILE = Listed("reelmock profile list")
PROVIDER = Listed("reelmock provider list")
FINDING = Listed("reelmock findings list")
TASK = Listed("reelmock task list")
