"""What is due, leases, batches."""

from crawler.plan.lease import release_lease, renew_lease
from crawler.plan.news import plan_run
from crawler.plan.pauses import accept_source, pause_source, resume_source
from crawler.plan.reprocess import plan_reprocess

__all__ = [
    "accept_source",
    "pause_source",
    "plan_reprocess",
    "plan_run",
    "release_lease",
    "renew_lease",
    "resume_source",
]
