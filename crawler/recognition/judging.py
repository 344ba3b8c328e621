"""The rules: what a response is, from its status, headers and body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import inf
from urllib.parse import urljoin, urlsplit

from crawler.reasons import Reason
from crawler.recognition.headers import judge_headers, read_headers
from crawler.recognition.page import MOST_BYTES, View, is_plainly_article, read_view
from crawler.recognition.phrases import AGREE, CONSENT_TOPICS, NEEDS_SCRIPTS, SENTENCES, TITLES
from crawler.recognition.redirects import recognise_redirect
from crawler.recognition.result import Recognised
from crawler.recognition.vendors import VENDOR_SIGNS, VendorSign

_PLAIN_STATUSES = frozenset({304, 404, 410})
"""These say all that there is to say."""
_READ_TYPES = ("html", "text/plain", "json", "xml")
_LEAST_PROSE = 20
"""Words in sentences that make a page an article: a brief of one long sentence."""
_LEAST_PROSE_WITH_PRODUCT = 60
"""The same where a product has left its mark: its pages explain themselves."""
_MOST_WORDS = 150
"""On a page with more visible words a sentence of a wall is one sentence among others."""
_LEAST_TITLE_WORDS, _MOST_TITLE_WORDS = 4, 5
"""A title is a wall's when it is its phrase; a phrase of four words or more may have the site's name after it."""
_MOST_TITLED_WORDS = 400
_MOST_SHELL_WORDS = 40
_MOST_SCRIPT_WORDS = 15
_MOST_SCRIPT_BYTES = 40_000
_MOST_CONSENT_LINKS = 15

_ROOT = re.compile(
    rb"<(?:div|main|section|body|app-root|app|my-app)\b[^<>]{0,300}?\bid\s{0,3}=\s{0,3}[\"']?(?:root|app|__next|__nuxt|__layout|"
    rb"q-app|svelte|react-root|app-root|reactroot|main-app|application|___gatsby|gatsby-focus-wrapper|mount|app-container|"
    rb"ember-app|single-spa-application)[\"']?[^<>]{0,300}>[^<]{0,80}</",
    re.IGNORECASE,
)
_EMPTY_COMPONENT = re.compile(rb"<(app-root|my-app|app-main|ng-app)\b[^<>]{0,300}>[^<]{0,80}</", re.IGNORECASE)
_REFRESH = re.compile(
    rb"<meta\b[^<>]{0,200}?http-equiv\s{0,3}=\s{0,3}[\"']?refresh[\"']?[^<>]{0,20}?content\s{0,3}=\s{0,3}"
    rb"[\"']?\s{0,3}\d{1,3}\s{0,3}[;,]\s{0,3}(?:url\s{0,3}=\s{0,3})?[\"']?([^\"'<>\s]{1,1000})",
    re.IGNORECASE,
)
_RELOADS = (
    b"location.reload(",
    b"location.href=",
    b"location.href =",
    b"location.replace(",
    b"window.location=",
    b"window.location =",
)
_CHALLENGE_WIDGETS = (
    ("reCAPTCHA", (b"g-recaptcha", b"recaptcha/api.js", b"recaptcha/enterprise.js", b"recaptcha.net/")),
    ("hCaptcha", (b"h-captcha", b"hcaptcha.com/1/api.js", b"js.hcaptcha.com")),
    ("Cloudflare Turnstile", (b"cf-turnstile", b"challenges.cloudflare.com/turnstile")),
    ("Friendly Captcha", (b"frc-captcha",)),
    ("GeeTest", (b"static.geetest.com", b"initgeetest")),
    ("Arkose Labs", (b"funcaptcha", b"arkoselabs.com")),
)
_PASSWORD = (b'type="password"', b"type='password'", b"type=password")
_LOGIN_FIELDS = (*_PASSWORD, b'type="email"', b"type='email'", b'autocomplete="username"')


def recognise(
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes | str,
    url: str = "",
    final_url: str = "",
) -> Recognised | None:
    """What came in the place of a page; None for a page, and for whatever is not known.

    `body` has its Content-Encoding undone. `url` is what was asked for, `final_url` where redirects led.
    """
    telling = read_headers(headers)
    if admitted := judge_headers(status, telling):
        return admitted
    if status in _PLAIN_STATUSES or 300 <= status < 400 or not body or len(body) > MOST_BYTES:
        return None
    content_type = telling.get("content-type", "")
    if content_type and not any(kind in content_type for kind in _READ_TYPES):
        return None
    is_page = 200 <= status < 300 and status != 202
    raw = body.encode("utf-8", "replace") if isinstance(body, str) else body
    if is_page and is_plainly_article(raw):
        return None
    view = read_view(raw, content_type, _LEAST_PROSE_WITH_PRODUCT if is_page else inf)
    if view is None:
        return None
    led_to = recognise_redirect(url, final_url) if url and final_url and url != final_url else None
    if led_to and not (is_page and (view.prose >= _LEAST_PROSE or view.states_article)):
        return led_to
    if found := _judge_vendors(view, is_page=is_page):
        return found
    if is_page and view.prose >= _LEAST_PROSE:
        return None
    return _judge_content(view, final_url or url, is_page=is_page)


def _judge_vendors(view: View, *, is_page: bool) -> Recognised | None:
    if is_page and view.states_article:
        return None
    for sign in VENDOR_SIGNS:
        if view.words <= (sign.most_words if is_page else 2 * sign.most_words) and _has_sign(view, sign):
            return Recognised(sign.reason, sign.name, sign.vendor)
    return None


def _has_sign(view: View, sign: VendorSign) -> bool:
    if sign.marks and not any(mark in view.low for mark in sign.marks):
        return False
    if sign.also and not any(mark.encode() in view.low or mark in view.text for mark in sign.also):
        return False
    return not sign.title or any(_leads(title, phrase) for title in view.titles for phrase in sign.title)


def _judge_content(view: View, url: str, *, is_page: bool) -> Recognised | None:
    """By what the page says and is made of. Geography and maintenance name themselves most exactly: they come first."""
    if not (is_page and view.states_article):
        found = (
            _says(view, Reason.GEO_BLOCKED, is_page=is_page)
            or _judge_maintenance(view, is_page=is_page)
            or _judge_challenge(view, url, is_page=is_page)
        )
        if found:
            return found
        if is_page and (found := _judge_consent(view) or _judge_login(view)):
            return found
    if not is_page:
        return _says(view, Reason.LOGIN_WALL, is_page=False) if view.words <= _MOST_WORDS else None
    if found := _judge_paywall(view):
        return found
    if not view.states_article and (found := _judge_soft_404(view)):
        return found
    return _judge_shell(view)


def _says(view: View, reason: Reason, *, is_page: bool) -> Recognised | None:
    """A title or heading that is the reason's, or one of its sentences on a page with hardly another."""
    return _titled(view, reason, is_page=is_page) or _sentenced(view, reason, is_page=is_page)


