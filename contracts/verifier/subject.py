"""What the verifier needs to know of a provider in order to call it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.verifier.call import Call

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """The calls of one provider."""

    name: str
    unit: str
    prices: Mapping[str, float]
    """Price of one job by model, in `unit`. Approximate: hosts change their prices."""
    model: str
    """The cheapest one."""
    bearer: bool
    """Whether `Bearer` comes before the key, if there is no `key_scheme`."""
    create_path: str
    create_body: Callable[[str, str | None], Body]
    """(model, callback URL or None) -> the body of a valid creation."""
    task_id: str
    """Pointer to the id in the reply to a creation."""
    poll_path: str
    """With `{id}`."""
    unknown_id: str
    unknown_message: str
    """The schema of the answer for an id that does not exist."""
    unauthorized_message: str
    bad_request_messages: tuple[str, ...]
    media: tuple[str, ...]
    """Pointers to a media URL in the final reply; the first that exists counts."""
    constant: tuple[str, ...]
    """Pointers to the fields that no poll may change."""
    mock_switches: tuple[str, ...]
    """The switches of the mock's dialect."""
    told_ids: tuple[str, ...]
    """Pointers to the job's id in the answer to a poll; the first that exists counts."""
    no_such_path: str
    """A path that does not exist, below one that does."""
    no_such_path_message: str
    key_header: str = "authorization"
    key_query: str = ""
    """The query parameter that has the key, such as `key` in `?key=sk-me`; then no header has it."""
    key_scheme: str = ""
    """The word before the key, such as `Key` in `Authorization: Key sk-me`."""
    task: str = "video"
    """Which task of the life cycle a job is."""
    succeeded: str = "completed"
    """The word of the life cycle for a job that succeeded."""
    refuses_by_status: bool = True
    """Whether a refusal shows in the HTTP status; otherwise it shows only in the body."""
    callback_message: str = ""
    callback_headers_message: str = ""
    callback_id: str = ""
    """Pointer to the task's id in a callback."""
    content_path: str = ""

    @property
    def scheme(self) -> str:
        """The word before the key; empty if the key stands there without one."""
        return self.key_scheme or ("Bearer" if self.bearer else "")

    @property
    def create(self) -> Call:
        """The call that starts a job."""
        return Call("POST", self.create_path, creates=1)

    @property
    def probe(self) -> Call:
        """A call that can start nothing: the state of a job that does not exist."""
        return Call("GET", self.poll_path.format(id=self.unknown_id))
