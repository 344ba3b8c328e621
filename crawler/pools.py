"""The Airflow pools that the DAGs ask for: one a resource, so that crawling never starves loading."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """A pool as `airflow pools import` reads it."""

    name: str
    slots: int
    description: str


def airflow_pools(task_slots: int) -> dict[str, Pool]:
    """The pools for a deployment that runs `task_slots` tasks at once, by resource."""
    prefix = os.environ.get("DATELINE_AIRFLOW_PREFIX", "dateline_")
    cores = os.cpu_count() or 1
    return {
        "crawl": Pool(f"{prefix}crawl", max(1, task_slots - 1), "Dateline crawls: bound by the network"),
        "clean": Pool(f"{prefix}clean", max(1, cores // 2), "Dateline cleaning: each batch keeps several cores busy"),
        "load": Pool(f"{prefix}load", 2, "Dateline planning and loading: bound by the database"),
    }
