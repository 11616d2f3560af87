"""Profiles: scenarios and fault rules under one name."""
