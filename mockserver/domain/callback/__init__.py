"""Callbacks: when each attempt is due, what leaves, and what an answer means."""
