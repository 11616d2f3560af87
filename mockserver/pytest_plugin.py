"""Pytest fixtures and markers of Reelmock."""
