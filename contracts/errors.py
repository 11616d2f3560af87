"""What can go wrong before anything is checked.

ContractError            catch this one
├── UnknownProvider      no contracts are kept under that name
├── UnknownMessage       the provider has no such message, task or stream
├── MissingExtra         jsonschema is not installed
└── BadPlugin            a plug-in cannot be used
"""


class ContractError(Exception):
    """The contracts could not be applied; the message is one clear line."""


class UnknownProvider(ContractError):
    """No contracts are kept under that name."""


class UnknownMessage(ContractError):
    """The provider has no message, task or stream of that name."""


class MissingExtra(ContractError):
    """An optional dependency is not installed."""


class BadPlugin(ContractError):
    """A plug-in cannot be used. The message says where it is, and why."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"plug-in {where}: {' '.join(reason.split())}")
