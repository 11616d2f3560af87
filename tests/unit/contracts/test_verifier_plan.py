"""Nothing is spent by accident: what a run may call and cost is known before."""

import pytest

from contracts.verifier.catalogue import AREAS, all_checks, checks_for, find_subject
from contracts.verifier.runner import plan
from tests.support.some import some

PROVIDERS = ("apiyi", "kie", "xcompute")
# Additions only: what an id means never changes.
FROZEN = [
    "auth.bad_key",
    "auth.no_key",
    "auth.raw_key",
    "auth.key_forms",
    "auth.models",
    "auth.credit",
    "auth.balance",
    "create.reply",
    "create.known_at_once",
    "poll.unknown_id",
    "poll.headers",
    "poll.missing_id",
    "poll.unknown_upgrade",
    "poll.reply",
    "poll.same_id",
    "lifecycle.steps",
    "lifecycle.ends",
    "lifecycle.final",
    "lifecycle.constant",
    "content.json",
    "content.bytes",
    "content.not_ready",
    "content.unknown_id",
    "content.download",
    "content.range",
    "content.expiry",
    "upgrade.extension",
    "upgrade.1080p",
    "upgrade.4k",
    "stream.order",
    "stream.several",
    "stream.refused_key",
    "callback.arrives",
    "callback.body",
    "callback.headers",
    "callback.signature",
    "errors.missing_prompt",
    "errors.unknown_path",
    "errors.unknown_model",
    "errors.malformed_json",
    "errors.chat_n_too_large",
    "errors.bad_ratio",
    "errors.lite_with_pictures",
    "errors.gif_above_720p",
    "jobs.unknown_id",
    "jobs.missing_id",
    "jobs.models",
    "jobs.unknown_model",
    "jobs.missing_prompt",
    "jobs.job",
    "limits.retry_after",
    "limits.reads_are_free",
    "limits.creations",
]


def steps(provider, budget):
    subject = find_subject(provider)
    price = subject.prices[subject.model]
    return price, plan(checks_for(provider), subject, price, budget)


def test_check_ids_are_frozen_and_unique():
    assert [check.id for check in all_checks()] == FROZEN


def test_every_check_has_an_area_a_source_and_a_title():
    for check in some(all_checks()):
        assert check.area in AREAS
        assert check.source
        assert check.title
        assert check.providers


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_a_budget_only_free_calls_run(provider):
    _, planned = steps(provider, 0)
    assert all(step.cost == 0 for step in planned if step.runs)
    assert any(step.runs for step in planned)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_plan_never_exceeds_its_budget(provider):
    price, everything = steps(provider, 1e9)
    total = sum(step.cost for step in everything)
    for budget in (0, price / 2, price, 2.5 * price, total - price, total):
        _, planned = steps(provider, budget)
        assert sum(step.cost for step in planned if step.runs) <= budget + 1e-9


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_shared_job_is_paid_first(provider):
    price, planned = steps(provider, steps(provider, 0)[0])
    assert planned[0].cost == price
    assert planned[0].runs
    assert not any(step.runs for step in some(planned[1:]) if step.cost)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_only_a_missing_prompt_is_a_free_creation(provider):
    free = {
        check.id
        for check in checks_for(provider)
        if any(c.method == "POST" and not (c.creates or c.charge) for c in check.calls)
    }
    refused = {"stream.refused_key"} if provider == "apiyi" else set()
    assert free == {"errors.missing_prompt"} | refused
