"""Scrapy's settings. What guards something is set even where the default agrees, so that no upgrade changes it.

What depends on the batch (User-Agent, concurrency, hosts with leave of their own) is added by `crawler.crawl.process`.
"""

from __future__ import annotations

from crawler.config import ROBOT_NAME

BOT_NAME = "dateline"
SPIDER_MODULES = ["crawler.crawl.spiders"]

# Scrapy 2.19 starts both by default: a shell, and a server that runs code in this process.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# Scrapy also fetches file:, data:, s3: and ftp: by default; a link in a hostile feed must not read our disk.
# Our handler verifies certificates by host and keeps the time limit of each source.
DOWNLOAD_HANDLERS = {
    "http": "crawler.crawl.handler.NewsDownloadHandler",
    "https": "crawler.crawl.handler.NewsDownloadHandler",
    "file": None,
    "data": None,
    "s3": None,
    "ftp": None,
}
# Off by default in Scrapy 2.19. A source that must go without says `verify_tls: false`.
DOWNLOAD_VERIFY_CERTIFICATES = True
# Names are checked where they become addresses, so a name that changes its address after a check gains nothing.
TWISTED_DNS_RESOLVER = "crawler.crawl.addresses.PublicAddressResolver"
# A proxy would resolve names for us, out of reach of that check.
HTTPPROXY_ENABLED = False

# 1 GiB by default. Requests carry their source's own, smaller limit.
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# Of one response from request to last byte. Requests carry their source's own (`limits.response_seconds`).
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_FAIL_ON_DATALOSS = True
# Scrapy drops longer addresses without a word; the guard ends them in an outcome.
URLLENGTH_LIMIT = 0
DNS_TIMEOUT = 20
# Stops a crawl that leaks before the machine suffers; what it fetched is in the archive.
MEMUSAGE_ENABLED = True
EXTENSIONS = {"scrapy.extensions.memusage.MemoryUsage": None, "crawler.crawl.memory.OwnMemoryUsage": 0}
MEMUSAGE_LIMIT_MB = 1024
MEMUSAGE_CHECK_INTERVAL_SECONDS = 5.0

# Slots get the delay and concurrency of their source (crawler.crawl.slots); these hold until then. No jitter: it goes
# below the stated delay as often as above.
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# It knows neither Crawl-delay nor two sources on one host; ours is in crawler.crawl.slots.
AUTOTHROTTLE_ENABLED = False
# No bound on their sum, which counts those that wait as well: a slow host would use it up. FairQueue bounds each host.
CONCURRENT_REQUESTS = 0
SCHEDULER_PRIORITY_QUEUE = "crawler.crawl.fair_queue.FairQueue"
# Scrapy takes the last of equals first; lists have the newest first.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
# Scrapy stops all hosts while this much is being read, as one large sitemap is. crawler.crawl.bodies bounds it.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1_000_000_000

# The weak ciphers that OpenSSL's default still allows are left out, and with them TLS 1.0 and 1.1.
DOWNLOADER_CLIENT_TLS_CIPHERS = None
DOWNLOAD_TLS_MIN_VERSION = "TLSv1.2"
# Scrapy starts so many tasks for each response to share its items out among; we have none, and requests are quick.
CONCURRENT_ITEMS = 1

COOKIES_ENABLED = False
REFERER_ENABLED = False
HTTPCACHE_ENABLED = False
METAREFRESH_ENABLED = False
HTTPERROR_ALLOW_ALL = True

# We have our own of these three, which end each URL in an outcome: crawler.crawl.middlewares.
RETRY_ENABLED = False
REDIRECT_ENABLED = False
ROBOTSTXT_OBEY = False
ROBOTSTXT_USER_AGENT = ROBOT_NAME
RETRY_TIMES = 2
RETRY_BACKOFF_SECONDS = (1.0, 4.0)
"""How long a host is left alone before the first and the second retry."""

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # What crawler.archive can decode.
    "Accept-Encoding": "gzip, deflate, br",
}

DOWNLOADER_MIDDLEWARES = {
    # From the engine's side to the downloader's.
    "crawler.crawl.middlewares.guard.GuardMiddleware": 50,
    "crawler.crawl.middlewares.robots.RobotsMiddleware": 100,
    "crawler.crawl.middlewares.retries.RetriesMiddleware": 550,
    "crawler.crawl.middlewares.redirects.RedirectsMiddleware": 600,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.crawl.middlewares.compression.EndpointCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "crawler.crawl.middlewares.archiving.ArchivingMiddleware": 950,
    "crawler.crawl.middlewares.rendering.RenderingMiddleware": 960,
}

# None of them has anything to do here, and each wraps every result of every callback.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}

LOG_LEVEL = "INFO"
LOG_COLOR = False
