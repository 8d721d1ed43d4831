"""``python -m bench.records.schema``: write the JSON Schema of a record beside this module."""

from bench.records import store

if __name__ == "__main__":
    store.SCHEMA_FILE.write_text(store.schema())
