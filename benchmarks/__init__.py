"""Measurements of softmax-bench itself; docs/performance.md holds their results."""
