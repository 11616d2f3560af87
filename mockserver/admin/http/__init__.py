"""What every control call passes through: the guard, the request as it is read, the reply."""
