"""Codecs, one folder a provider: each exports one `PROVIDER` and is found by its folder's name."""
