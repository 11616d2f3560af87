"""What to ask Kie."""

from contracts.sdk import Body, Subject


def _body(model: str, callback_url: str | None) -> Body:
    body = {"prompt": "A cat on a wall", "model": model, "aspectRatio": "16:9"}
    return body | ({"callBackUrl": callback_url} if callback_url else {})


SUBJECT = Subject(
    name="kie",
    unit="credits",
    # client: observed prices
    prices={"veo3_lite": 30, "veo3_fast": 60, "veo3": 250},
    model="veo3_lite",
    bearer=True,
    create_path="/api/v1/veo/generate",
    create_body=_body,
    task_id="/data/taskId",
    poll_path="/api/v1/veo/record-info?taskId={id}",
    unknown_id="00000000000000000000000000000000",
    unknown_message="error_422",
    unauthorized_message="error_401",
    bad_request_messages=("error_422", "error_400", "error_500"),
    media=("/data/response/resultUrls/0", "/data/response/resultUrls"),
    constant=("/data/taskId", "/data/paramJson", "/data/createTime"),
    told_ids=("/data/taskId",),
    no_such_path="/api/v1/veo/no/such/call",
    no_such_path_message="error_404",
    succeeded="1",
    refuses_by_status=False,
    mock_switches=("http_status", "task_id", "time", "result_urls", "pending_1080p_code"),
    callback_message="callback",
    callback_headers_message="callback_headers",
    callback_id="/data/taskId",
)
