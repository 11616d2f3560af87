"""Mechanisms of faults, one a file: each exports one `FAULT`. Users know them by `catalogue.yaml`."""
