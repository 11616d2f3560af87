"""One file per format; each exports render(report) -> str."""
