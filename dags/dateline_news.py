"""The main job: crawl the sources that are due, clean what came, load it."""

from __future__ import annotations

from datetime import timedelta

import dateline_airflow as dateline
from airflow.sdk import Param, dag, get_current_context, task, task_group
from pendulum import datetime

DOC = """
### Dateline: news

Takes the sources that are due, packs them into batches (a host is in one batch only), and for each batch runs
**crawl** (Scrapy, into the WARC archive) → **clean** (pages to articles) → **load** (COPY and merge, one transaction).

* **Run chosen sources now:** *Trigger* with `sources` set to their ids. Sources that another run holds are left to it.
* **A task failed:** clear it. Each stage goes on from what it had done; nothing is fetched, cleaned or loaded twice.
* **`report` failed:** its log names the batch and the problem. What was loaded stays; a later run takes up the rest.
* **Asset `dateline://news/article`** is updated by each run that stored a new or changed article: schedule your own
  DAGs on it.

States, reason codes and remedies: docs/operating.md.
"""


@dag(
    dag_id=dateline.name("news"),
    description="Crawl the sources that are due, clean what came, load it into PostgreSQL",
    schedule=dateline.schedule(),
    start_date=datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    default_args=dateline.DEFAULT_ARGS,
    params={
        "sources": Param(
            [],
            type="array",
            items={"type": "string"},
            title="Sources",
            description="Ids of the sources to crawl now, due or not, one a line. Empty: all that are due.",
        ),
    },
    tags=dateline.tags("crawl"),
    doc_md=DOC,
)
def news() -> None:
    @task(pool=dateline.name("load"), execution_timeout=timedelta(minutes=10))
    def plan() -> list[str]:
        from crawler import stages

        chosen = get_current_context()["params"]["sources"]
        with dateline.failing_at_once():
            manifest = stages.plan(dateline.settings(), only=chosen, run_id=dateline.run_id())
        return dateline.batches_of(manifest)

    @task_group
    def batch(path: str) -> None:
        @task(pool=dateline.name("crawl"), execution_timeout=timedelta(hours=2), map_index_template=dateline.BATCH_NAME)
        def crawl(path: str) -> str:
            from crawler import stages

            return dateline.finish(stages.crawl(dateline.settings(), path, dateline.log_progress), path)

        @task(pool=dateline.name("clean"), execution_timeout=timedelta(hours=2), map_index_template=dateline.BATCH_NAME)
        def clean(path: str) -> str:
            from crawler import stages

            return dateline.finish(stages.clean(dateline.settings(), path, dateline.log_progress), path)

        @task(pool=dateline.name("load"), execution_timeout=timedelta(hours=1), map_index_template=dateline.BATCH_NAME)
        def load(path: str) -> str:
            from crawler import stages

            return dateline.finish(stages.load(dateline.settings(), path, dateline.log_progress), path)

        load(clean(crawl(path)))

    @task(trigger_rule="all_done", retries=0)
    def report() -> None:
        dateline.report_run()

    # Beside the report and not behind it: what one batch stored is there, whatever became of another.
    @task(outlets=[dateline.ARTICLES], trigger_rule="all_done", retries=0)
    def announce() -> None:
        dateline.announce_changes()

    batch.expand(path=plan()) >> [report(), announce()]


news()
