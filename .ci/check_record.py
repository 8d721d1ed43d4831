"""Check the newest record: its schema, every planned cell the same model, the floor, proofs."""

import json
from pathlib import Path

import jsonschema

from bench.records import store
from bench.run.planning import make_plan
from bench.workloads.catalog import WORKLOADS
from implementations.registry import FLOOR_NAME

# Each of the six usual frameworks in one form at least, most of them in two forms and two lanes.
FEWEST_CELLS = 12


def main() -> None:
    path = store.latest(Path("results"))
    assert path is not None, "the run left no record"
    jsonschema.validate(json.loads(path.read_text()), json.loads(store.SCHEMA_FILE.read_text()))
    record = store.load(path)
    assert record.status == "complete", record.status
    contenders = [cell for cell in record.cells if cell.role == "contender"]
    states = [(cell.identity.framework, cell.identity.form, cell.status) for cell in contenders]
    planned = make_plan(record.plan, [WORKLOADS[name] for name in record.plan.workloads])
    contenders_planned = [cell for cell in planned.cells if cell.choice.name != FLOOR_NAME]
    assert len(states) == len(contenders_planned) >= FEWEST_CELLS, states
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
