"""Calls about a finished video: extend it, make it in 1080p, make it in 4K."""

import json
from collections.abc import Iterator

from contracts.sdk import Answer, Call, Check, Session, Skip, at_pointer, looks_like_video, shown

EXTEND, HD, UHD = (f"/api/v1/veo/{name}" for name in ("extend", "get-1080p-video", "get-4k-video"))
TIERS = {"veo3_lite": "lite", "veo3_fast": "fast", "veo3": "quality"}
"""docs: docs.kie.ai/veo3-api/extend-video: the names that `extend` has for the models of
`generate`.
"""
HD_CREDITS, UHD_CREDITS = 5, 120
"""recorded: justintanner/apicity models-catalog_3489975681 @b1af99d, 2026-10"""


def _extension(session: Session) -> Iterator[object]:
    body: dict[str, object] = {"taskId": session.finished().task_id, "prompt": "The cat jumps down"}
    if session.model in TIERS:
        body["model"] = TIERS[session.model]
    created = session.call("POST", EXTEND, body=body)
    if body.get("model") == "lite" and not session.expect(created, "error_422"):
        raise Skip("an older form of the service, which does not extend lite videos")
    yield from session.expect(created, "task_created")
    found, task_id = at_pointer(created.json, "/data/taskId")
    if found:
        path = session.subject.poll_path.format(id=task_id)
        yield from _ended(session, "GET", path, ("record_generating",), "record_succeeded",
                          ("/data/response/resultUrls/0", "/data/response/fullResultUrls/0"))  # fmt: skip


def _1080p(session: Session) -> Iterator[object]:
    path = f"{HD}?taskId={session.finished().task_id}&index=0"
    waiting = ("video_1080p_pending",)
    yield from _ended(session, "GET", path, waiting, "video_1080p", ("/data/resultUrl",))


def _4k(session: Session) -> Iterator[object]:
    body: dict[str, object] = {"taskId": session.finished().task_id, "index": 0}
    waiting = ("video_4k_accepted", "video_4k_processing")
    links = ("/data/resultUrls/0",)
    yield from _ended(session, "POST", UHD, waiting, "video_4k_ready", links, body)


def _ended(
    session: Session,
    method: str,
    path: str,
    waiting: tuple[str, ...],
    done: str,
    links: tuple[str, ...],
    body: dict[str, object] | None = None,
) -> Iterator[object]:
    """Ask until it is done. Every answer has its form, and each link leads to an MP4."""
    for answer in session.repeated(method, path, body=body):
        if not session.expect(answer, done):
            yield from _links(session, answer, links)
            return
        problems = session.expect(answer, *waiting)
        if problems:
            yield from session.expect(answer, *waiting, done)
            return
    raise Skip("it was not done before the deadline")


def _links(session: Session, answer: Answer, links: tuple[str, ...]) -> Iterator[object]:
    for where in links:
        _, url = at_pointer(answer.json, where)
        if url is None:  # in one dialect, the list is JSON text
            _, text = at_pointer(answer.json, where.removesuffix("/0"))
            url = next(iter(json.loads(text)), None) if isinstance(text, str) else None
        if not isinstance(url, str):
            yield f"{where}: a link expected, got {shown(url)}"
            continue
        yield from looks_like_video(session.fetch(url))


CHECKS = (
    # A video that was made larger cannot be extended, so the extension comes first.
    Check("upgrade.extension", "MUST", "a finished video can be extended; both links are MP4s",
          "docs: docs.kie.ai/veo3-api/extend-video", _extension, ("kie",),
          (Call("POST", EXTEND, creates=1),), job=True),
    Check("upgrade.1080p", "MUST", "a finished video is made in 1080p",
          "docs: docs.kie.ai/veo3-api/get-veo-3-1080-p-video", _1080p, ("kie",),
          (Call("GET", HD, charge=HD_CREDITS),), job=True),
    Check("upgrade.4k", "MUST", "a finished video is made in 4K",
          "docs: docs.kie.ai/veo3-api/get-veo-3-4k-video", _4k, ("kie",),
          (Call("POST", UHD, charge=UHD_CREDITS),), job=True),
)  # fmt: skip
