"""The page of bounds says the numbers that the code has."""

from __future__ import annotations

import re
from pathlib import Path

from clientlib import (
    _download,
    _exchange,
    _images,
    _locate,
    _sse,
    _webhooks,
)
from clientlib._models import Pace, Timeouts
from clientlib._retry import RetryPolicy
from contracts import events, problem, sse
from contracts.verifier import job, keys, listener, target
from mockserver.admin.http import pieces
from mockserver.cli.campaigns import attempt, deadline, links, progress, report, running, transcript
from mockserver.domain.fault import index
from mockserver.domain.input import errors, pattern, quantity
from mockserver.domain.journal import journal, lazy_entry
from mockserver.domain.provider import bounds
from mockserver.domain.reply import performed
from mockserver.domain.sandbox import once
from mockserver.domain.scenario import scenario
from mockserver.domain.time import clock
from mockserver.engine import (
    archive,
    callbacks,
    census,
    due_queue,
    exchange,
    faults,
    paging,
    sandboxes,
    visits,
)
from mockserver.outbound import loop, sender, upstream
from mockserver.pytest_plugin import setup
from mockserver.recorder import callbacks as recorded_callbacks
from mockserver.recorder import passing, record
from mockserver.settings import load_settings
from mockserver.stores import (
    memory,
    opening,
    redis,
    redis_deliveries,
    redis_journal,
    redis_lane,
    redis_notifier,
    redis_visits,
    ring,
    shelf,
)
from mockserver.web import addressing, endings, head_cache, multipart, protocol, reading
from tests.support.some import some

