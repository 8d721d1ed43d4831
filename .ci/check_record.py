"""Check the newest record: it satisfies its schema, and ten cells trained the same model."""

import json
from pathlib import Path

import jsonschema

from bench.records import store

EXPECTED_CELLS = 10


def main() -> None:
    path = store.latest(Path("results"))
    assert path is not None, "the run left no record"
    jsonschema.validate(json.loads(path.read_text()), json.loads(store.SCHEMA_FILE.read_text()))
    record = store.load(path)
    assert record.status == "complete", record.status
    states = [(cell.identity.framework, cell.identity.form, cell.status) for cell in record.cells]
    assert len(states) == EXPECTED_CELLS, states
    assert all(status == "ok" for _, _, status in states), states
    assert all(cell.parity and cell.parity.passed for cell in record.cells)
    print(f"{path}: {len(states)} cells, all ok, all the same model")


if __name__ == "__main__":
    main()
