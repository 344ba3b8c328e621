"""The sample news site: five invented outlets on five ports of this machine.

`make run` crawls it first, and the tests use it as their web. Each outlet is of a different make: a WordPress agency
in the manner of 2016, a modern newspaper, an Arabic site of tables in windows-1256, a relief organisation with only
sitemaps, and a monitor of short entries. The site changes as news does: new articles and corrections come with
editions 1 to 3, and one death toll rises between two readings.

Every outlet, country, town, person and event in it is invented, and all of it was written for this site. Any likeness
to real ones is chance.
"""

from crawler.sample_site.site import DEFAULT_BASE_PORT, SampleSite, run_site
from crawler.sample_site.sources import write_source_files

__all__ = ["DEFAULT_BASE_PORT", "SampleSite", "run_site", "write_source_files"]
