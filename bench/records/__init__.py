"""The record of a run: what it holds, its JSON Schema, and how it is written and read."""
