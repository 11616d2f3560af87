"""Giving an image to a provider that keeps it under a link, for jobs that take links only."""

from __future__ import annotations

from pathlib import Path

from clientlib._codec import KeepsImages, refuse
from clientlib._context import Context
from clientlib._exchange import asked
from clientlib._images import is_url
from clientlib._models import Image
from clientlib._retry import retrying
from clientlib._steps import Do, Flow


def upload(context: Context, image: Image, is_the_providers_own: bool) -> Flow[str]:
    """The image's link. An upload is free, so that it is repeated like a poll."""
    codec = context.provider
    if not isinstance(codec, KeepsImages):
        raise refuse("image", f"{codec.name} keeps no images")
    if isinstance(image, str) and is_url(image):
        return image
    content: bytes = image if isinstance(image, bytes) else (yield Do(Path(image).read_bytes))
    asking = codec.upload(content, is_the_providers_own)
    send = retrying(lambda: asked(context, asking.request, asking.read), context.patience())
    return (yield from send)
