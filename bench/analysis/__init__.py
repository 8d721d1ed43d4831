"""Pure functions on records: proof, statistics, ranking. No clock, no file, no print."""
