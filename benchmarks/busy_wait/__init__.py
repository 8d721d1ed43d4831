"""An implementation that waits and reports for how long: it shows what the harness's clock adds."""
