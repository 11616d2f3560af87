"""Makers of plans. Each file exports one `SCENARIO` and is found by its file name."""
