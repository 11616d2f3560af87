"""What several commands say and ask: options of a server, its address, its bill."""
