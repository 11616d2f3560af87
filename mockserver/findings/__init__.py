"""What clients do wrong, one finding a file: each exports one `FINDING`, found by its file name."""
