"""One file per provider; each exports SUBJECT."""
