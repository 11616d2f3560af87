"""Starting a server from a command: an address that is taken, a certificate, an admin token."""

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
    """Something outside is not as the command needs it: one line, exit code 2."""

    exit_code = 2


@contextmanager
def certificate_for(settings: Settings) -> Iterator[Certificate | None]:
    """A throw-away certificate while the server runs, where the settings ask for one."""
    if not settings.tls:
        yield None
        return
    from mockserver.engine.plugins import plugins_in
    from mockserver.web.tls import issue

    providers = plugins_in(settings.plugins).providers.all()
    with TemporaryDirectory(prefix="reelmock-") as folder:
        yield issue(Path(folder), (host for p in providers for host in p.hosts))


def guarded(settings: Settings) -> Settings:
    """The settings with an admin token, made now where the network can reach an open server."""
    if settings.on_loopback or settings.admin_token:
        return settings
    return replace(settings, admin_token=secrets.token_urlsafe(24))


@contextmanager
def bindable(settings: Settings) -> Iterator[None]:
    """Says in one line why a server cannot listen."""
    try:
        yield
    except OSError as error:
        hint = "; --port 0 takes a free one" if error.errno == errno.EADDRINUSE else ""
        where = f"{settings.host}:{settings.port}"
        raise Unmet(f"cannot listen on {where}: {error.strerror}{hint}") from None
