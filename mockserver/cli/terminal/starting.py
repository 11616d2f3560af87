"""Starts a server from a command: an address that is in use, a certificate, an admin token."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

if TYPE_CHECKING:
    from mockserver.settings import Settings
    from mockserver.web.tls import Certificate


class Unmet(click.ClickException):
    """A condition outside this program is not met: one line, exit code 2."""

    exit_code = 2


@contextmanager
def certificate_for(settings: Settings) -> Iterator[Certificate | None]:
    """A certificate for this run only, if the settings ask for one."""
    if not settings.tls:
        yield None
        return
    from mockserver.engine.plugins import plugins_in
    from mockserver.web.tls import issue

    providers = plugins_in(settings.plugins).providers.all()
    with TemporaryDirectory(prefix="reelmock-") as folder:
        yield issue(Path(folder), (host for p in providers for host in p.hosts))


def guarded(settings: Settings) -> Settings:
    """The settings with an admin token.

    If the network can reach a server without a token, one is made now.
    """
    if settings.on_loopback or settings.admin_token:
        return settings
    return replace(settings, admin_token=secrets.token_urlsafe(24))


@contextmanager
def bindable(settings: Settings) -> Iterator[None]:
    """If a server cannot listen, says why in one line."""
    try:
        yield
    except OSError as error:
        hint = "; --port 0 takes a free port" if error.errno == errno.EADDRINUSE else ""
        where = f"{settings.host}:{settings.port}"
        raise Unmet(f"cannot listen on {where}: {error.strerror}{hint}") from None
