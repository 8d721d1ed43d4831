"""Check the newest record: its schema, ten cells of the same model, the floor, the proofs."""

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
    contenders = [cell for cell in record.cells if cell.role == "contender"]
    states = [(cell.identity.framework, cell.identity.form, cell.status) for cell in contenders]
    assert len(states) == EXPECTED_CELLS, states
    assert all(status == "ok" for _, _, status in states), states
    assert all(cell.parity and cell.parity.passed for cell in contenders)
    trials = [trial for cell in contenders for trial in cell.trials]
    assert all(trial.synchronization.passed and trial.input.passed for trial in trials)
    assert len({trial.input for trial in trials}) == 1
    assert [cell.status for cell in record.cells if cell.role == "floor"] == ["ok"]
    assert record.ceilings
    print(f"{path}: {len(states)} cells, all ok, all the same model")


if __name__ == "__main__":
    main()
