"""One way to make a video at three providers. It copes with what can go wrong on the way.

    from clientlib import Client

    with Client("kie", api_key="…") as client:
        job = client.submit("a cat on a skateboard", aspect="16:9")
        job.wait()
        job.download("cat.mp4")

`AsyncClient` is the same, awaited. Everything that goes wrong is a `VideoError`; the tree is drawn
in `clientlib/_errors.py`.
"""

from clientlib._chat import (
    StreamEvent,
    StreamFailure,
    StreamFinished,
    StreamProgress,
    StreamStarted,
    StreamVideo,
    StreamWaiting,
)
from clientlib._client import AsyncClient, AsyncJob, Client, Job
from clientlib._errors import (
    AmbiguousSubmission,
    AuthenticationFailed,
    BadSignature,
    BrokenMedia,
    CallbackError,
    DeadlineExceeded,
    DownloadError,
    InsufficientCredit,
    InvalidRequest,
    JobError,
    JobExpired,
    JobFailed,
    MalformedCallback,
    MalformedReply,
    MediaGone,
    NotReady,
    PermissionRefused,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
    RecordExpired,
    Redirected,
    StaleCallback,
    StreamInterrupted,
    TaskNotFound,
    TransportFailure,
    UnsupportedRequest,
    VideoError,
)
from clientlib._make import MakeOptions, Progress, Submitted, make
from clientlib._models import (
    Callback,
    Failure,
    Image,
    Pace,
    Price,
    Reply,
    Request,
    Snapshot,
    Status,
    Timeouts,
    Transfer,
)
from clientlib._retry import RetryPolicy
from clientlib._webhooks import CallbackReceiver, parse, verify
from clientlib.providers import names as provider_names
from clientlib.providers.apiyi import ApiyiOptions
from clientlib.providers.kie import KieOptions
from clientlib.providers.xcompute import XcomputeOptions

__all__ = [
    "AmbiguousSubmission",
    "ApiyiOptions",
    "AsyncClient",
    "AsyncJob",
    "AuthenticationFailed",
    "BadSignature",
    "BrokenMedia",
    "Callback",
    "CallbackError",
    "CallbackReceiver",
    "Client",
    "DeadlineExceeded",
    "DownloadError",
    "Failure",
    "Image",
    "InsufficientCredit",
    "InvalidRequest",
    "Job",
    "JobError",
    "JobExpired",
    "JobFailed",
    "KieOptions",
    "MakeOptions",
    "MalformedCallback",
    "MalformedReply",
    "MediaGone",
    "NotReady",
    "Pace",
    "PermissionRefused",
    "Price",
    "Progress",
    "ProviderError",
    "ProviderUnavailable",
    "RateLimited",
    "RecordExpired",
    "Redirected",
    "Reply",
    "Request",
    "RetryPolicy",
    "Snapshot",
    "StaleCallback",
    "Status",
    "StreamEvent",
    "StreamFailure",
    "StreamFinished",
    "StreamInterrupted",
    "StreamProgress",
    "StreamStarted",
    "StreamVideo",
    "StreamWaiting",
    "Submitted",
    "TaskNotFound",
    "Timeouts",
    "Transfer",
    "TransportFailure",
    "UnsupportedRequest",
    "VideoError",
    "XcomputeOptions",
    "make",
    "parse",
    "provider_names",
    "verify",
]
