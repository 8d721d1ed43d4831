"""The figures of a workload, one module each; `catalogue` puts them in the order of the page."""
