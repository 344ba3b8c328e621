"""The shape of the DAGs, as Airflow reads them. The real scheduler takes them through runs in tests/local."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """
import json, importlib, sys
module, dag = sys.argv[1:]
tasks = getattr(importlib.import_module(module), dag)().tasks
print(json.dumps({t.task_id: [t.trigger_rule, sorted(t.upstream_task_ids), len(t.outlets)] for t in tasks}))
"""


def tasks_of(module: str, dag: str, home: Path) -> dict[str, Any]:
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/none.db",
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "dags"))),
    }
    command = [sys.executable, "-c", SCRIPT, module, dag]
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_what_a_run_stored_is_announced_whatever_failed_beside_it(tmp_path: Path) -> None:
    tasks = tasks_of("dateline_news", "news", tmp_path)
    # Both are leaves, so that the report alone still fails the run.
    assert tasks["announce"] == ["all_done", ["batch.load"], 1]
    assert tasks["report"] == ["all_done", ["batch.load"], 0]


def test_the_daily_dags_are_one_task_each(tmp_path: Path) -> None:
    assert list(tasks_of("dateline_learn", "learn", tmp_path)) == ["learn_templates"]
    assert list(tasks_of("dateline_housekeeping", "housekeeping", tmp_path)) == ["keep_house"]
