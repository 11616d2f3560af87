"""What a plug-in of a stranger raises in a call is told where it belongs, and brings no server down.

| raised by | becomes |
|---|---|
| a scenario | a refusal of the creation, as over an option that is wrong |
| a fault | a match that was not applied, with the reason |
| a finding | "not judged", with the reason |
| a provider | status 500 in the provider's own envelope; a callback without a body |
| a provider, asked by a judge | findings "not judged", with the reason |

The reason names the plug-in, what was raised, and the line. What each kind may raise goes through.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec.structs import replace

from mockserver.domain.callback.delivery import Message
from mockserver.domain.fault.fault import Fault, Unfit
from mockserver.domain.finding.finding import Finding, NotJudged
from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.provider.judging import CannotJudge, Judging
from mockserver.domain.provider.provider import Operation, Provider
from mockserver.domain.reply.reply import Reply, header_text, json_reply, with_headers
from mockserver.domain.scenario.scenario import Scenario

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import Context
    from mockserver.domain.scenario.scenario import PlanRequest

P = TypeVar("P")


class Raised(BadInput):
    """A plug-in has raised what its kind may not raise."""

    def __init__(self, reason: str) -> None:
        super().__init__("plugins", reason, "a plug-in that raises nothing else")
        self.args = (reason,)


def guarded(plugin: P, where: str, home: str) -> P:
    """The same plug-in, which tells what it raises. `home` is the file of its module."""

    def why(error: Exception) -> str:
        return f"plug-in {where}: it raised {told(error, home)}"

    found: object = plugin
    match plugin:
        case Scenario():
            found = _scenario(plugin, why)
        case Fault():
            found = _fault(plugin, why)
        case Finding():
            found = _finding(plugin, why)
        case Provider():
            found = _provider(plugin, why)
    return cast("P", found)


Why = Callable[[Exception], str]


def told(error: BaseException, home: str) -> str:
    """What was raised, and in which line of the plug-in, or of what it calls. One line."""
    frames = extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_below(frame.filename, home)] or frames
    line = f" (line {own[-1].lineno} of {Path(own[-1].filename).name})" if own else ""
    return " ".join(f"{type(error).__name__}: {error}{line}".split())


def _is_below(file: str, home: str) -> bool:
    path, own = Path(file), Path(home)
    return path == own or (own.name == "__init__.py" and own.parent in path.parents)


def _scenario(scenario: Scenario, why: Why) -> Scenario:
    def make(request: PlanRequest) -> Any:
        try:
            return scenario.make(request)
        except (BadInput, Refusal):
            raise
        except Exception as error:  # noqa: BLE001  a stranger's
            raise Raised(why(error)) from None

    return replace(scenario, make=make)


def _fault(fault: Fault, why: Why) -> Fault:
    def of(change: Any) -> Any:
        if change is None:
            return None

        def strike(subject: Any, hit: Any) -> Any:
            try:
                return change(subject, hit)
            except Unfit:
                raise
            except Exception as error:  # noqa: BLE001  a stranger's
                raise Unfit(why(error)) from None

        return strike

    changes = {way: of(getattr(fault, way)) for way in ("reply", "outgoing", "terms")}
    return replace(fault, **changes)


def _finding(finding: Finding, why: Why) -> Finding:
    def look(evidence: Any) -> Any:
        try:
            seen = finding.look(evidence)
            return seen if isinstance(seen, NotJudged) else tuple(seen)
        except CannotJudge:  # the provider's fault, whose name is in it
            raise
        except Exception as error:  # noqa: BLE001  a stranger's
            return NotJudged(why(error))

    return replace(finding, look=look)


def _provider(provider: Provider, why: Why) -> Provider:
    def refuse(refusal: Refusal, context: Context) -> Reply:
        try:
            return provider.refuse(refusal, context)
        except Exception as error:  # noqa: BLE001  a stranger's
            return _reasoned(json_reply(500, {"error": "the plug-in cannot refuse"}), why(error))

    apis = {  # one for all its operations, since an operation is asked which of them is its own
        id(api): replace(api, judging=_judging(api.judging, why)) for api in provider.apis.values()
    }
    operations = [
        one if one.api is None else replace(one, api=apis[id(one.api)])
        for one in provider.operations
    ]
    return replace(
        provider,
        refuse=refuse,
        operations=tuple([_operation(one, refuse, why) for one in operations]),
        make_id=_or_refusal(provider.make_id, why),
        media_ttl_ms=_or_refusal(provider.media_ttl_ms, why),
        callback=None if provider.callback is None else _callback(provider.callback, why),
        judging=_judging(provider.judging, why),
    )


def _judging(judging: Judging, why: Why) -> Judging:
    def of(answer: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*question: Any) -> Any:
            try:
                return answer(*question)
            except Exception as error:  # noqa: BLE001  a stranger's
                raise CannotJudge(why(error)) from None

        return asked

    answers = ("status", "created_id", "callback_id", "unset_id")
    return replace(judging, **{name: of(getattr(judging, name)) for name in answers})


def _operation(
    operation: Operation[Any], refuse: Callable[[Refusal, Context], Reply], why: Why
) -> Operation[Any]:
    def encode(outcome: Any, inbound: Any, context: Context) -> Reply:
        try:
            return operation.encode(outcome, inbound, context)
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001  a stranger's
            reason = why(error)
            return _reasoned(refuse(Refusal("server_error", reason), context), reason)

    return replace(operation, decode=_or_refusal(operation.decode, why), encode=encode)


def _or_refusal(make: Callable[..., Any], why: Why) -> Callable[..., Any]:
    def made(*given: Any) -> Any:
        try:
            return make(*given)
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001  a stranger's
            raise Refusal("server_error", why(error)) from None

    return made


def _callback(write: Callable[..., Message], why: Why) -> Callable[..., Message]:
    def written(*given: Any) -> Message:
        try:
            return write(*given)
        except Exception as error:  # noqa: BLE001  a stranger's
            return Message(((b"x-mock-reason", header_text(why(error))),), b"")

    return written


def _reasoned(reply: Reply, reason: str) -> Reply:
    return with_headers(reply, (b"x-mock-reason", header_text(reason)))
