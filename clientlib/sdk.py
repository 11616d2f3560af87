"""What a provider's codec may import, ours or a stranger's, and nothing else of this package."""

from clientlib import _errors as errors
from clientlib._codec import (
    Asking,
    Provider,
    by_status,
    integer,
    json_object,
    links,
    malformed,
    percent,
    refuse,
    refuse_unless_ok,
    same_task,
    text,
)
from clientlib._images import content_type, data_uri, is_url
from clientlib._models import (
    Callback,
    Failure,
    Order,
    Pace,
    Price,
    Reply,
    Request,
    Snapshot,
    Status,
    Upload,
)
from clientlib._plugins import VERSION

__all__ = [
    "VERSION",
    "Asking",
    "Callback",
    "Failure",
    "Order",
    "Pace",
    "Price",
    "Provider",
    "Reply",
    "Request",
    "Snapshot",
    "Status",
    "Upload",
    "by_status",
    "content_type",
    "data_uri",
    "errors",
    "integer",
    "is_url",
    "json_object",
    "links",
    "malformed",
    "percent",
    "refuse",
    "refuse_unless_ok",
    "same_task",
    "text",
]
