"""What to ask APIYI."""

from contracts.sdk import Body, Subject


def _body(model: str, _callback_url: str | None) -> Body:
    return {"model": model, "prompt": "A cat on a wall"}


SUBJECT = Subject(
    name="apiyi",
    unit="USD",
    # seed 002
    prices={
        "veo-3.1": 0.25,
        "veo-3.1-fast": 0.15,
        "veo-3.1-landscape": 0.25,
        "veo-3.1-landscape-fast": 0.15,
    },
    model="veo-3.1-fast",
    bearer=False,
    create_path="/v1/videos",
    create_body=_body,
    task_id="/id",
    poll_path="/v1/videos/{id}",
    unknown_id="video_doesnotexist000000000000",
    unknown_message="error_video_not_found",
    unauthorized_message="error_invalid_api_key",
    bad_request_messages=(
        "error_invalid_prompt",
        "error_invalid_model",
        "error_no_channels",
        "error_invalid_request",
        "error_message_format",
    ),
    media=("/url", "/video_url"),
    constant=("/id", "/object", "/created", "/created_at", "/model"),
    told_ids=("/id",),
    no_such_path="/v1/videos/no/such/call",
    no_such_path_message="error",
    mock_switches=(
        "content",
        "content_url_field",
        "timestamp",
        "video_body",
        "running_word",
        "task_id",
        "unauthorized",
        "failed_error",
        "punctuation",
    ),
    content_path="/v1/videos/{id}/content",
)
