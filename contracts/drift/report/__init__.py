"""How a comparison is told: one format a file, each exports `render`."""
