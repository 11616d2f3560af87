"""What a client is made of and what it can be told: settings, order fields, the context."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from clientlib import _system
from clientlib._codec import KeepsImages, KeyInQuery, SeveralApis, refuse
from clientlib._context import Context
from clientlib._http import Address
from clientlib._models import Image, Order, Pace, Price, Timeouts
from clientlib._retry import RetryPolicy
from clientlib.providers import load


class OrderFields(TypedDict, total=False):
    """What may be said about a video beside its prompt; `options` is the provider's own record."""

    model: str | None
    images: Sequence[Image]
    aspect: str | None
    resolution: str | None
    duration_s: int | None
    callback_url: str | None
    options: Any


class Settings(TypedDict, total=False):
    """What both clients can be told; `Client` explains."""

    api_key: str | None
    base_url: str | None
    timeouts: Timeouts | None
    headers: Mapping[str, str] | None
    proxy: str | None
    ca: str | None
    retry: RetryPolicy | None
    pace: Pace | None
    strict: bool
    now: Callable[[], float]
    jitter: Callable[[], float]


class Core:
    """What both clients are made of: the context, the address, and how orders are written."""

    def __init__(self, provider: str, settings: Settings) -> None:
        if unknown := settings.keys() - Settings.__annotations__.keys():
            raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
        codec = load(provider)
        prefix = provider.upper()
        key = settings.get("api_key") or os.environ.get(f"{prefix}_API_KEY", "")
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError(f"api_key: visible ASCII is wanted, here or in {prefix}_API_KEY")
        url = settings.get("base_url") or os.environ.get(f"{prefix}_BASE_URL") or codec.base_url
        if not _is_http(url):
            raise ValueError(f"base_url: {url!r} is no http(s) URL")
        timeouts = settings.get("timeouts") or Timeouts()
        self._context = Context(
            codec,
            now=settings.get("now", _system.now),
            dice=settings.get("jitter", _system.jitter),
            retry=settings.get("retry") or RetryPolicy(),
            pace=settings.get("pace") or codec.pace,
            timeouts=timeouts,
            strict=settings.get("strict", True),
        )
        self._address = Address(
            url.rstrip("/"),
            codec.authorization(key),
            dict(settings.get("headers") or {}),
            timeouts,
            settings.get("proxy"),
            codec.key_header,
            settings.get("ca"),
            codec.key_query if isinstance(codec, KeyInQuery) else "",
        )

    @property
    def provider(self) -> str:
        """The provider's name."""
        return self._context.provider.name

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._address.base_url

    @property
    def is_the_providers_own(self) -> bool:
        """Whether requests go to the provider's real host, where they cost."""
        return self.base_url == self._context.provider.base_url.rstrip("/")

    @property
    def keeps_images(self) -> bool:
        """Whether `upload` gives an image a link."""
        return isinstance(self._context.provider, KeepsImages)

    @property
    def pace(self) -> Pace:
        """How often a job is asked about."""
        return self._context.pace

    def price(self, prompt: str, **order: Unpack[OrderFields]) -> Price:
        """What `submit` with these arguments costs if it succeeds; refuses what it would."""
        asked = order_of(prompt, order)
        context = self._context.speaking(asked.options)
        if context.strict:
            context.provider.check(asked)
        return context.provider.price(asked)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def order_of(prompt: str, fields: OrderFields) -> Order:
    """The order those arguments stand for; `TypeError` for unknown ones."""
    if unknown := fields.keys() - OrderFields.__annotations__.keys():
        raise TypeError(f"no such argument: {', '.join(sorted(unknown))}")
    images = fields.get("images", ())
    if isinstance(images, str | bytes):
        raise refuse("images", "a list is wanted, even for one image")
    return replace(Order(prompt, **fields), images=tuple(images))


def options_of(provider: str, api: str | None) -> Any:
    """A provider's options that choose one of its APIs; None if no API is named.

    Raises `UnsupportedRequest` for an API that it does not have.
    """
    if api is None:
        return None
    codec = load(provider)
    if not isinstance(codec, SeveralApis):
        raise refuse("api", f"{provider} has only one")
    options = codec.options(api=api)
    codec.by_options(options)
    return options
