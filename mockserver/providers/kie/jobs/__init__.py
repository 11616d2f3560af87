"""Kie's jobs API: `createTask` and `recordInfo` for Veo, beside the older calls."""

from mockserver.providers.kie.jobs.callbacks import callback
from mockserver.providers.kie.jobs.dialect import DIALECT
from mockserver.providers.kie.jobs.errors import refuse
from mockserver.providers.kie.jobs.operations import OPERATIONS, QUOTAS

__all__ = ["DIALECT", "OPERATIONS", "QUOTAS", "callback", "refuse"]
