"""Where walls live: hosts and paths to which a site sends those who may not read yet."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.reasons import Reason
from crawler.recognition.result import Recognised

# First labels of hosts, in full: `consent.example.org`, not `consentful.example.org`.
_HOST_LABELS: dict[str, Reason] = {
    **dict.fromkeys(
        ("consent", "consents", "cmp", "privacygate", "myprivacy", "privacy-gate", "cookiewall"), Reason.CONSENT_WALL
    ),
    **dict.fromkeys(
        ("login", "signin", "sso", "auth", "accounts", "account", "id", "idp", "identity", "myaccount"),
        Reason.LOGIN_WALL,
    ),
    **dict.fromkeys(
        ("subscribe", "subscription", "subscriptions", "abo", "abonnement", "abonnements", "paywall"), Reason.PAYWALL
    ),
    **dict.fromkeys(("captcha", "challenge", "validate"), Reason.CHALLENGE),
}
# Hosts that serve nothing else, whatever the path.
_HOSTS: tuple[tuple[str, Reason, str], ...] = (
    ("consent.google.com", Reason.CONSENT_WALL, "Google"),
    ("consent.yahoo.com", Reason.CONSENT_WALL, "Yahoo"),
    ("guce.yahoo.com", Reason.CONSENT_WALL, "Yahoo"),
    ("myprivacy.dpgmedia.be", Reason.CONSENT_WALL, "DPG Media"),
    ("myprivacy.dpgmedia.nl", Reason.CONSENT_WALL, "DPG Media"),
    ("geo.captcha-delivery.com", Reason.CHALLENGE, "DataDome"),
    ("validate.perfdrive.com", Reason.CHALLENGE, "Radware"),
)
# Whole segments of a path, the first two looked at.
_SEGMENTS: dict[str, Reason] = {
    **dict.fromkeys(
        ("consent", "cookiewall", "cookie-wall", "cookie-consent", "privacy-gate", "privacywall", "gdpr-consent"),
        Reason.CONSENT_WALL,
    ),
    **dict.fromkeys(
        (
            "login",
            "log-in",
            "signin",
            "sign-in",
            "logon",
            "sso",
            "register",
            "registration",
            "signup",
            "sign-up",
            "oauth",
            "authorize",
            "giris",
            "uye-girisi",
            "connexion",
            "anmelden",
            "iniciar-sesion",
            "login.php",
            "login.aspx",
            "login.html",
            "wp-login.php",
            "users/sign_in",
        ),
        Reason.LOGIN_WALL,
    ),
    **dict.fromkeys(
        (
            "subscribe",
            "subscription",
            "subscriptions",
            "paywall",
            "abo",
            "abonnement",
            "abonnieren",
            "abonnez-vous",
            "suscripcion",
            "suscribete",
        ),
        Reason.PAYWALL,
    ),
    **dict.fromkeys(("captcha", "challenge", "sgcaptcha", "showcaptcha", "blocked", "sorry"), Reason.CHALLENGE),
    **dict.fromkeys(
        (
            "geoblock",
            "geo-block",
            "geoblocked",
            "not-available-in-your-country",
            "451",
            "country-restriction",
            "eu-block",
            "gdpr-block",
        ),
        Reason.GEO_BLOCKED,
    ),
    **dict.fromkeys(("maintenance", "maintenance.html", "under-maintenance", "coming-soon"), Reason.MAINTENANCE),
    **dict.fromkeys(
        (
            "404",
            "404.html",
            "404.php",
            "404.aspx",
            "not-found",
            "notfound",
            "page-not-found",
            "error-404",
            "sayfa-bulunamadi",
        ),
        Reason.SOFT_404,
    ),
}
_PRODUCTS = {"cdn-cgi": "Cloudflare", "sgcaptcha": "SiteGround", "_incapsula_resource": "Imperva", "sorry": "Google"}
_ARTICLE_LIKE = re.compile(r"[^-]+-[^-]+-[^-]+-|\d{5}")
"""A slug of four words or a long number: a story that is filed under `/register/…` stays a story."""


def recognise_redirect(url: str, target: str) -> Recognised | None:
    """What a redirect from `url` leads to, if its host or path says so. Both must be absolute."""
    try:
        start, end = urlsplit(url), urlsplit(target)
        host, from_host = (end.hostname or "").lower(), (start.hostname or "").lower()
    except ValueError:
        return None
    for known, reason, vendor in _HOSTS:
        if host == known or host.endswith("." + known):
            return Recognised(reason, f"redirects to {host}", vendor)
    label = host.partition(".")[0]
    if host != from_host and host.count(".") >= 2 and label in _HOST_LABELS:
        return Recognised(_HOST_LABELS[label], f"redirects to {host}")
    segments = [segment.lower() for segment in end.path.split("/") if segment]
    own = {segment.lower() for segment in start.path.split("/") if segment}
    if any(_ARTICLE_LIKE.search(segment) for segment in segments if segment not in _SEGMENTS):
        return None
    for segment in (*segments[:2], *segments[-1:]):
        if segment in _SEGMENTS and segment not in own:
            vendor_name = next((_PRODUCTS[part] for part in segments if part in _PRODUCTS), None)
            return Recognised(_SEGMENTS[segment], f"redirects to {host}/{'/'.join(segments)[:80]}", vendor_name)
    return None
