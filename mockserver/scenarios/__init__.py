"""Plan makers, one a file: each exports one `SCENARIO` and is found by its file name."""
