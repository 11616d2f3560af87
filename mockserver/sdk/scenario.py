"""What a scenario may import: the request for a plan, plans, and templates of them."""

from mockserver.domain.input.errors import BadInput, Refusal, nearest
from mockserver.domain.input.quantity import fraction, number, span_ms, whole_number
from mockserver.domain.job.plan import Failure, Plan, Results, Step
from mockserver.domain.scenario.out_of_service import out_of_service
from mockserver.domain.scenario.plan_templates import failure, standstill, success
from mockserver.domain.scenario.scenario import PlanRequest, Scenario, failure_named

__all__ = [
    "BadInput",
    "Failure",
    "Plan",
    "PlanRequest",
    "Refusal",
    "Results",
    "Scenario",
    "Step",
    "failure",
    "failure_named",
    "fraction",
    "nearest",
    "number",
    "out_of_service",
    "span_ms",
    "standstill",
    "success",
    "whole_number",
]
