"""Learn what the sites of the sources are like, once a day, from what the archive holds of them."""

from __future__ import annotations

from datetime import timedelta

import dateline_airflow as dateline
from airflow.sdk import Param, dag, get_current_context, task
from pendulum import datetime

DOC = """
### Dateline: learn

Reads up to 200 archived pages of each source, spread over days, and stores what they have in common: lines and places
that are the site's and not a story's, and how far its fields can be trusted. Nothing is fetched. The next
`dateline_news` run hands it to **clean**.

A new version is stored only where it does something else. `dateline sources show ID --template` shows it.
"""


@dag(
    dag_id=dateline.name("learn"),
    description="Learn from archived pages what the sites of the sources are like",
    schedule=timedelta(days=1),
    start_date=datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    default_args=dateline.DEFAULT_ARGS,
    params={
        "sources": Param([], type="array", items={"type": "string"}, title="Sources", description="Empty: all."),
        "pages": Param(200, type="integer", minimum=1, title="Pages", description="Most of a source."),
    },
    tags=dateline.tags("archive"),
    doc_md=DOC,
)
def learn() -> None:
    @task(pool=dateline.name("clean"), execution_timeout=timedelta(hours=6))
    def learn_templates() -> None:
        from crawler import stages

        params = get_current_context()["params"]
        with dateline.failing_at_once():
            learned = stages.learn_templates(
                dateline.settings(), only=params["sources"], most=params["pages"], progress=dateline.log_progress
            )
        for one in learned:
            dateline.log.info("%s", one.model_dump_json())

    learn_templates()


learn()
