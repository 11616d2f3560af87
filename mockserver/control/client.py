"""The client itself: one short method per call of the control API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import msgspec

from mockserver.control.operation import Operation
from mockserver.control.operations import ADVANCE_CLOCK, GET_CLOCK, SET_CLOCK
from mockserver.control.records import (
    Balance,
    Callback,
    Choice,
    Clock,
    Entry,
    Findings,
    JournalPage,
    Moment,
    Sandbox,
    Scenario,
    Task,
    TaskPage,
    Timeline,
)
from mockserver.domain.input.wire import header_text, http_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType

    import httpx

CURRENT = "current"
PAGE = 500
TIMEOUT_S = 300.0  # `advance` waits for every callback that comes due
T = TypeVar("T")


class ControlError(Exception):
    """The control API said no, or nobody answered (`status` 0)."""

    def __init__(self, detail: str, status: int = 0, field: str = "", expected: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.field = field
        self.expected = expected


class Control:
    """The control API of one server, over HTTP. Also a context manager; `close` ends it.

    `token` is the admin token that a server off loopback asks for. `key` is an API key: it chooses
    the sandbox `current`. `ca` is the file of the CA that a server with `--tls` prints. Raises
    BadInput over a URL, key or token that cannot be sent.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        key: str | None = None,
        ca: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        import ssl  # these two are most of what `reelmock --help` would cost

        import httpx

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
            verify=ssl.create_default_context(cafile=ca) if ca else secure,
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
        return self._call("POST", "/sandboxes", Sandbox, settings)

    def sandboxes(self) -> list[Sandbox]:
        """Every sandbox of the server."""
        return self._call("GET", "/sandboxes", dict[str, list[Sandbox]])["sandboxes"]

    def sandbox(self, sandbox: str = CURRENT) -> Sandbox:
        """One sandbox."""
        return self._call("GET", _path(sandbox), Sandbox)

    def change_sandbox(self, sandbox: str = CURRENT, **settings: Any) -> Sandbox:
        """Sets what is given and leaves the rest."""
        return self._call("PATCH", _path(sandbox), Sandbox, settings)

    def reset_sandbox(self, sandbox: str = CURRENT) -> Sandbox:
        """Drops tasks, money, callbacks and journal; settings, keys and clock stay."""
        return self._call("POST", _path(sandbox, "reset"), Sandbox)

    def delete_sandbox(self, sandbox: str = CURRENT) -> None:
        """Drops a sandbox with all it holds."""
        self._call("DELETE", _path(sandbox), None)

    def export_sandbox(self, sandbox: str = CURRENT) -> bytes:
        """A sandbox as a JSON document: all but its journal. Keys are hashes in it."""
        return self._send("GET", _path(sandbox, "export"))

    def import_sandbox(self, archive: bytes) -> Sandbox:
        """Brings an exported sandbox back, here or at another server, under its own id."""
        reply = self._send("POST", "/sandboxes/import", archive)
        return msgspec.json.decode(reply, type=Sandbox)

    def bind_keys(self, *keys: str, sandbox: str = CURRENT) -> list[str]:
        """Lets further keys choose a sandbox; gives the hashes of all its keys."""
        return self._call("POST", _path(sandbox, "keys"), dict[str, list[str]], {"keys": keys})[
            "keys"
        ]

    # --- time

    def clock(self, sandbox: str = CURRENT) -> Clock:
        """Mode, rate and the virtual time."""
        return self._do(GET_CLOCK, sandbox)

    def advance(
        self,
        by: str | int | None = None,
        *,
        to: str | int | None = None,
        task: str | None = None,
        sandbox: str = CURRENT,
    ) -> Clock:
        """Moves the clock on `by` a span (`"3m"`, or ms) or `to` a moment or landmark.

        Landmarks: `next_event`, `task_done`, `url_expiry`, of one `task` or any. When it returns,
        every callback that was due has been tried.
        """
        given = {"by": by, "to": to, "task": task}
        body = {name: value for name, value in given.items() if value is not None}
        return self._do(ADVANCE_CLOCK, sandbox, body=body)

    def set_clock(
        self, mode: str | None = None, rate: float | None = None, sandbox: str = CURRENT
    ) -> Clock:
        """Another mode (`real`, `manual`, `auto`), or another rate for mode real."""
        given = {"mode": mode, "rate": rate}
        body = {name: value for name, value in given.items() if value is not None}
        return self._do(SET_CLOCK, sandbox, body=body)

    # --- tasks

    def tasks(self, sandbox: str = CURRENT) -> list[Task]:
        """Every task, in the order of submission."""
        found: list[Task] = []
        after: int | None = 0
        while after is not None:
            query = {"after": after, "limit": PAGE}
            page = self._call("GET", _path(sandbox, "tasks"), TaskPage, query=query)
            found += page.tasks
            after = page.next
        return found

    def task(self, task_id: str, sandbox: str = CURRENT) -> Task:
        """One task with its plan."""
        return self._call("GET", _path(sandbox, "tasks", task_id), Task)

    # --- scenarios and dialects

    def scenarios(self) -> list[Scenario]:
        """The catalogue of scenarios."""
        return self._call("GET", "/scenarios", dict[str, list[Scenario]])["scenarios"]

    def scenario(self, sandbox: str = CURRENT) -> Choice:
        """The scenario of submissions that no rule matches."""
        return self._call("GET", _path(sandbox, "scenario"), Choice)

    def set_scenario(self, name: str, sandbox: str = CURRENT, /, **options: Any) -> Choice:
        """Another default scenario."""
        body = {"name": name, "options": options}
        return self._call("PUT", _path(sandbox, "scenario"), Choice, body)

    def scenario_rules(self, sandbox: str = CURRENT) -> list[dict[str, Any]]:
        """The rules, in the order in which they are tried."""
        path = _path(sandbox, "scenario", "rules")
        return self._call("GET", path, dict[str, list[dict[str, Any]]])["rules"]

    def set_scenario_rules(
        self, rules: Iterable[Mapping[str, Any]], sandbox: str = CURRENT
    ) -> list[dict[str, Any]]:
        """Other rules in place of those there are."""
        path, body = _path(sandbox, "scenario", "rules"), {"rules": list(rules)}
        return self._call("PUT", path, dict[str, list[dict[str, Any]]], body)["rules"]

    def providers(self) -> list[dict[str, Any]]:
        """What is emulated: models, prices, operations, failures, dialect switches."""
        return self._call("GET", "/providers", dict[str, list[dict[str, Any]]])["providers"]

    def dialect(self, sandbox: str = CURRENT) -> dict[str, dict[str, str]]:
        """Every switch of every provider as it stands."""
        return self._call("GET", _path(sandbox, "dialect"), dict[str, dict[str, str]])

    def set_dialect(self, provider: str, sandbox: str = CURRENT, /, **switches: str | None) -> None:
        """Sets switches of one provider; None takes one back to its default."""
        self._call(
            "PUT", _path(sandbox, "dialect"), dict[str, dict[str, str]], {provider: switches}
        )

    # --- faults

    def faults(self, sandbox: str = CURRENT) -> list[dict[str, Any]]:
        """Every fault rule with how often it matched, was applied and struck, and why not."""
        path = _path(sandbox, "faults")
        return self._call("GET", path, dict[str, list[dict[str, Any]]])["rules"]

    def add_fault(self, rule: Mapping[str, Any], sandbox: str = CURRENT) -> dict[str, Any]:
        """One more rule behind those that are set; its `id` is in the reply."""
        return self._call("POST", _path(sandbox, "faults"), dict[str, Any], rule)

    def remove_fault(self, rule: str, sandbox: str = CURRENT) -> None:
        """Takes one rule away."""
        self._call("DELETE", _path(sandbox, "faults", rule), None)

    def set_profile(self, name_or_file: str, sandbox: str = CURRENT) -> dict[str, Any]:
        """Sets scenarios and fault rules to those of a profile: a shipped one, or a YAML file."""
        chosen: dict[str, Any] = {"name": name_or_file}
        if name_or_file.endswith((".yaml", ".yml")):
            chosen = {"profile": msgspec.yaml.decode(Path(name_or_file).read_bytes())}
        return self._call("PUT", _path(sandbox, "profile"), dict[str, Any], chosen)

    def clear_faults(self, sandbox: str = CURRENT) -> None:
        """No rules at all."""
        self._call("DELETE", _path(sandbox, "faults"), None)

    # --- evidence

    def journal(
        self, sandbox: str = CURRENT, *, after: int = 0, limit: int = PAGE, **filters: Any
    ) -> JournalPage:
        """Entries, oldest first. Filters: provider, operation, call_phase, status, task_id, kind."""
        query = {"after": after, "limit": limit, **filters}
        return self._call("GET", _path(sandbox, "journal"), JournalPage, query=query)

    def entries(self, sandbox: str = CURRENT, **filters: Any) -> Iterator[Entry]:
        """Every entry that matches, page by page."""
        after: int | None = 0
        while after is not None:
            page = self.journal(sandbox, after=after, **filters)
            yield from page.entries
            after = page.next

    def clear_journal(self, sandbox: str = CURRENT) -> None:
        """Forgets every entry; their numbers go on."""
        self._call("DELETE", _path(sandbox, "journal"), None)

    def callbacks(self, sandbox: str = CURRENT) -> list[Callback]:
        """The callback log."""
        path = _path(sandbox, "callbacks")
        return self._call("GET", path, dict[str, list[Callback]])["callbacks"]

    def resend(self, callback_id: str, sandbox: str = CURRENT) -> Callback:
        """Delivers a callback once more, now, whatever came of it before."""
        return self._call("POST", _path(sandbox, "callbacks", callback_id, "resend"), Callback)

    def findings(self, sandbox: str = CURRENT, **run: Any) -> Findings:
        """What the client did wrong, as far as the evidence shows.

        `run` is what only the caller knows: `over=True` where the client makes no further call,
        its `exit_code` (None: it was killed) and `output`.
        """
        return self._call("POST", _path(sandbox, "findings"), Findings, run)

    def finding_kinds(self) -> list[dict[str, str]]:
        """The catalogue of findings: name, severity, title, why, mend."""
        return self._call("GET", "/findings", dict[str, list[dict[str, str]]])["findings"]

    def timeline(self, sandbox: str = CURRENT) -> Timeline:
        """Calls, states of tasks, callbacks and faults on one axis, all pages of it."""
        moments: list[Moment] = []
        after: str | None = ""
        while after is not None:
            query = {"after": after, "limit": PAGE}
            page = self._call("GET", _path(sandbox, "timeline"), Timeline, query=query)
            moments += page.moments
            after = page.next
        return Timeline(page.seed, moments)

    # --- money

    def balance(self, sandbox: str = CURRENT) -> dict[str, Balance]:
        """What is left and what was spent, by provider."""
        return self._call("GET", _path(sandbox, "balance"), dict[str, Balance])

    def set_balance(self, sandbox: str = CURRENT, **units: float | None) -> dict[str, Balance]:
        """Limits in the providers' own units; None for no limit."""
        return self._call("PUT", _path(sandbox, "balance"), dict[str, Balance], units)

    # --- the server

    def health(self) -> dict[str, Any]:
        """Whether the server is up, and how much it holds."""
        return self._call("GET", "/health", dict[str, Any])

    def version(self) -> dict[str, str]:
        """Which Reelmock answers."""
        return self._call("GET", "/version", dict[str, str])

    def _do(
        self,
        operation: Operation[Any, T],
        *names: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> T:
        content = None if body is None else msgspec.json.encode(body)
        reply = self._send(operation.method, operation.at(*names), content, query)
        return msgspec.json.decode(reply or b"null", type=operation.response)

    def _call(
        self,
        method: str,
        path: str,
        type_: type[T] | None,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> T:
        content = None if body is None else msgspec.json.encode(body)
        reply = self._send(method, path, content, query)
        return msgspec.json.decode(reply or b"null", type=type_)

    def _send(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The body of a reply that says yes. Raises ControlError."""
        params = {name: str(value) for name, value in (query or {}).items() if value is not None}
        try:
            reply = self._client.request(method, path, content=content, params=params)
        except self._errors as error:
            hint = "is `reelmock serve` running there?"
            raise ControlError(f"{self.base_url} does not answer ({error}); {hint}") from None
        if reply.status_code >= 400:
            raise _problem(reply)
        return reply.content


def _path(sandbox: str, *segments: str) -> str:
    return "/".join(["/sandboxes", *(quote(s, safe="") for s in (sandbox, *segments))])


def _problem(reply: httpx.Response) -> ControlError:
    """The problem document of a reply, or its bare status where it has none."""
    try:
        found = msgspec.json.decode(reply.content, type=dict[str, Any])
    except msgspec.DecodeError:
        return ControlError(f"{reply.url} answered {reply.status_code}", reply.status_code)
    return ControlError(
        str(found.get("detail", found.get("title", ""))),
        reply.status_code,
        str(found.get("field", "")),
        str(found.get("expected", "")),
    )
