"""The replies of control calls: plain data made from the domain's records."""
