"""Lumen for Reelmock: what it answers, what may be expected of it, and a client of it.

The three know nothing of one another, so that a mistake in one does not hide in another.
"""
