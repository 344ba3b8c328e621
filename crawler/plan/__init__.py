"""What is due, leases, batches."""

from crawler.plan.lease import release_lease, renew_lease
from crawler.plan.news import plan_run
from crawler.plan.reprocess import plan_reprocess

__all__ = ["plan_reprocess", "plan_run", "release_lease", "renew_lease"]
