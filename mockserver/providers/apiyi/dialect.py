"""Where sources on APIYI disagree: the default comes first, what other sources say follows."""

from __future__ import annotations

from mockserver.sdk.provider import Switch

DIALECT: tuple[Switch, ...] = (
    Switch(
        "content",
        {
            "negotiated": "JSON with a URL [seed 000], MP4 bytes where Accept asks for a video or binary",
            "json": "always JSON with a URL [seed 000, sister docs]",
            "bytes": "always MP4 bytes [observed, docs: veo-3-1-official]",
        },
    ),
    Switch(
        "content_url_field",
        {"url": "seed 000, sister docs", "video_url": "one client's test"},
    ),
    Switch(
        "timestamp",
        {
            "both": "clients read either name",
            "created": "docs: veo async-api",
            "created_at": "official channel, Sora and OpenAI",
        },
    ),
    Switch(
        "video_body",
        {
            "full": "docs: veo async-api, sister docs",
            "short": "creations answer with id and status only [observed, other models]",
        },
    ),
    Switch(
        "running_word",
        {
            "processing": "seed 000",
            "in_progress": "official channel and OpenAI; create_and_poll of the SDKs needs it",
        },
    ),
    Switch(
        "task_id",
        {
            "video": "video_ [seed 000] and 32 hex digits (assumed, as OpenAI's)",
            "task": "task_ and 32 characters [observed, other models of the gateway]",
        },
    ),
    Switch(
        "extras",
        {
            "off": "the documented fields only",
            "on": "progress [observed] and task_type [seed 002] as well",
        },
    ),
    Switch(
        "failed_error",
        {
            "object": "{code, message}, as OpenAI's",
            "text": "the message as a plain string [code: API-MANUAL.md]",
            "empty": 'an empty string, "" [observed]',
            "absent": "no error field [docs: veo-3-1-official]",
        },
    ),
    Switch(
        "unknown_model",
        {
            "invalid_model": "400 invalid_model [seed 000; status assumed]",
            "model_not_found": "400 model_not_found [code: threezhang/docs troubleshooting]",
            "no_channel": "503 no available channels [observed]",
        },
    ),
    Switch(
        "unauthorized",
        {
            "invalid_api_key": "seed 000",
            "incorrect_key": "code: threezhang/docs troubleshooting",
            "gateway": "无效的令牌, with a request id [client]",
        },
    ),
    Switch(
        "quota_body",
        {
            "quota_exceeded": "seed 000; the text is assumed",
            "insufficient_balance": "code: threezhang/docs troubleshooting",
            "insufficient_credits": "code: threezhang/docs, sora2 troubleshooting",
            "insufficient_user_quota": "docs: docs.apiyi.com FAQ",
            "bare": "only a message [observed]",
        },
    ),
    Switch(
        "chat_alias",
        {
            "on": "chat knows veo_3_1 [seed 002]",
            "off": "a wrong name [code: threezhang/docs troubleshooting]",
        },
    ),
    Switch(
        "chat_images",
        {
            "any": "URL or base64 [seed 002, seed 004]",
            "base64": "no URLs [code: threezhang/docs quick-start]",
        },
    ),
    Switch(
        "prompt_limit",
        {
            "none": "seed 000 refuses by length and gives no number",
            "999": "characters [code: API-MANUAL.md, of sora-2 on the same host]",
        },
    ),
    Switch(
        "quota_status",
        {
            "403": "observed",
            "402": "code: threezhang/docs",
            "429": "docs: veo-3-1-official",
        },
    ),
    Switch(
        "escapes",
        {
            "unicode": "`>`, `<` and `&` of a chunk as \\u003e, … [seed 002, the gateway's encoder]",
            "plain": "seed 004, sister docs; the same JSON value",
        },
    ),
    Switch(
        "punctuation",
        {
            "full_width": "seed 004, sister docs",
            "ascii": "seed 002, which looks like a normalised copy",
        },
    ),
)
