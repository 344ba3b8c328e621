"""The rules of recognition: headers, redirects, what outweighs what, and input that means harm."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reasons import Outcome, Reason
from crawler.recognition import Recognised, recognise, recognise_redirect
from crawler.recognition.page import MOST_BYTES, read_view
from crawler.recognition.phrases import SENTENCES, TITLES

STORY = "".join(
    f"<p>On day {day} of the harvest the farmers of the plain brought in forty carts of barley, more than in any year "
    "since the dam was built, and the mill ground through the night without a pause.</p>"
    for day in range(12)
)
CHALLENGE_MARKUP = (
    "<title>Just a moment...</title><script>window._cf_chl_opt={}</script><script src='/cdn-cgi/x'></script>"
    "<div id=px-captcha></div><script>window._pxAppId='1'</script>"
)


@pytest.mark.parametrize(
    ("status", "header", "vendor"),
    [
        (403, ("CF-Mitigated", "challenge"), "Cloudflare"),
        (200, ("cf-mitigated", "challenge"), "Cloudflare"),
        (202, ("X-Amzn-WAF-Action", "challenge"), "AWS WAF"),
        (405, ("x-amzn-waf-action", "captcha"), "AWS WAF"),
        (429, ("x-vercel-mitigated", "challenge"), "Vercel"),
        (202, ("SG-Captcha", "challenge"), "SiteGround"),
        (403, ("X-DD-B", "1"), "DataDome"),
        (429, ("x-kpsdk-ct", "0a"), "Kasada"),
        (403, ("Server", "ddos-guard"), "DDoS-Guard"),
        (401, ("Server", "QRATOR"), "QRATOR"),
        (200, ("x-kpsdk-ct", "0a"), None),
        (200, ("Server", "ddos-guard"), None),
        (200, ("Server", "cloudflare"), None),
        (200, ("cf-ray", "8f0a"), None),
        (403, ("Server", "cloudflare"), None),
        (200, ("X-DataDome", "protected"), None),
        (200, ("Content-Security-Policy", "script-src cf-mitigated challenge https://www.google.com/recaptcha/"), None),
    ],
)
def test_headers(status: int, header: tuple[str, str], vendor: str | None) -> None:
    found = recognise(status, [header], b"")
    assert (found.vendor if found else None) == vendor


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1><hr>nginx</body></html>"),
        (503, "<html><head><title>503 Service Temporarily Unavailable</title></head><body>nginx</body></html>"),
        (500, "<h1>Internal Server Error</h1>"),
        (502, "<html><title>Bad gateway | 502</title><div id=cf-error-details>Error 502. Ray ID: 1 Cloudflare</div>"),
        (429, "<h1>Too Many Requests</h1>"),
        (429, "error code: 1015"),
        (404, "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"),
        (410, "<h1>Down for maintenance</h1>"),
        (301, "<title>Log in</title><input type=password>"),
        (200, ""),
    ],
)
def test_a_bare_status_stays_what_it_is(status: int, body: str) -> None:
    assert recognise(status, (), body) is None


def test_an_article_outweighs_every_mark_on_its_page() -> None:
    assert recognise(200, (), f"<html>{CHALLENGE_MARKUP}</html>") is not None
    assert recognise(200, (), f"<html>{CHALLENGE_MARKUP}<h1>Harvest</h1>{STORY}</html>") is None
    two_paragraphs = STORY[: STORY.index("<p>On day 2")]
    assert recognise(200, (), f"<html>{CHALLENGE_MARKUP}<h1>Harvest</h1>{two_paragraphs}</html>") is None


def test_an_error_status_outweighs_prose() -> None:
    page = f"<html><title>Just a moment...</title><script>window._cf_chl_opt={{}}</script>{STORY[:900]}</html>"
    found = recognise(403, (), page)
    assert found is not None
    assert found.vendor == "Cloudflare"


@pytest.mark.parametrize("content_type", ["image/png", "application/pdf", "video/mp4"])
def test_what_is_no_text_is_not_read(content_type: str) -> None:
    assert recognise(403, [("Content-Type", content_type)], "error code: 1020") is None


def test_outcome_and_detail_follow_from_the_reason() -> None:
    assert Recognised(Reason.CHALLENGE, "block page", "F5").outcome is Outcome.BLOCKED
    assert Recognised(Reason.MAINTENANCE, "title “maintenance”").outcome is Outcome.FAILED
    assert Recognised(Reason.CHALLENGE, "block page", "F5").detail == "F5: block page"
    assert Recognised(Reason.SOFT_404, "title “404”").detail == "title “404”"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("https://consent.example.org/?r=1", Reason.CONSENT_WALL),
        ("https://consent.google.com/m?continue=x", Reason.CONSENT_WALL),
        ("https://accounts.example.org/signin", Reason.LOGIN_WALL),
        ("https://example.org/login?next=%2Fa", Reason.LOGIN_WALL),
        ("https://example.org/en/signin", Reason.LOGIN_WALL),
        ("https://example.org/users/sign_in", None),
        ("https://example.org/subscribe?offer=1", Reason.PAYWALL),
        ("https://abo.example.org/", Reason.PAYWALL),
        ("https://geo.captcha-delivery.com/captcha/", Reason.CHALLENGE),
        ("https://example.org/.well-known/sgcaptcha/?r=1", Reason.CHALLENGE),
        ("https://example.org/geoblock", Reason.GEO_BLOCKED),
        ("https://example.org/404", Reason.SOFT_404),
        ("https://example.org/", None),
        ("https://www.example.org/a", None),
        ("https://example.org/a/", None),
        ("https://example.org/2026/11/the-login-that-failed-everyone", None),
        ("https://example.org/register/voters-register-in-record-numbers", None),
        ("https://example.org/subscribe/news/12345", None),
        ("https://consent/", None),
        ("https://[bad/", None),
    ],
)
def test_redirects(target: str, reason: Reason | None) -> None:
    found = recognise_redirect("https://example.org/a", target)
    assert (found.reason if found else None) == reason


def test_a_redirect_within_a_section_of_that_name_is_none() -> None:
    assert recognise_redirect("https://example.org/login/news", "https://example.org/login/") is None
    assert recognise_redirect("https://id.example.org/a", "https://id.example.org/b") is None


def test_runs_are_split_at_blocks_and_know_their_links() -> None:
    view = read_view(
        b"<title>A &amp; B | Site</title><style>p{}</style><p>One <b>bold</b> <a href=/x>link</a>.</p>"
        b"<!-- <p>no</p> --><script>'<p>no</p>'</script><noscript>Say <b>so</b></noscript><h1>Head</h1>last<",
        "text/html",
    )
    assert view is not None
    assert [(run.tag, run.text) for run in view.runs] == [
        (b"p", "One bold link."),
        (b"h1", "Head"),
        (b"body", "last"),
    ]
    assert view.runs[0].linked == 4
    assert (view.title, view.titles, view.noscript) == ("A & B | Site", ("a b site", "a b", "site", "head"), "say so")


def test_a_page_is_read_no_further_than_to_enough_prose() -> None:
    sentence = b"<p>The council of Marrow Bay voted on Tuesday to rebuild the sea wall before the winter storms.</p>"
    page = b"<script>'<p>'</script>" + 3 * sentence
    assert read_view(page, "text/html", 30) is None
    view = read_view(page, "text/html", 200)
    assert view is not None
    assert view.prose == 3 * 17


def test_markup_cut_by_a_script_is_one_text_with_spaces_between() -> None:
    view = read_view(b"<p>One<script>x</script>two<i title='<script>y</script>'>three</i></p>", "text/html")
    assert view is not None
    assert [run.text for run in view.runs] == ["One twothree"]


def test_phrases_are_folded_and_say_something() -> None:
    for reason, phrases in SENTENCES.items():
        for phrase in phrases:
            assert len(phrase.split()) > 1, (reason, phrase)
    assert all(TITLES.values())


MARKS = st.sampled_from((
    "<", ">", "<p", "<p ", "</p>", "<!--", "-->", "<script", "</script", "<title>", "<a ", "<noscript>", "url=", '"',
    "'", "<meta http-equiv=refresh content='0;", "=", " ", "\0", "İ", "ß", "&amp;", "&#x110000;", "captcha", "cookie",
    "{", "x",
))  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.integers(100, 599), st.lists(MARKS, max_size=60).map("".join), st.text(max_size=20))
def test_nothing_breaks_it(status: int, body: str, url: str) -> None:
    as_text = recognise(status, (), body, url, url)
    as_bytes = recognise(status, (), body.encode("utf-8", "replace"), url, url)
    assert as_text == as_bytes


@given(st.binary(max_size=300), st.binary(max_size=30))
def test_bytes_of_any_kind_are_read(body: bytes, charset: bytes) -> None:
    recognise(200, [("Content-Type", f"text/html; charset={charset.decode('latin-1')}")], body)


PIECES = (
    "<", "</", "<p", "<p>", "<p " + "x" * 300, "<!--", "<script", "<title", "<a ", "<meta ",
    "<meta http-equiv=refresh ", "<div id=root ", "<body ",
    ">" + " " * 90, "<noscript>x</noscript>", '"articleBody":"', "&amp;",
    "captcha ", "=" * 50,
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_repetition_does_not_hold_it_up(piece: str) -> None:
    """No measure of speed: on a page of this size a pattern that runs away would not come back at all."""
    body = (piece * (300_000 // len(piece))).encode()
    recognise(200, (), body, "https://example.org/a", "https://example.org/a")


def test_a_page_beyond_all_walls_is_not_read() -> None:
    assert recognise(200, (), b"<title>Just a moment...</title><script>window._cf_chl_opt</script>") is not None
    assert recognise(200, (), b"<script>window._cf_chl_opt</script>" + b" " * MOST_BYTES) is None
