"""Reelmock."""
