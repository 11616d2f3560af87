"""What a fault may import: replies and callbacks, what a mechanism is told, and what it may change."""

from mockserver.domain.callback.delivery import copy_of
from mockserver.domain.callback.outgoing_attempt import OutgoingAttempt
from mockserver.domain.chance.chance import Spread, digest
from mockserver.domain.fault.chunks import (
    Frames,
    content_of,
    event,
    frames_of,
    index_of,
    indexes_of,
)
from mockserver.domain.fault.fault import (
    Fault,
    Hit,
    Options,
    Parameter,
    Stage,
    Unfit,
    needs_bytes,
    unfit,
)
from mockserver.domain.fault.submission_overrides import Overrides
from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.job.ids import near_id
from mockserver.domain.job.plan import outcome_step
from mockserver.domain.provider.command import MICROS
from mockserver.domain.provider.quota import Quota
from mockserver.domain.reply.reply import (
    NEXT_REQUEST,
    Effects,
    Frame,
    MediaRef,
    Reply,
    Stream,
    encode_json,
    header_text,
    with_headers,
)

__all__ = [
    "MICROS",
    "NEXT_REQUEST",
    "BadInput",
    "Effects",
    "Fault",
    "Frame",
    "Frames",
    "Hit",
    "MediaRef",
    "Options",
    "OutgoingAttempt",
    "Overrides",
    "Parameter",
    "Quota",
    "Refusal",
    "Reply",
    "Spread",
    "Stage",
    "Stream",
    "Unfit",
    "content_of",
    "copy_of",
    "counted",
    "digest",
    "encode_json",
    "event",
    "frames_of",
    "header_text",
    "index_of",
    "indexes_of",
    "near_id",
    "needs_bytes",
    "outcome_step",
    "unfit",
    "whole_number",
    "with_headers",
]
