"""The demo: one job per provider and mode, driven by the reference client, shown as it goes."""
