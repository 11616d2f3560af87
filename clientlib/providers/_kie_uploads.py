"""Kie's upload of files, which at Kie has a host of its own.

Documented at docs.kie.ai/file-upload-api; bodies as recorded from April to October 2026.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from clientlib.providers._kie_envelope import data_of
from clientlib.sdk import Asking, Reply, Request, Upload, content_type, malformed, text

HOST: Final = "https://kieai.redpandaai.co"
FOLDER: Final = "images"


def upload(image: bytes, is_the_providers_own: bool) -> Asking[str]:
    """The file's name follows from its bytes: at Kie one file replaces another of the same name."""
    kind = content_type(image)
    name = f"{sha256(image).hexdigest()[:32]}.{kind.removeprefix('image/')}"
    request = Request(
        "POST",
        "/api/file-stream-upload",
        form={"uploadPath": FOLDER, "fileName": name},
        files=(Upload("file", name, image, kind),),
        base_url=HOST if is_the_providers_own else "",
    )
    return Asking(request, _link)


def _link(reply: Reply) -> str:
    data = data_of(reply)
    link = text(data.get("downloadUrl")) if isinstance(data, dict) else None
    if link is None:
        raise malformed(reply, "The reply to an upload has no data.downloadUrl")
    return link
