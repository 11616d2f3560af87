"""Replies as data, where two replies differ, and how far a reply was sent."""
