"""One file per area; each exports CHECKS."""
