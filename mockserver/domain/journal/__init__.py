"""The journal: what happened in a sandbox, without secrets."""
