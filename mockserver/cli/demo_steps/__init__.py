"""The demo:

one job for each provider and mode. The reference client runs it, and the screen shows it.
"""