def _titled(view: View, reason: Reason, *, is_page: bool) -> Recognised | None:
    if view.words > (_MOST_TITLED_WORDS if is_page else 2 * _MOST_TITLED_WORDS):
        return None
    for title in view.titles:
        for phrase in TITLES[reason]:
            if _leads(title, phrase):
                return Recognised(reason, f"title “{title[:80]}”")
    return None


def _sentenced(view: View, reason: Reason, *, is_page: bool) -> Recognised | None:
    if view.words > (_MOST_WORDS if is_page else 3 * _MOST_WORDS):
        return None
    phrase = next((phrase for phrase in SENTENCES[reason] if phrase in view.text), None)
    return Recognised(reason, f"says “{phrase}”") if phrase else None


def _leads(title: str, phrase: str) -> bool:
    """Whether a title is the phrase, with at most a site's name after it."""
    if title == phrase:
        return True
    if not title.startswith(phrase + " "):
        return False
    return len(phrase.split()) >= _LEAST_TITLE_WORDS and len(title[len(phrase) :].split()) <= _MOST_TITLE_WORDS


def _judge_maintenance(view: View, *, is_page: bool) -> Recognised | None:
    if found := _sentenced(view, Reason.MAINTENANCE, is_page=is_page):
        return found
    return _titled(view, Reason.MAINTENANCE, is_page=is_page) if view.words <= _MOST_WORDS else None


