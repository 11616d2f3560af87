"""What leaves the machine's own address: callbacks, and what the recorder passes on to a provider."""
