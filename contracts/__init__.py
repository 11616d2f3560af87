"""What the providers send, in a form for every language, and the means to check traffic against it.

    contracts.validate("kie", "record_info", body)   -> problems, each with its source
    contracts.dialects("kie", "record_info", body)   -> which variants a body speaks
    contracts.SseValidator("apiyi", "chat")          -> judges a stream as its bytes come
    contracts.check_history("kie", observations)     -> judges the life of a task

Schemas are read when they are first used, never over the network; jsonschema (the extra
`reelmock[verify]`) is imported when the first one is compiled.
"""

from contracts.errors import ContractError, MissingExtra, UnknownMessage, UnknownProvider
from contracts.lifecycle import Observation, check_history, observe
from contracts.problem import Problem
from contracts.registry import cases, life_cycle, messages, openapi_path, providers, schema
from contracts.sse import SseValidator, Verdict
from contracts.validate import dialects, undescribed, validate

__all__ = [
    "ContractError",
    "MissingExtra",
    "Observation",
    "Problem",
    "SseValidator",
    "UnknownMessage",
    "UnknownProvider",
    "Verdict",
    "cases",
    "check_history",
    "dialects",
    "life_cycle",
    "messages",
    "observe",
    "openapi_path",
    "providers",
    "schema",
    "undescribed",
    "validate",
]
