"""Seeded chance."""
