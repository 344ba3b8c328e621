"""What the Dateline DAGs share: names, schedule, defaults, and the bridge from Airflow to `crawler.stages`.

Nothing here touches a database or the network while a DAG file is parsed.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

if TYPE_CHECKING:
    from crawler.config import Settings
    from crawler.manifests import RunManifest, StageReport

log = logging.getLogger("dateline")

# Airflow may be shared with others: what is ours starts with this.
_PREFIX = os.environ.get("DATELINE_AIRFLOW_PREFIX", "dateline_")
_CONNECTION = os.environ.get("DATELINE_AIRFLOW_CONNECTION", "dateline_db")

DEFAULT_ARGS: dict[str, Any] = {
    "owner": os.environ.get("DATELINE_AIRFLOW_OWNER", "dateline"),
    "retries": int(os.environ.get("DATELINE_RETRIES", "3")),
    "retry_delay": timedelta(seconds=float(os.environ.get("DATELINE_RETRY_SECONDS", "60"))),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=30),
}

# What Airflow's grid calls a mapped task: its batch, which `finish` puts into the context.
BATCH_NAME = "{{ batch | default('') }}"


# Updated by each run that stored a new or changed article: analysts' own DAGs are scheduled on it.
ARTICLES = Asset(name="news.article changed", uri="dateline://news/article")


def name(suffix: str) -> str:
    """The id of a DAG or pool of ours."""
    return f"{_PREFIX}{suffix}"


def tags(*more: str) -> list[str]:
    return ["dateline", *more]


def schedule() -> str | timedelta | None:
    """`DATELINE_SCHEDULE`: a duration as in 5m (the default), a cron expression, or `none` to run by hand only."""
    text = os.environ.get("DATELINE_SCHEDULE", "5m").strip()
    if text.lower() == "none":
        return None
    duration = re.fullmatch(r"(\d+)([smhd])", text)
    if duration is None:
        return text
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[duration[2]]
    return timedelta(**{unit: int(duration[1])})


def settings() -> Settings:
    """The settings of this worker, with the database from `DATELINE_DATABASE_URL` or the Airflow connection."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from crawler.config import load_settings

    found = load_settings()
    if found.database_url:
        return found
    try:
        uri = Connection.get(_CONNECTION).get_uri()
    except AirflowNotFoundException:
        return found
    return replace(found, database_url=re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", uri))


@contextmanager
def failing_at_once() -> Iterator[None]:
    """What no second try can mend (a wrong setting, an unknown source) fails the task without retries."""
    from airflow.sdk.exceptions import AirflowFailException

    from crawler.errors import ConfigError, RunError

    try:
        yield
    except (ConfigError, RunError) as error:
        raise AirflowFailException(str(error)) from error


def batches_of(manifest: RunManifest) -> list[str]:
    """The batches of a run, for mapping over; what the plan could not take is logged."""
    if manifest.busy_sources:
        log.warning("left to the run that holds them: %s", ", ".join(manifest.busy_sources))
    for batch in manifest.abandoned_batches:
        log.error("%s was given up after too many tries; what it fetched is loaded now", batch)
    return list(manifest.batches)


def log_progress(done: int, total: int | None, note: str) -> None:
    log.info("%s: %s of %s", note, done, "?" if total is None else total)


def finish(report: StageReport | None, path: str) -> str:
    """Log what a stage did, and hand its batch on. No report: there was nothing to do.

    An incomplete stage is tried again; after the last try what it did is handed on all the same, so that no fetched
    page waits for a site that keeps failing, and the run's report names the problem.
    """
    from airflow.sdk import get_current_context

    context = get_current_context()
    context["batch"] = path  # type: ignore[typeddict-unknown-key]
    if report is None:
        return path
    for source_id, counts in report.sources.items():
        log.info("%s %s: %s", report.stage, source_id, counts.model_dump_json(exclude_defaults=True))
    if not report.is_complete:
        instance = context["ti"]
        if instance.try_number <= instance.max_tries:
            from crawler.errors import StageError

            raise StageError(f"{path}: {report.stage} ended early: {report.problem}")
        log.error("%s: %s ended early: %s. Going on with what is there.", path, report.stage, report.problem)
    return path


def run_id() -> str:
    """The name of this run's folder."""
    from airflow.sdk import get_current_context

    from crawler.runs import safe_run_id

    return safe_run_id(get_current_context()["run_id"])


def report_run() -> None:
    """Log the run's table. Raises when a batch has a problem."""
    from airflow.sdk.exceptions import AirflowFailException

    from crawler.reports import read_run_report

    report = read_run_report(settings(), run_id())
    for line in report.sources:
        counts = ", ".join(f"{outcome.value} {count}" for outcome, count in sorted(line.outcomes.items()))
        log.info("%s: discovered %s = %s; known %s", line.source_id, line.discovered, counts or "0", line.known)
    for warning in report.warnings:
        log.warning(warning)
    if report.problems:
        raise AirflowFailException("; ".join(report.problems))


def announce_changes() -> None:
    """Let the asset be updated, or skip the task that would do it when no article is new or changed."""
    from airflow.sdk.exceptions import AirflowSkipException

    from crawler.reports import read_run_report

    if not read_run_report(settings(), run_id()).changed_articles:
        raise AirflowSkipException("No article is new or changed: the asset is left as it was.")
