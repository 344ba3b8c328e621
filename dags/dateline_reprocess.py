"""Clean and load again what the archive holds: a better extractor over history, with no page fetched."""

from __future__ import annotations

from datetime import timedelta

import dateline_airflow as dateline
from airflow.sdk import Param, dag, get_current_context, task, task_group
from pendulum import datetime, parse

DOC = """
### Dateline: reprocess

Runs **clean** → **load** over captures in the archive, chosen by the day they were fetched, by source, and by the
extractor version that their articles do not have yet. Nothing is fetched.

Text that differs only because the extractor changed is appended as a version with `change_kind = 'reextraction'`,
so that an outlet's edits stay apart from ours. Running it twice changes nothing.
"""


@dag(
    dag_id=dateline.name("reprocess"),
    description="Clean and load again what the archive holds, by date, source or extractor version",
    schedule=None,
    start_date=datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    is_paused_upon_creation=False,  # it runs only when somebody triggers it
    max_active_runs=1,
    default_args=dateline.DEFAULT_ARGS,
    params={
        "since": Param(None, type=["null", "string"], format="date-time", title="Fetched since", description="UTC"),
        "until": Param(None, type=["null", "string"], format="date-time", title="Fetched before", description="UTC"),
        "sources": Param([], type="array", items={"type": "string"}, title="Sources", description="Empty: all."),
        "other_than_extractor": Param(
            None,
            type=["null", "string"],
            title="Not cleaned by",
            description="Leave out captures whose article has this extractor version already.",
        ),
    },
    tags=dateline.tags("archive"),
    doc_md=DOC,
)
def reprocess() -> None:
    @task(pool=dateline.name("load"), execution_timeout=timedelta(minutes=30))
    def plan() -> list[str]:
        from crawler import stages

        params = get_current_context()["params"]
        with dateline.failing_at_once():
            manifest = stages.plan_reprocess(
                dateline.settings(),
                since=parse(params["since"]) if params["since"] else None,
                until=parse(params["until"]) if params["until"] else None,
                only=params["sources"],
                other_than_extractor=params["other_than_extractor"],
                run_id=dateline.run_id(),
            )
        return dateline.batches_of(manifest)

    @task_group
    def batch(path: str) -> None:
        @task(pool=dateline.name("clean"), execution_timeout=timedelta(hours=6), map_index_template=dateline.BATCH_NAME)
        def clean(path: str) -> str:
            from crawler import stages

            return dateline.finish(stages.clean(dateline.settings(), path, dateline.log_progress), path)

        @task(pool=dateline.name("load"), execution_timeout=timedelta(hours=2), map_index_template=dateline.BATCH_NAME)
        def load(path: str) -> str:
            from crawler import stages

            return dateline.finish(stages.load(dateline.settings(), path, dateline.log_progress), path)

        load(clean(path))

    @task(trigger_rule="all_done", retries=0)
    def report() -> None:
        dateline.report_run()

    @task(outlets=[dateline.ARTICLES], trigger_rule="all_done", retries=0)
    def announce() -> None:
        dateline.announce_changes()

    batch.expand(path=plan()) >> [report(), announce()]


reprocess()
