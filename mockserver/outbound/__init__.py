"""What is sent to other hosts: callbacks, and what the recorder passes on to a provider."""
