"""What a user needs to know about a running server: base URLs, curl lines, the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, json

from mockserver import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.app import App
    from mockserver.domain.provider.provider import Provider
    from mockserver.settings import Settings

SAMPLE_KEY = "sk-anything"


class ProviderAddress(Struct, frozen=True, omit_defaults=True):
    """The address of one emulated provider, and a line to paste into a shell.

    `sdks` are those of others that speak to it, each with the base URL that it takes.
    """

    title: str
    base_url: str
    curl: str
    sdks: dict[str, str] = {}


class ServerAddress(Struct, frozen=True, omit_defaults=True):
    """A running server, as `serve --json` prints it.

    `admin_token` is the token that was made; if the user gave one, it is not printed, and
    `admin_token_given` says so.
    `ca` is a path; it is empty if there is no TLS. `plugins` are the folders with plug-ins.
    `brought` lists what other people's plug-ins bring: kind and name, and where it lies. Both are
    left out if they are empty.
    """

    version: str
    base_url: str
    control_url: str
    admin_token: str
    speed: float
    clock: str
    keys: str
    ca: str
    providers: dict[str, ProviderAddress]
    plugins: tuple[str, ...] = ()
    brought: dict[str, str] = {}
    admin_token_given: bool = False


def address_of(settings: Settings, base_url: str, app: App, ca: Path | None) -> ServerAddress:
    """The address of a server that listens at `base_url`."""
    base_url = settings.public_url.rstrip("/") or base_url
    return ServerAddress(
        version=__version__,
        base_url=base_url,
        control_url=f"{base_url}/_mock/v1",
        admin_token=settings.admin_token,
        speed=settings.speed,
        clock=settings.clock,
        keys=settings.keys,
        ca=str(ca or ""),
        providers={
            name: _provider_address(provider, f"{base_url}/{name}", ca)
            for name, provider in app.core.providers.items()
        },
        plugins=settings.plugins,
        brought=app.core.plugins.brought.where,
    )


def _provider_address(provider: Provider, own_url: str, ca: Path | None) -> ProviderAddress:
    sdks = {name: own_url + path for name, path in provider.sdks.items()}
    return ProviderAddress(provider.title, own_url, _curl(provider, own_url, ca), sdks)


def _curl(provider: Provider, own_url: str, ca: Path | None) -> str:
    """A line that creates a job."""
    create = next(o for o in provider.operations if o.call_phase == "create")
    body = json.encode(provider.plain_order()).decode()
    trust = f" --cacert {ca}" if ca else ""
    url, place = own_url + create.path, provider.keys[0]
    if place.where == "query":
        url, key = f"'{url}?{place.name}={SAMPLE_KEY}'", ""
    else:
        value = f"{place.scheme} {SAMPLE_KEY}".strip()
        key = f" -H '{place.name}: {value}'"
    return f"curl -s{trust} {url}{key} -H 'Content-Type: application/json' -d '{body}'"
