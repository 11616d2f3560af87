"""Where sandboxes are kept; a store knows no rules."""
