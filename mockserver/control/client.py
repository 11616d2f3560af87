"""The client itself: one short method per call of the control API."""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from mockserver.control import operations as op
from mockserver.control import parts
from mockserver.control.looks import Verdict
from mockserver.control.operation import Operation
from mockserver.control.records import (
    Balance,
    Callback,
    Choice,
    Clock,
    Entry,
    Findings,
    JournalPage,
    Moment,
    Problem,
    Sandbox,
    Scenario,
    Task,
    Timeline,
    WholeTask,
)
from mockserver.control.replies import decoded
from mockserver.control.stream import Stream
from mockserver.control.tapes import OpenedTape, Tape
from mockserver.control.trust import hint, trusted
from mockserver.domain.input.wire import header_text, http_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType

    import httpx

CURRENT = "current"
PAGE = 500
TIMEOUT_S = 300.0  # `advance` waits for every callback that comes due
KEPT_OPEN = 20  # connections, as httpx has it
SILENCE_S = 60.0  # four heartbeats of a stream: the server has gone without a word
TIMEOUTS = ("connect", "read", "write", "pool")
T = TypeVar("T")


class ControlError(Exception):
    """The control API refused the call, or nobody answered (`status` 0)."""

    def __init__(self, detail: str, status: int = 0, field: str = "", expected: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.field = field
        self.expected = expected


class Control:
    """The control API of one server, over HTTP. Also a context manager; `close` ends it.

    `token` is the admin token that a server off loopback asks for. `key` is an API key: it chooses
    the sandbox `current`. `ca` is the file of the CA that a server with `--tls` prints. Raises
    BadInput over a URL, key, token or CA file that cannot be used. `connect_retries` is how often it tries
    again where connections are refused, with growing pauses; each call has a connection of its own
    then, so that it shows whether the server listens.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        key: str | None = None,
        ca: str | None = None,
        timeout_s: float = TIMEOUT_S,
        connect_retries: int = 0,
    ) -> None:
        import httpx  # this and `ssl` are most of what `reelmock --help` would cost

        headers = {"authorization": f"Bearer {header_text(key, 'key')}"} if key else {}
        if token:
            headers["x-mock-admin-token"] = header_text(token, "token")
        # Without https there is nothing to check, and reading the certificates takes longer than a call.
        secure = base_url.lower().startswith("https:")
        self._errors = (httpx.HTTPError, httpx.InvalidURL)
        self._client: httpx.Client = httpx.Client(
            base_url=f"{http_url(base_url, 'url')}/_mock/v1",
            headers=headers,
            timeout=timeout_s,
            trust_env=False,
            transport=httpx.HTTPTransport(
                verify=trusted(ca) if ca else secure,
                trust_env=False,
                retries=connect_retries,
                limits=httpx.Limits(max_keepalive_connections=0 if connect_retries else KEPT_OPEN),
            ),
        )
        self.base_url = base_url.rstrip("/")

    def __enter__(self) -> Control:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    # --- sandboxes

    def create_sandbox(self, **settings: Any) -> Sandbox:
        """A new sandbox; its `api_key` is in the reply. `settings` as in the control API."""
        return self._do(op.CREATE_SANDBOX, body=settings)

    def sandboxes(self) -> list[Sandbox]:
        """Every sandbox of the server."""
        return self._do(op.LIST_SANDBOXES).sandboxes

    def sandbox(self, sandbox: str = CURRENT) -> Sandbox:
        """One sandbox."""
        return self._do(op.GET_SANDBOX, sandbox)

    def change_sandbox(self, sandbox: str = CURRENT, **settings: Any) -> Sandbox:
        """Sets what is given and leaves the rest."""
        return self._do(op.CHANGE_SANDBOX, sandbox, body=settings)

    def reset_sandbox(self, sandbox: str = CURRENT) -> Sandbox:
        """Drops tasks, money, callbacks and journal; settings, keys and clock stay."""
        return self._do(op.RESET_SANDBOX, sandbox)

    def delete_sandbox(self, sandbox: str = CURRENT) -> None:
        """Deletes a sandbox with all its content."""
        self._do(op.DELETE_SANDBOX, sandbox)

    def export_sandbox(self, sandbox: str = CURRENT) -> bytes:
        """A sandbox as a JSON document without its journal. It holds hashes of the keys."""
        return self._send(op.EXPORT_SANDBOX, sandbox)

    def import_sandbox(self, archive: bytes) -> Sandbox:
        """Imports an exported sandbox under its own id, here or at another server."""
        return self._read(op.IMPORT_SANDBOX, self._send(op.IMPORT_SANDBOX, content=archive))

    def bind_keys(self, *keys: str, sandbox: str = CURRENT) -> list[str]:
        """Lets more keys choose a sandbox; returns the hashes of all its keys."""
        return self._do(op.BIND_KEYS, sandbox, body={"keys": keys}).keys

    # --- time

    def clock(self, sandbox: str = CURRENT) -> Clock:
        """Mode, rate and the virtual time."""
        return self._do(op.GET_CLOCK, sandbox)

    def advance(
        self,
        by: str | None = None,
        *,
        to: str | int | None = None,
        task: str | None = None,
        sandbox: str = CURRENT,
    ) -> Clock:
        """Moves the clock on `by` a span (`"3m"`) or `to` a moment or landmark.

        Landmarks: `next_event`, `task_done`, `url_expiry`, of one `task` or any. When it returns,
        every callback that was due has been tried.
        """
        given = {"by": by, "to": to, "task": task}
        body = {name: value for name, value in given.items() if value is not None}
        return self._do(op.ADVANCE_CLOCK, sandbox, body=body)

    def set_clock(
        self, mode: str | None = None, rate: float | None = None, sandbox: str = CURRENT
    ) -> Clock:
        """Sets the mode (`real`, `manual`, `auto`), or the rate of mode real."""
        given = {"mode": mode, "rate": rate}
        body = {name: value for name, value in given.items() if value is not None}
        return self._do(op.SET_CLOCK, sandbox, body=body)

    # --- tasks

    def tasks(self, sandbox: str = CURRENT) -> list[Task]:
        """Every task, in the order of submission."""
        found: list[Task] = []
        after: int | None = 0
        while after is not None:
            query = {"after": after, "limit": PAGE}
            page = self._do(op.LIST_TASKS, sandbox, query=query)
            found += page.tasks
            after = page.next
        return found

    def task(self, task_id: str, sandbox: str = CURRENT) -> WholeTask:
        """One task with its plan."""
        return self._do(op.GET_TASK, sandbox, task_id)

    # --- scenarios and dialects

    def answers(self, task_id: str, sandbox: str = CURRENT) -> list[parts.JobAnswer]:
        """What the provider would answer of a task now; nothing is done for it."""
        return self._do(op.GET_JOB_ANSWERS, sandbox, task_id).answers

    def scenarios(self) -> list[Scenario]:
        """The catalogue of scenarios."""
        return self._do(op.LIST_SCENARIOS).scenarios

    def scenario(self, sandbox: str = CURRENT) -> Choice:
        """The scenario of submissions that no rule matches."""
        return self._do(op.GET_SCENARIO, sandbox)

    def set_scenario(self, name: str, sandbox: str = CURRENT, /, **options: Any) -> Choice:
        """Sets the default scenario."""
        return self._do(op.SET_SCENARIO, sandbox, body={"name": name, "options": options})

    def scenario_rules(self, sandbox: str = CURRENT) -> list[parts.ScenarioRule]:
        """The rules, in the order in which they are tried."""
        return self._do(op.LIST_SCENARIO_RULES, sandbox).rules

    def set_scenario_rules(
        self, rules: Iterable[Mapping[str, Any]], sandbox: str = CURRENT
    ) -> list[parts.ScenarioRule]:
        """Replaces the scenario rules."""
        return self._do(op.SET_SCENARIO_RULES, sandbox, body={"rules": list(rules)}).rules

    def providers(self) -> list[parts.Provider]:
        """What is emulated: models, prices, operations, failures, dialect switches."""
        return self._do(op.LIST_PROVIDERS).providers

    def dialect(self, sandbox: str = CURRENT) -> dict[str, dict[str, str]]:
        """The current value of every switch of every provider."""
        return self._do(op.GET_DIALECT, sandbox)

    def set_dialect(self, provider: str, sandbox: str = CURRENT, /, **switches: str | None) -> None:
        """Sets switches of one provider; None resets a switch to its default."""
        self._do(op.SET_DIALECT, sandbox, body={provider: switches})

    # --- faults

    def faults(self, sandbox: str = CURRENT) -> list[parts.FaultTally]:
        """Every fault rule with how often it matched, was applied and struck, and why not."""
        return self._do(op.LIST_FAULT_RULES, sandbox).rules

    def fault_catalogue(self) -> list[parts.Fault]:
        """Every fault by name, those of the server's plug-ins too."""
        return self._do(op.LIST_FAULTS).faults

    def add_fault(self, rule: Mapping[str, Any], sandbox: str = CURRENT) -> dict[str, Any]:
        """Adds a rule after the existing ones; its `id` is in the reply."""
        return self._do(op.ADD_FAULT_RULE, sandbox, body=rule)

    def remove_fault(self, rule: str, sandbox: str = CURRENT) -> None:
        """Removes one rule."""
        self._do(op.REMOVE_FAULT_RULE, sandbox, rule)

    def set_profile(self, name_or_file: str, sandbox: str = CURRENT) -> parts.Profile:
        """Sets scenarios and fault rules to those of a profile: a shipped one, or a YAML file."""
        chosen: dict[str, Any] = {"name": name_or_file}
        if name_or_file.endswith((".yaml", ".yml")):
            chosen = {"profile": msgspec.yaml.decode(Path(name_or_file).read_bytes())}
        return self._do(op.SET_PROFILE, sandbox, body=chosen)

    def clear_faults(self, sandbox: str = CURRENT) -> None:
        """Removes all rules."""
        self._do(op.CLEAR_FAULT_RULES, sandbox)

    # --- evidence

    def journal(
        self, sandbox: str = CURRENT, *, after: int = 0, limit: int = PAGE, **filters: Any
    ) -> JournalPage:
        """Entries, oldest first. Filters: provider, operation, call_phase, status, task_id, kind."""
        query = {"after": after, "limit": limit, **filters}
        return self._do(op.LIST_JOURNAL, sandbox, query=query)

    def entries(self, sandbox: str = CURRENT, **filters: Any) -> Iterator[Entry]:
        """Every entry that matches, page by page."""
        after: int | None = 0
        while after is not None:
            page = self.journal(sandbox, after=after, **filters)
            yield from page.entries
            after = page.next

    def call_text(self, entry: int, form: str = "curl", sandbox: str = CURRENT) -> str:
        """A call of the journal as a text that makes it again: `curl`, `har` or `pytest`."""
        return self._do(op.GET_CALL_TEXT, sandbox, str(entry), query={"as": form}).text

    def tapes(self) -> list[Tape]:
        """The HAR files of the server's folder of tapes; empty if it has no folder."""
        return self._do(op.LIST_TAPES).tapes

    def tape(self, name: str) -> OpenedTape:
        """The jobs and calls of one tape."""
        return self._do(op.OPEN_TAPE, name)

    def replay_tape(self, name: str) -> str:
        """The base URL of a server that replays a tape, beside this one."""
        return self._do(op.REPLAY_TAPE, name).base_url

    def verdict(self, entry: int, sandbox: str = CURRENT) -> Verdict:
        """What the provider's contract says of a call or callback."""
        return self._do(op.GET_VERDICT, sandbox, str(entry))

    def passed_rules(self, entry: int, sandbox: str = CURRENT) -> list[parts.Passed]:
        """Why each fault rule that is set did not match a call or callback."""
        return self._do(op.GET_PASSED_RULES, sandbox, str(entry)).passed

    def listen(self, sandbox: str = "", *, place: str = "", **filters: Any) -> Stream:
        """What happens from now on, live, in one sandbox or in all (empty).

        Filters as in `journal`; `kind` may be some with commas between. `place` is that of an
        earlier stream, which this one continues.
        """
        given = {"sandbox": sandbox or None, **filters}
        params = {name: str(value) for name, value in given.items() if value is not None}
        headers = {"last-event-id": place} if place else {}
        path = op.LISTEN.path
        request = self._client.build_request("GET", path, params=params, headers=headers)
        return Stream(partial(self._opened, request), place)

    def clear_journal(self, sandbox: str = CURRENT) -> None:
        """Removes every entry; the numbering continues."""
        self._do(op.CLEAR_JOURNAL, sandbox)

    def callbacks(self, sandbox: str = CURRENT) -> list[Callback]:
        """The callback log."""
        return self._do(op.LIST_CALLBACKS, sandbox).callbacks

    def resend(self, callback_id: str, sandbox: str = CURRENT) -> Callback:
        """Delivers a callback again now, whatever the earlier attempts gave."""
        return self._do(op.RESEND_CALLBACK, sandbox, callback_id)

    def drop(self, callback_id: str, sandbox: str = CURRENT) -> Callback:
        """Gives a pending callback up."""
        return self._do(op.DROP_CALLBACK, sandbox, callback_id)

    def findings(self, sandbox: str = CURRENT, **run: Any) -> Findings:
        """What the client did wrong, as far as the evidence shows.

        `run` is what only the caller knows: `over=True` where the client makes no further call,
        its `exit_code` (None: it was killed) and `output`.
        """
        return self._do(op.JUDGE_CLIENT, sandbox, body=run)

    def finding_kinds(self) -> list[parts.Finding]:
        """The catalogue of findings: name, severity, title, `why` and `mend`."""
        return self._do(op.LIST_FINDINGS).findings

    def timeline(self, sandbox: str = CURRENT) -> Timeline:
        """Calls, states of tasks, callbacks and faults on one axis, from all pages."""
        moments: list[Moment] = []
        after: str | None = ""
        while after is not None:
            query = {"after": after, "limit": PAGE}
            page = self._do(op.GET_TIMELINE, sandbox, query=query)
            moments += page.moments
            after = page.next
        return Timeline(page.seed, moments, None)

    # --- money

    def balance(self, sandbox: str = CURRENT) -> dict[str, Balance]:
        """The rest of the balance and the spending, by provider."""
        return self._do(op.GET_BALANCE, sandbox)

    def set_balance(self, sandbox: str = CURRENT, **units: float | None) -> dict[str, Balance]:
        """Limits in the providers' own units; None for no limit."""
        return self._do(op.SET_BALANCE, sandbox, body=units)

    # --- the server

    def health(self) -> parts.Health:
        """Whether the server works, and how much it stores."""
        return self._do(op.GET_HEALTH)

    def version(self) -> parts.Version:
        """The version of the Reelmock that answers."""
        return self._do(op.GET_VERSION)

    def _do(
        self,
        operation: Operation[Any, T],
        *names: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> T:
        content = None if body is None else msgspec.json.encode(body)
        return self._read(operation, self._send(operation, *names, content=content, query=query))

    def _read(self, operation: Operation[Any, T], reply: bytes) -> T:
        try:
            return decoded(reply or b"null", operation.response)
        except msgspec.DecodeError as error:
            raise self._foreign(error) from None

    def _send(
        self,
        operation: Operation[Any, Any],
        *names: str,
        content: bytes | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The body of a successful reply. Raises ControlError."""
        params = {name: str(value) for name, value in (query or {}).items() if value is not None}
        method, path = operation.method, operation.at(*names)
        try:
            reply = self._client.request(method, path, content=content, params=params)
        except self._errors as error:
            raise self._silent(error) from None
        if reply.status_code >= 400:
            raise _problem(reply)
        return reply.content

    @contextmanager
    def _opened(self, request: httpx.Request) -> Iterator[Iterator[str]]:
        """The lines of a reply without an end. Raises ControlError."""
        request.extensions = {"timeout": dict.fromkeys(TIMEOUTS, SILENCE_S)}
        try:
            with closing(self._client.send(request, stream=True)) as reply:
                if reply.status_code >= 400:
                    reply.read()
                    raise _problem(reply)
                kind = reply.headers.get("content-type", "no content type")
                if not kind.startswith("text/event-stream"):
                    raise self._foreign(kind)
                yield reply.iter_lines()
        except self._errors as error:
            raise self._silent(error) from None

    def _foreign(self, why: object) -> ControlError:
        return ControlError(f"{self.base_url} answers, but not as a Reelmock does ({why})")

    def _silent(self, error: Exception) -> ControlError:
        return ControlError(f"{self.base_url} does not answer ({error}); {hint(error)}")


def _problem(reply: httpx.Response) -> ControlError:
    """The problem document of a reply, or only its status if it has none."""
    try:
        found = decoded(reply.content, Problem)
    except msgspec.DecodeError:
        return ControlError(f"{reply.url} answered {reply.status_code}", reply.status_code)
    return ControlError(found.detail, reply.status_code, found.field, found.expected)
