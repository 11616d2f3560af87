"""Replies as data, where two of them differ, and how far one came when it was sent."""
