"""The crawl process: `python -m crawler.crawl.process <batch folder> [--no-database]`.

Started by `crawl_batch`, which reads events from standard output (a JSON object a line) and the log from standard
error, and holds standard input open: its end means that nobody waits for us any more.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings as ScrapySettings
from scrapy.utils.project import get_project_settings

from crawler.config import load_settings
from crawler.crawl.addresses import PRIVATE_HOSTS_SETTING
from crawler.crawl.job import Job, tell
from crawler.crawl.seen import DatabaseSeen, NothingSeen
from crawler.crawl.spiders.news import NewsSpider
from crawler.crawl.spiders.wayback import WaybackSpider
from crawler.errors import DatelineError

ORPHAN_GRACE_SECONDS = 15.0
EXIT_PROBLEM = 3
_OBJECTS_A_COLLECTION = 20_000
"""New objects that start a collection: those of a few dozen pages."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="crawler.crawl.process")
    parser.add_argument("batch_dir", type=Path)
    parser.add_argument("--no-database", action="store_true", help="take every link for a new one")
    arguments = parser.parse_args()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    settings = load_settings()
    try:
        seen = NothingSeen() if arguments.no_database else DatabaseSeen(settings)
        job = Job(settings, arguments.batch_dir, seen)
    except DatelineError as error:
        tell(event="closed", reason="problem", problem=str(error))
        return EXIT_PROBLEM
    process = AsyncCrawlerProcess(scrapy_settings(job))
    logging.getLogger("scrapy").setLevel(logging.INFO)  # it makes a record of each response otherwise, for nobody
    # What is loaded stays: without this, collections go through all of it again and again.
    gc.freeze()
    gc.set_threshold(_OBJECTS_A_COLLECTION)
    process.crawl(WaybackSpider if job.batch.web_archive else NewsSpider, job=job)
    # The spider has signal handlers of its own, which leave no request waiting for its turn.
    process.start(install_signal_handlers=False)
    return EXIT_PROBLEM if job.problem or process.bootstrap_failed else 0


def scrapy_settings(job: Job) -> ScrapySettings:
    """The project's settings with what depends on the batch."""
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.crawl.settings"
    settings = get_project_settings()
    settings.set("USER_AGENT", job.user_agent, priority="cmdline")
    settings.set(PRIVATE_HOSTS_SETTING, sorted(job.private_hosts), priority="cmdline")
    return settings


def _end_with_parent() -> None:
    """Stop when standard input ends. Read by number: `sys.stdin` would be locked at exit."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ORPHAN_GRACE_SECONDS)
    os._exit(EXIT_PROBLEM)


if __name__ == "__main__":
    sys.exit(main())