def _judge_challenge(view: View, url: str, *, is_page: bool) -> Recognised | None:
    widget = next((name for name, marks in _CHALLENGE_WIDGETS if any(mark in view.low for mark in marks)), None)
    if view.words <= _MOST_WORDS and (found := _titled(view, Reason.CHALLENGE, is_page=is_page)):
        return Recognised(found.reason, found.sign, widget)
    if found := _sentenced(view, Reason.CHALLENGE, is_page=is_page):
        return Recognised(found.reason, found.sign, widget)
    if any(phrase in view.noscript for phrase in SENTENCES[Reason.CHALLENGE]) and view.words <= _MOST_SHELL_WORDS:
        return Recognised(Reason.CHALLENGE, "asks for JavaScript and a check of the browser", widget)
    if widget and view.words <= _MOST_SCRIPT_WORDS and len(view.markup) <= _MOST_SCRIPT_BYTES and b"<form" in view.low:
        return Recognised(Reason.CHALLENGE, "a form with a captcha, and nothing else", widget)
    return _judge_scripts(view, url)


def _judge_scripts(view: View, url: str) -> Recognised | None:
    """A page without text that sends its reader back to itself, with a cookie or a token."""
    if view.words > _MOST_SCRIPT_WORDS or len(view.markup) > _MOST_SCRIPT_BYTES:
        return None
    own = urlsplit(url) if url else None
    refresh = _REFRESH.search(view.markup)
    if refresh and own:
        try:
            target = urlsplit(urljoin(url, refresh[1].decode("utf-8", "replace").replace("&amp;", "&")))
        except ValueError:
            return None
        is_same = (target.netloc, target.path or "/") == (own.netloc, own.path or "/")
        if is_same and target.query != own.query:
            return Recognised(Reason.CHALLENGE, "sends back to the same page with a token")
    scripts = b"\n".join(view.scripts)
    if b"document.cookie" in scripts and any(mark in scripts for mark in _RELOADS) and not _ROOT.search(view.markup):
        return Recognised(Reason.CHALLENGE, "sets a cookie by script and loads again")
    return None


def _judge_consent(view: View) -> Recognised | None:
    """A page of which the consent dialogue is all: who speaks of cookies, and a button to agree."""
    about = sum(run.words for run in view.runs if any(topic in run.folded for topic in CONSENT_TOPICS))
    agrees = any(run.folded in AGREE for run in view.runs) or any(
        f'value="{word}"'.encode() in view.low for word in ("i agree", "agree", "accept", "accept all")
    )
    has_heading = any(run.tag == b"h1" and not any(t in run.folded for t in CONSENT_TOPICS) for run in view.runs)
    if not agrees or about < 8 or (has_heading and not _titled(view, Reason.CONSENT_WALL, is_page=True)):
        return None
    if found := _titled(view, Reason.CONSENT_WALL, is_page=True):
        return found
    sentences = sum(run.words for run in view.runs if run.words >= 6)
    links = view.low.count(b"<a ")
    is_all = about >= 0.6 * sentences and links <= _MOST_CONSENT_LINKS and view.words <= 1500 and about >= 20
    if is_all and b"<img" not in view.low:
        return Recognised(Reason.CONSENT_WALL, f"{about} of {view.words} words ask for consent")
    return None


def _judge_login(view: View) -> Recognised | None:
    if any(field in view.low for field in _LOGIN_FIELDS) and (found := _titled(view, Reason.LOGIN_WALL, is_page=True)):
        return found
    return _sentenced(view, Reason.LOGIN_WALL, is_page=True)


def _judge_paywall(view: View) -> Recognised | None:
    """The offer in the place of the story. A page with a teaser is judged by clean, which knows the story's text."""
    if not view.states_article and (found := _titled(view, Reason.PAYWALL, is_page=True)):
        return found
    return _sentenced(view, Reason.PAYWALL, is_page=True)


def _judge_soft_404(view: View) -> Recognised | None:
    return _says(view, Reason.SOFT_404, is_page=True)


def _judge_shell(view: View) -> Recognised | None:
    """An empty place for scripts to fill, and no text anywhere that could fill it."""
    if view.words > _MOST_SHELL_WORDS or not view.scripts or view.holds_text_in_scripts:
        return None
    said = f"{view.noscript} {view.text}"
    phrase = next((phrase for phrase in NEEDS_SCRIPTS if phrase in said), None)
    if phrase:
        return Recognised(Reason.NEEDS_JAVASCRIPT, f"says “{phrase}”")
    if root := _ROOT.search(view.markup) or _EMPTY_COMPONENT.search(view.markup):
        return Recognised(Reason.NEEDS_JAVASCRIPT, f"an empty {root[0][:60].decode('utf-8', 'replace')}")
    return None
