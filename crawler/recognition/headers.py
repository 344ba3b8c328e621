"""Response headers by which products announce a challenge. No ordinary page has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.reasons import Reason
from crawler.recognition.result import Recognised


@dataclass(frozen=True)
class HeaderSign:
    """A header (lowercase) and what its value starts with, in lower case.

    `statuses`: with any other status the header says nothing. Empty: it counts with every status.
    """

    vendor: str
    name: str
    value: str = ""
    statuses: tuple[int, ...] = ()
    origin: str = ""


HEADER_SIGNS = (
    HeaderSign("Cloudflare", "cf-mitigated", "challenge", (), "developers.cloudflare.com, Detect a Challenge Page"),
    HeaderSign(
        "AWS WAF", "x-amzn-waf-action", "", (), "docs.aws.amazon.com/waf, CAPTCHA and Challenge action: 202, 405"
    ),
    HeaderSign("Vercel", "x-vercel-mitigated", "challenge", (), "vercel.com/docs, Attack Challenge Mode: 429, 403"),
    HeaderSign("SiteGround", "sg-captcha", "challenge", (), "seen with 202 by many crawlers; also on feeds"),
    HeaderSign(
        "DataDome", "x-dd-b", "", (401, 403, 405, 429), "docs.datadome.co, Protection API: set on blocked requests"
    ),
    HeaderSign("Kasada", "x-kpsdk-ct", "", (403, 429), "public write-ups: the first answer is a 429 with x-kpsdk-*"),
    HeaderSign("QRATOR", "server", "qrator", (401, 403), "public crawlers: 401 and 403 of QRATOR's own server"),
    HeaderSign("DDoS-Guard", "server", "ddos-guard", (401, 403, 429), "ddos-guard.net answers errors of sites itself"),
)
TELLING_HEADERS = frozenset({*(sign.name for sign in HEADER_SIGNS), "content-type"})
"""What `recognise` looks at, in lower case: no other header need be kept for it."""


def read_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The telling ones, in lower case. Of several with one name the first counts."""
    found: dict[str, str] = {}
    for name, value in headers:
        lowered = name.lower()
        if lowered in TELLING_HEADERS:
            found.setdefault(lowered, value.strip().lower())
    return found


def judge_headers(
    status: int, headers: dict[str, str], signs: Sequence[HeaderSign] = HEADER_SIGNS
) -> Recognised | None:
    """A challenge that the headers admit."""
    for sign in signs:
        value = headers.get(sign.name)
        if value is not None and value.startswith(sign.value) and (not sign.statuses or status in sign.statuses):
            return Recognised(Reason.CHALLENGE, f"header {sign.name}: {value[:40]}", sign.vendor)
    return None
