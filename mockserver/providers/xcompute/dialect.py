"""Where sources on xcompute and APIMart disagree: the default first, the losers as further values."""

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
            "off": "no cost in a task [observed]",
            "on": "cost in USD and credits_cost, ten times that [docs: docs.apimart.ai tasks/status]",
        },
    ),
    Switch(
        "balance_credits",
        {
            "off": "balances in USD alone [docs: docs.apimart.ai balance]",
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
        "language",
        {
            "zh": "messages are Chinese where no `language` is asked for [seed 003]",
            "en": "docs: docs.apimart.ai tasks/status names en as the default",
        },
    ),
)
