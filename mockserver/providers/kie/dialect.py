"""Where sources on Kie disagree: the default comes first, what other sources say follows."""

from __future__ import annotations

from mockserver.sdk.provider import Switch

DIALECT: tuple[Switch, ...] = (
    Switch(
        "http_status",
        {
            "envelope": "HTTP 200 whatever the code says [recorded; ten clients]",
            "real": "the code as HTTP status where it is one [docs: OpenAPI, intro]",
        },
    ),
    Switch(
        "task_id",
        {
            "hex32": "32 hex digits [recorded]",
            "veo_task": "veo_task_…, veo_extend_task_… [docs: generate, extend-video]",
        },
    ),
    Switch(
        "time",
        {
            "number": "epoch milliseconds, an integer [recorded; docs: schema]",
            "string": "YYYY-MM-DD HH:MM:SS [docs: example]; in UTC, which is assumed",
        },
    ),
    Switch(
        "result_urls",
        {
            "array": "seed 001; docs: example",
            "string": "an array as JSON text, in the record directly under data as well "
            "[docs: quickstart, OpenAPI of the callback]",
        },
    ),
    Switch(
        "param_order",
        {
            "java": "paramJson in the order of a Java HashMap [recorded, 2026-08-06]",
            "alphabet": "docs: generate-veo-3-video-callbacks, sample of promptJson",
        },
    ),
    Switch(
        "error_message",
        {
            "null": "null after a success [observed, 2026-02 and 2026-03]",
            "empty": "an empty text [docs: get-veo-3-video-details, sample]",
        },
    ),
    Switch(
        "response_fields",
        {
            "observed": "taskId, resolution, originUrls, resultUrls, hasAudioList, seeds "
            "[observed, 2026-02]",
            "documented": "taskId, resultUrls, originUrls, fullResultUrls, resolution "
            "[docs: get-veo-3-video-details]",
        },
    ),
    Switch(
        "origin_urls",
        {
            "upgraded": "the 720p version where a larger one was made [observed, 2026-02; client]",
            "portrait": "only where the ratio is not 16:9 [docs: get-veo-3-video-details]",
        },
    ),
    Switch(
        "ratio_1080p",
        {
            "16:9": "landscape only [seed 001]",
            "both": "16:9 and 9:16 [docs: get-veo-3-1080-p-video]",
        },
    ),
    Switch(
        "pending_1080p_code",
        {
            "400": "docs: generate-veo-3-video; clients",
            "422": "some clients",
            "500": "one client",
        },
    ),
    Switch(
        "default_model",
        {
            "veo3_fast": "docs: generate-veo-3-video",
            "veo3": "seed 001's client; code: neyric/kieai-sdk",
        },
    ),
    Switch(
        "image_urls",
        {
            "array": "docs: generate-veo-3-video; seed 001",
            "text": "one URL as a text is taken too; assumed",
        },
    ),
    Switch(
        "extend_lite",
        {"on": "docs: extend-video", "off": "only fast and quality [docs: extend-video, older]"},
    ),
    Switch(
        "unknown_task",
        {
            "not_found": "Record not found for taskId: X [recorded]",
            "is_null": "record is null. [docs: get-veo-3-video-details]",
            "not_exist": "The record does not exist [client]",
        },
    ),
    Switch(
        "unauthorized",
        {
            "recorded": "Unauthorized – Authentication failed. … [recorded]",
            "permissions": "You do not have access permissions [docs: docs.kie.ai]",
        },
    ),
    Switch(
        "unauthorized_headers",
        {
            "recorded": "charset=utf-8 and three CORS headers [recorded]",
            "plain": "those of every other reply",
        },
    ),
    Switch(
        "missing_field",
        {
            "prompt": "Please enter prompt for a prompt [observed, 2026], 不能为空 for the rest",
            "422": "不能为空 [client]",
            "500": "This field is required [client]",
        },
    ),
    Switch(
        "validation_text",
        {
            "documented": "Validation Error - The request parameters … [docs: docs.kie.ai]",
            "named": "what is wrong, as X-Mock-Reason has it; ours",
        },
    ),
    Switch(
        "rate_text",
        {
            "observed": "Your call frequency is too high. … [observed, 2026-10-02]",
            "documented": "Rate Limited - Request limit has been … [docs: docs.kie.ai]",
        },
    ),
    Switch(
        "credits_text",
        {
            "balance": "Credits insufficient : Your current balance … [observed by three]",
            "insufficient_credits": "Insufficient credits [client]",
            "credits_insufficient": "Credits insufficient [client]",
            "documented": "Insufficient Credits - Account does not have … [docs: docs.kie.ai]",
        },
    ),
    Switch(
        "media_ttl",
        {"14d": "docs: intro", "24h": "a third party's note; seed 001 names no number"},
    ),
    Switch(
        "callback_signed_at",
        {
            "real_time": "X-Webhook-Timestamp is real time, as receivers compare it with their own "
            "clock [three clients, 2026-11]",
            "virtual_time": "the sandbox's clock, for tests that want the same bytes; ours",
        },
    ),
    Switch(
        "callback_task_id",
        {
            "taskId": "docs: generate-veo-3-video-callbacks",
            "both": "task_id as well, which the sample verifier reads [docs: webhook-verification]",
        },
    ),
    Switch(
        "callback_prompt",
        {
            "present": "data.promptJson as JSON text after taskId "
            "[docs: generate-veo-3-video-callbacks, 2026-11; client]",
            "object": "an object after info [docs: the page's older version]",
            "absent": "no promptJson [docs: the page's other version]",
        },
    ),
    Switch(
        "callback_msg",
        {
            "veo3.1": "Veo3.1 video generated successfully. [docs: generate-veo-3-video-callbacks]",
            "plain": "Video generated successfully. [docs: old-model pages]",
        },
    ),
    Switch(
        "callback_4k_names",
        {
            "sorted": "names in the alphabet's order, with creditsConsumed "
            "[docs: get-veo-3-4k-video-callbacks, 2026-11]",
            "camel": "taskId, then info, without it [docs: 4K callbacks page, older samples]",
            "snake": "task_id, result_urls, media_ids, image_urls [docs: same page, OpenAPI]",
        },
    ),
    Switch(
        "callback_4k_failed_data",
        {
            "object": "{taskId} [docs: 4K callbacks page]",
            "null": "docs: 4K callbacks page, older",
        },
    ),
    Switch(
        "callback_ack",
        {
            "2xx": "any success; assumed",
            "200": "exactly 200 [docs: generate-veo-3-video-callbacks]",
        },
    ),
)
