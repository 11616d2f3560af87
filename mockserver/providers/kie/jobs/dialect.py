"""Where sources on the jobs API disagree: the default comes first."""

from __future__ import annotations

from mockserver.sdk.provider import Switch

DIALECT: tuple[Switch, ...] = (
    Switch(
        "job_states",
        {
            "waiting": "waiting up to the end [recorded, September 2026]",
            "documented": "waiting, queuing, generating [docs: get-task-detail]",
        },
    ),
    Switch(
        "job_callback",
        {
            "veo": "the body of Veo's callback page, which the page of veo-3-1 links [docs]",
            "general": "code, data, msg, with param and resultJson [docs: the market's pages]",
        },
    ),
    Switch(
        "unknown_job",
        {
            "is_null": "422 recordInfo is null [observed]",
            "not_found": "404 Task not found [docs: get-task-detail]",
        },
    ),
    Switch(
        "job_credits_code",
        {"402": "observed, three times", "500": "the same text [observed, 2026-09-13]"},
    ),
    Switch(
        "read_limits",
        {
            "off": "records and catalogue as often as one likes; nobody saw such a call refused",
            "on": "10 records of a task and one call of the catalogue a second "
            "[docs: agent skill kie-models, 2026-09]",
        },
    ),
)
