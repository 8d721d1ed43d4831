"""One run, from choices to a record: the only place that knows all stages of the pipeline."""
