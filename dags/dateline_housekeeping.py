"""Keep the database in order, once a day: months ahead, old months out of the way, statistics."""

from __future__ import annotations

from datetime import timedelta

import dateline_airflow as dateline
from airflow.sdk import dag, task
from pendulum import datetime

DOC = """
### Dateline: housekeeping

Makes the coming months of the tables that go by month, and refreshes their statistics. Where a table is kept for a
number of months only (`dateline housekeeping --keep ingest.outcome=24`), older ones are moved to the schema `retired`;
nothing is ever dropped. For that a worker needs `DATELINE_OWNER_DATABASE_URL`. Safe to run at any time.
"""


@dag(
    dag_id=dateline.name("housekeeping"),
    description="Make months ahead, retire old ones, refresh statistics",
    schedule=timedelta(days=1),
    start_date=datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    default_args=dateline.DEFAULT_ARGS,
    tags=dateline.tags(),
    doc_md=DOC,
)
def housekeeping() -> None:
    @task(pool=dateline.name("load"), execution_timeout=timedelta(hours=2))
    def keep_house() -> None:
        from crawler import stages
        from crawler.errors import StageError

        with dateline.failing_at_once():
            report = stages.housekeeping(dateline.settings(), progress=dateline.log_progress)
        dateline.log.info("%s", report.model_dump_json())
        if report.waiting:
            raise StageError("; ".join(report.waiting))

    keep_house()


housekeeping()
