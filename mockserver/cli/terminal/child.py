"""Runs the user's command: its environment, its signals, its exit code."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from mockserver.cli.terminal.signals import handled, result
from mockserver.domain.input import variables
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.no_proxy import no_proxy

if TYPE_CHECKING:
    from types import FrameType

    from mockserver.cli.terminal.address import ServerAddress

FROM_KEYS = (signal.SIGINT, signal.SIGQUIT)  # a terminal sends these signals to the whole group
# These variables are read by node, by OpenSSL (Python's ssl and httpx), by requests and by curl.
TRUST_VARIABLES = (
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)


class NotFound(click.ClickException):
    """There is no such command. The exit code is 127, as in POSIX shells and `env`."""

    exit_code = 127


class NotRunnable(click.ClickException):
    """The command cannot be run. The exit code is 126."""

    exit_code = 126


def environment(address: ServerAddress, key: str, extra: Sequence[str]) -> dict[str, str]:
    """The environment of the command.

    It has base URL and key of each provider and of the OpenAI SDK, and `extra`.
    """
    values = {"base_url": address.base_url, "control_url": address.control_url}
    values |= {"key": key, "ca": address.ca}
    values |= {name: provider.base_url for name, provider in address.providers.items()}
    exported = {variables.URL: address.base_url, variables.KEY: key}
    if address.plugins:  # `reelmock` and pytest in the command have the same plug-ins
        exported[variables.PLUGINS] = ",".join(address.plugins)
    if address.admin_token:
        exported[variables.TOKEN] = address.admin_token
    for name, provider in address.providers.items():
        exported[f"{name.upper()}_BASE_URL"] = provider.base_url
        exported[f"{name.upper()}_API_KEY"] = key
    for provider in address.providers.values():
        for sdk, base_url in provider.sdks.items():
            exported.setdefault(f"{sdk.upper()}_BASE_URL", base_url)
            exported.setdefault(f"{sdk.upper()}_API_KEY", key)
    if address.ca:
        exported |= dict.fromkeys(TRUST_VARIABLES, address.ca)
        exported[variables.CA] = address.ca
    exported |= no_proxy(os.environ, urlsplit(address.base_url).hostname or "")
    return exported | dict(_filled(assignment, values) for assignment in extra)


def _filled(assignment: str, values: Mapping[str, str]) -> tuple[str, str]:
    name, equals, template = assignment.partition("=")
    if not name or not equals:
        raise BadInput("env", assignment, "NAME=TEMPLATE")
    try:
        return name, template.format_map(values)
    except (KeyError, ValueError, IndexError, AttributeError):
        known = ", ".join("{" + key + "}" for key in values)
        raise BadInput("env", assignment, f"a template with {known}") from None


def run(command: Sequence[str], exported: Mapping[str, str]) -> int:
    """Runs a command to its end and returns its exit code.

    The code is 128 + n if signal n ended the command. Raises NotFound or NotRunnable.
    """
    relay = _Relay()
    with handled(relay), ThreadPoolExecutor(1) as pool:
        try:
            child = subprocess.Popen(command, env={**os.environ, **exported})
        except OSError as error:
            kind = NotFound if isinstance(error, FileNotFoundError) else NotRunnable
            raise kind(f"cannot run {command[0]!r}: {error.strerror}") from None
        relay.to(child)
        code = result(pool.submit(child.wait))
    return code if code >= 0 else 128 - code


class _Relay:
    """Passes signals on to the command, which decides what they mean.

    Signals that come before the command runs wait for it.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._child is None:
            self._early.append(number)
        elif number not in FROM_KEYS or not _in_foreground():
            self._child.send_signal(number)

    def to(self, child: subprocess.Popen[bytes]) -> None:
        """From now on, signals go to `child`."""
        self._child = child
        for number in self._early:
            child.send_signal(number)


def _in_foreground() -> bool:
    """Whether the command has already got the signals of a terminal's keys.

    A terminal sends them to its whole group.
    """
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
