"""What to ask xcompute."""

from contracts.sdk import Body, Subject


def _body(model: str, callback_url: str | None) -> Body:
    body = {"model": model, "prompt": "A cat on a wall", "aspect_ratio": "16:9"}
    return body | ({"webhook": callback_url} if callback_url else {})


SUBJECT = Subject(
    name="xcompute",
    unit="USD",
    # observed on 2026-09-27: fast by a task's cost, the others in the price table
    prices={"veo3.1-lite": 0.07, "veo3.1-fast": 0.14, "veo3.1-quality": 1.0},
    model="veo3.1-lite",
    bearer=True,
    create_path="/v1/videos/generations",
    create_body=_body,
    task_id="/data/0/task_id",
    poll_path="/v1/tasks/{id}",
    unknown_id="task_00000000000000000000000000",
    unknown_message="error_400",
    unauthorized_message="error_401",
    bad_request_messages=("error_400",),
    media=(
        "/data/result/videos/0/url/0",
        "/data/result/videos/0/url",
        "/result/videos/0/url/0",
        "/result/videos/0/url",
    ),
    constant=("/data/id", "/data/created", "/id", "/created"),
    told_ids=("/data/id", "/id"),
    no_such_path="/v1/videos/no/such/call",
    no_such_path_message="error",
    mock_switches=("task_shape", "running_word", "media_url", "error_body"),
    callback_message="webhook",
    callback_headers_message="webhook_headers",
    callback_id="/id",
)
