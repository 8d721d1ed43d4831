"""Nothing: what the harness itself costs."""
