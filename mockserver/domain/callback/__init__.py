"""Callbacks: when each attempt is due, what is sent, and what an answer means."""