DAY_MS = 86_400_000
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "limits.md").read_text("utf-8")
BOUNDS: dict[str, float] = {
    "the head of a request": protocol.MAX_HEAD_BYTES,
    "a head that is not complete yet": protocol.HEAD_TIMEOUT_S,
    "an idle connection": load_settings({}, {}).keep_alive_ms / 1000,
    "the body of a request": reading.MAX_BODY_BYTES,
    "bodies that are still coming in, together": reading.MAX_UNFINISHED_BYTES,
    "parts of a form": multipart.MAX_PARTS,
    "a prompt": bounds.MAX_PROMPT_BYTES,
    "the rest of a submission": bounds.MAX_REST_BYTES,
    "a reason, also in `X-Mock-Reason`": errors.REASON_CHARS,
    "one attempt of a rule's regular expression": pattern.LONGEST_S,
    "tasks of a sandbox": exchange.MAX_TASKS,
    "idempotency keys of a sandbox": once.MAX_IDEMPOTENCY_KEYS,
    "sandboxes": sandboxes.MAX_OPEN_SANDBOXES,
    "an unused sandbox that a key opened": sandboxes.IDLE_REAL_MS / 3_600_000,
    "journal of a sandbox, in memory": ring.MAX_ENTRIES,
    "the same, by weight": ring.MAX_BYTES,
    "journal of a sandbox, on Redis": redis_journal.JOURNAL_ENTRIES,
    "a body in the journal": journal.BODY_CAP_BYTES,
    "pieces of a stream whose moments the journal keeps": performed.MOST_PIECES,
    "what a receiver of a callback answers": sender.ANSWER_CAP_BYTES,
    "calls whose address is remembered": addressing.REMEMBERED,
    "each of them (`web/addressing.py`)": addressing.LONGEST_ASKED,
    "heads that are remembered": head_cache.REMEMBERED,
    "each of them (`web/head_cache.py`)": head_cache.MAX_BYTES,
    "digits of a number": quantity.LONGEST_NUMBER,
    "a span of time": quantity.MAX_SPAN_MS / DAY_MS,
    "the rate of a clock": clock.MAX_RATE,
    "a scenario in a prompt": scenario.LONGEST_DIRECTIVE,
    "a value in a message": errors.SHOWN_CHARS,
    "the plugin's seed": setup.MAX_SEED_CHARS,
    "callbacks that are being delivered at the same time": callbacks.CONCURRENT,
    "names of receivers that are being looked up at the same time": loop.LOOKUPS,
    "weight of an entry in the journal, besides its texts": journal.ENTRY_BYTES,
    "weight of a piece of a stream in the journal": journal.PIECE_BYTES,
    "bytes after a body's cap that are searched for secrets": lazy_entry.SLACK_BYTES,
    "rules that fit a task": index.REMEMBERED,
    "for a prompt of at most": index.LONGEST_PROMPT,
    "rules that fit a sandbox": faults._REMEMBERED,
    "texts on which a pattern ran out of time": pattern._REMEMBERED,
    "moments in the queue that are out of date": due_queue.OUTDATED,
    "sandboxes and keys, with Redis": redis.MAX_REMEMBERED,
    "tasks that a client has left, in memory": memory.MOST_LEFT,
    "tasks in one search for ended tasks": shelf.SLICE,
    "records in one answer of Redis": redis.PAGE,
    "callbacks in one answer of Redis": redis_deliveries.PAGE,
    "tasks in one page when a call goes through all tasks": paging.PAGE,
    "records in one page of an archive": archive.PAGE,
    "journal entries in one page when a call goes through the journal": paging.ENTRIES,
    "records in one piece of a long reply of the control API": pieces.AT_ONCE,
    "tasks that a scrape of the metrics counts at once": census.AT_ONCE,
    "callbacks in one answer of Redis when a call goes through all callbacks": (
        redis_deliveries.LOG_PAGE
    ),
    "silence before a clock in mode `auto` goes on to a callback": visits.QUIET_REAL_MS,
    "the same, however busy the client is": visits.LATEST_REAL_MS / 1000,
    "an open call reports that it is still there, every": visits.RENEW_REAL_MS / 1000,
    "a call that does not report is forgotten after, with Redis": redis_visits.FORGOTTEN_REAL_MS
    / 1000,
    "the same, in memory": memory.FORGOTTEN_REAL_MS / 1000,
    "Redis keeps the calls of an idle sandbox for": redis_visits.KEPT_S,
    "Reelmock asks a store again that did not answer, after": sandboxes.STORE_RETRY_REAL_MS,
    "Reelmock looks for news of other replicas, every": sandboxes.RECHECK_REAL_MS / 1000,
    "Reelmock looks at a callback that another replica has claimed, every": callbacks.CLAIM_LOOK_REAL_MS,
    "the number of these looks, at most": callbacks.CLAIM_LOOKS,
    "an answer of Redis": redis_lane.ANSWER_S,
    "silence of Redis until Reelmock checks the connection": redis_notifier.QUIET_S,
    "pause before Reelmock listens to Redis again": redis_notifier.PAUSE_S,
    "a TLS client's answer to the end of its connection, when the server stops": (
        endings.TLS_GOODBYE_S
    ),
    "the longest delivery of a callback": opening.LONGEST_DELIVERY_MS / 1000,
    "a claim on a callback is longer than that by": opening.LEASE_MARGIN_MS / 1000,
    "an unused sandbox that a key opened, on Redis": redis.OPENED_TTL_S / 3600,
    "an unused sandbox that was made over the control API, on Redis": redis.CREATED_TTL_S / 3600,
    "the use of a sandbox is noted, every": redis.TOUCH_EVERY_MS / 1000,
    "time for a run, compared with the control run": deadline.SLOWER,
    "links in one output that are tried": links.MOST,
    "trying one link": links.TIMEOUT_S,
    "the beginning and the end of an output that are kept, each": transcript.HALF_BYTES,
    "a piece of an output that is read at once": transcript.PIECE_BYTES,
    "waiting for the rest of an output": transcript.CLOSING_S,
    "lines of a case's output in the report": report.OUTPUT_LINES,
    "lines of the control run's output, if it failed": running.TAIL_LINES,
    "looks at replies that are still being sent after a run": attempt.SETTLE_ROUNDS,
    "pause between these looks": attempt.SETTLE_S,
    "a line of progress without a terminal, every": progress.EVERY_NS / 1e9,
    "a reply": _exchange.REPLY_LIMIT_BYTES,
    "reading a reply": _exchange.REPLY_LIMIT_S,
    "a reference image": _images.LIMIT_BYTES,
    "an event of a stream": _sse.LIMIT_CHARS,
    "a download": _download.DEADLINE_S,
    "a video": _download.LIMIT_BYTES,
    "redirects of a download": _download.REDIRECTS,
    "new links for a download": _download.RENEWALS,
    "broken videos that are fetched again": _download.REPEATS,
    "pause before a second new link, and more before each later one": _download.RENEWAL_PAUSE_S,
    "asking for content that is late, every": _locate.CONTENT_EVERY_S,
    "asking for content that is late, at most": _locate.CONTENT_DEADLINE_S,
    "asking for an upgrade, every": _locate.UPGRADE_EVERY_S,
    "asking for an upgrade, at most": _locate.UPGRADE_DEADLINE_S,
    "a job": Pace(1).deadline_s,
    "connecting": Timeouts().connect_s,
    "silence while a reply is read": Timeouts().read_s,
    "silence while a request is written": Timeouts().write_s,
    "waiting for a free connection": Timeouts().pool_s,
    "silence in a stream": Timeouts().stream_s,
    "attempts of one call": RetryPolicy().attempts,
    "the first pause between attempts": RetryPolicy().base_s,
    "the longest pause": RetryPolicy().cap_s,
    "all pauses together": RetryPolicy().total_s,
    "a callback": _webhooks.BODY_LIMIT_BYTES,
    "the age of a callback": _webhooks.TOLERANCE_S,
    "callbacks that are remembered, to notice repeated ones": _webhooks.REMEMBERED,
    "waiting for a callback before the client asks the provider": _webhooks.QUIET_PACES,
    "an event of a judged stream": events.MAX_EVENT_CHARS,
    "problems of a judged stream": sse._MAX_PROBLEMS,
    "a value in a problem": problem._SHOWN_CHARS,
    "a reply to the verifier": target.MAX_BODY_BYTES,
    "waiting for a reply to the verifier": target.TIMEOUT_S,
    "a callback to the verifier": listener.MAX_BODY_BYTES,
    "waiting for a callback to the verifier": job.CALLBACK_WAIT_MS / 1000,
    "a key of the verifier": keys.MAX_KEY_CHARS,
    "a body on a tape, else its hash": passing.KEPT_BYTES,
    "the body of a call that costs, through the recorder": record.PAID_BYTES,
    "videos at the end of a recording": record.LAST_S,
    "a connection to the provider behind the recorder": upstream.CONNECT_S,
    "a callback that the recorder passes on": recorded_callbacks.TIMEOUT_MS,
}


def test_the_page_of_bounds_says_what_the_code_has() -> None:
    rows = re.findall(r"^\| (.+?) \| ([\d.,]+).*? \| (.+?) \|$", PAGE, re.MULTILINE)
    said = {
        f"{what} ({where})" if what == "each of them" else what: float(number.replace(",", ""))
        for what, number, where in rows
    }
    assert said == BOUNDS


def test_each_bound_is_set_in_the_file_that_the_page_names() -> None:
    files = re.findall(r"\| `(\S+\.py)` \|$", PAGE, re.MULTILINE)
    assert len(files) == len(BOUNDS) - 1  # one is an option of the command line
    roots = (ROOT, ROOT / "mockserver")
    found = [name for name in some(files) if any((root / name).is_file() for root in roots)]
    assert found == files
