"""The rules for a place: those for another model or job phase are not even looked at."""

from __future__ import annotations

from mockserver.domain.fault.index import RuleIndex
from mockserver.domain.fault.match import CompiledRule, Facts
from mockserver.domain.fault.rule import FaultRule, FaultWhen
from tests.support.generate_docs import CATALOGUE

HTTP_ERROR = CATALOGUE.get("http_error")


def compiled(rule_id: str, **when: str) -> CompiledRule:
    rule = FaultRule("http_error", id=rule_id, when=FaultWhen(**when))
    return CompiledRule(rule, HTTP_ERROR, {}, "instead")


def ids(rules: tuple[CompiledRule, ...]) -> list[str]:
    return [each.rule.id for each in rules]


RULES = RuleIndex(
    [
        compiled("phase", job_phase="running"),
        compiled("any"),
        compiled("other", model="veo-3.1-fast"),
        compiled("model", model="veo-3.1"),
        compiled("both", model="veo-3.1", job_phase="running"),
        compiled("last"),
    ]
)


RUNNING = Facts("apiyi", "status", "poll", 0, model="veo-3.1", job_phase="running")


def test_rules_keep_the_order_in_which_they_were_set() -> None:
    assert ids(RULES.matching(RUNNING)) == ["phase", "any", "model", "both", "last"]


def test_the_rule_of_the_request_comes_before_all_others() -> None:
    behind = ["phase", "any", "model", "both", "last"]
    assert ids(RULES.with_first(compiled("header")).matching(RUNNING)) == ["header", *behind]


def test_the_rule_of_the_request_belongs_to_no_other_request() -> None:
    facts = Facts("apiyi", "create", "create", 0)
    assert ids(RULES.with_first(compiled("header")).matching(facts)) == ["header", "any", "last"]
    assert ids(RULES.matching(facts)) == ["any", "last"]


def test_no_rules_are_nothing() -> None:
    assert not RuleIndex([])
    assert RuleIndex([]).with_first(compiled("header"))
