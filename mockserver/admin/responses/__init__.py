"""What control calls show: plain data from the domain's records."""
