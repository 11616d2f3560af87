"""Where sources on xcompute and APIMart disagree: the default comes first, what other sources say
follows.
"""

from __future__ import annotations

from mockserver.sdk.provider import Switch

DIALECT: tuple[Switch, ...] = (
    Switch(
        "task_shape",
        {
            "wrapped": '{"code":200,"data":{…}} [observed, docs: docs.apimart.ai tasks/status]',
            "flat": "the task itself [docs: api.xcompute.us/api-reference/tasks/new-status]",
        },
    ),
    Switch(
        "running_word",
        {
            "processing": "observed, docs: docs.apimart.ai tasks/status",
            "in_progress": "docs: docs.apimart.ai, some pages",
        },
    ),
    Switch(
        "media_url",
        {
            "array": "an array of URLs [observed]",
            "string": "a plain string [docs: docs.apimart.ai, older]",
        },
    ),
    Switch(
        "link_life",
        {
            "24h": "seed 003, and exactly so in the observed sample",
            "72h": "code: apimart-ai/apimart-skills",
        },
    ),
    Switch(
        "error_body",
        {
            "documented": "integer code, message, type [seed 003]",
            "apimart": "empty code, message with a request id, apimart_error [observed]",
        },
    ),
    Switch(
        "cost_fields",
        {
            "on": "cost in USD and credits_cost, ten times that [observed, docs: docs.apimart.ai]",
            "off": "no cost in a task [observed, earlier]",
        },
    ),
    Switch(
        "balance_refusal",
        {
            "401": "refused like any other call, in the form of error_body [observed]",
            "success_false": "HTTP 200 with success: false [docs: docs.apimart.ai balance]",
        },
    ),
    Switch(
        "balance_credits",
        {
            "off": "balances in USD only [docs: docs.apimart.ai balance]",
            "on": "remain_credits and used_credits as well [code: martianzhang/apimart-cli]",
        },
    ),
    Switch(
        "webhook_error",
        {
            "short": "{message, code} with an empty code [docs: docs.apimart.ai tasks/webhook]",
            "task_failed": "{message, type, param, code} [same page, newer]",
        },
    ),
    Switch(
        "model_absent",
        {
            "400": "refused: documented as required [seed 003]",
            "default": "veo3.1-fast: documented as its default as well [seed 003]",
        },
    ),
    Switch(
        "idempotency",
        {
            "obeyed": "a repeated Idempotency-Key gives the same task [docs: apimart-skills]",
            "ignored": "no page of xcompute names the header",
        },
    ),
    Switch(
        "lite_fields",
        {
            "used": "lite refuses its missing fields where they ask for something (assumed)",
            "sent": "it refuses them wherever they are sent, as documented [seed 003]",
        },
    ),
    Switch(
        "prompt_limit",
        {
            "none": "no length is documented for these models",
            "1000": "characters [docs: docs.apimart.ai, older page of veo3.1]",
        },
    ),
    Switch(
        "language",
        {
            "zh": "messages are Chinese where no `language` is asked for [seed 003]",
            "en": "docs: docs.apimart.ai tasks/status names en as the default",
        },
    ),
)
