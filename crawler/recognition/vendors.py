"""What products leave in the markup of the pages that they send in place of a page.

Only what is not on ordinary pages. Cloudflare's `/cdn-cgi/challenge-platform/scripts/jsd/main.js`, Imperva's
`/_Incapsula_Resource?SWJIYLWA=`, Akamai's `/akam/13/`, DataDome's `tags.js`, HUMAN's `_pxAppId` and reCAPTCHA's
`api.js` are on ordinary pages of their customers, and are no signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from crawler.reasons import Reason


@dataclass(frozen=True)
class VendorSign:
    """Literals in lower case. `any_of` are looked for in the markup, and one must be there.

    `also`: one of these as well, in markup or visible text (folded). `title`: the title or a heading starts so
    (folded). `most_words`: with more visible words the page is something else.
    """

    vendor: str
    name: str
    any_of: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    most_words: int = 250
    reason: Reason = Reason.CHALLENGE
    origin: str = ""

    @cached_property
    def marks(self) -> tuple[bytes, ...]:
        return tuple(mark.encode() for mark in self.any_of)


_GEO = Reason.GEO_BLOCKED

VENDOR_SIGNS = (
    # A country is named by the products before their general block page is.
    VendorSign(
        "Cloudflare",
        "error 1009",
        ("error 1009", "error code: 1009", ">1009<"),
        ("cloudflare", "error code"),
        reason=_GEO,
        origin="developers.cloudflare.com, 1xxx errors: 1009 is a ban of the country",
    ),
    VendorSign(
        "CloudFront",
        "country restriction",
        ("configured to block access from your country",),
        reason=_GEO,
        origin="docs.aws.amazon.com/cloudfront, geographic restrictions: 403",
    ),
    VendorSign(
        "Wordfence",
        "country blocking",
        ("access from your area has been temporarily limited",),
        reason=_GEO,
        origin="wordfence.com/help, country blocking",
    ),
    VendorSign(
        "Cloudflare",
        "challenge options",
        (
            "_cf_chl_opt",
            "cf_chl_prog",
            "jschl-answer",
            "/orchestrate/chl_page",
            "/orchestrate/jsch",
            "cf-browser-verification",
        ),
        origin="scripts of the challenge page itself",
    ),
    VendorSign(
        "Cloudflare",
        "challenge title",
        ("cloudflare", "cdn-cgi", "cf-"),
        title=("just a moment",),
        most_words=90,
        origin="title of the challenge page in English",
    ),
    VendorSign(
        "Cloudflare",
        "block page",
        ("cf-error-details", "cf-wrapper", "cloudflare"),
        title=("attention required cloudflare", "sorry you have been blocked"),
        origin="block page of the WAF",
    ),
    VendorSign(
        "Cloudflare",
        "access denied (10xx)",
        (
            "error 1020",
            "error code: 1020",
            "error 1005",
            "error code: 1005",
            "error 1006",
            "error code: 1006",
            "error 1007",
            "error code: 1007",
            "error 1008",
            "error code: 1008",
            "error 1010",
            "error code: 1010",
            "error 1012",
            "error code: 1012",
        ),
        ("cloudflare", "error code"),
        origin="developers.cloudflare.com, 1xxx errors; plain text for clients that are no browsers",
    ),
    VendorSign(
        "Akamai",
        "challenge",
        (
            "/_sec/cp_challenge/",
            "sec-if-cpt-container",
            "sec-cp-challenge",
            "bm-verify=",
            "/_sec/verify?provider=interstitial",
        ),
        origin="write-ups of Bot Manager's sec-cpt and interstitial",
    ),
    VendorSign(
        "Akamai",
        "access denied",
        ("errors.edgesuite.net", "reference&#32;&#35;", "reference #"),
        ("you don't have permission to access", "you don&#39;t have permission to access", "edgesuite"),
        title=("access denied",),
        most_words=80,
        origin="deny page of the edge: Reference #18.…",
    ),
    VendorSign(
        "DataDome",
        "challenge",
        (
            "geo.captcha-delivery.com",
            "ct.captcha-delivery.com",
            "captcha-delivery.com/c.js",
            "captcha-delivery.com/i.js",
            "interstitial.captcha-delivery.com",
        ),
        most_words=60,
        origin="docs.datadome.co: scripts of the response page",
    ),
    VendorSign(
        "HUMAN (PerimeterX)",
        "press and hold",
        ("px-captcha",),
        ("_pxappid", "px-cdn.net", "perimeterx", "/captcha/", "press hold"),
        origin="block page examples in PerimeterX's enforcers",
    ),
    VendorSign(
        "Imperva",
        "incident page",
        ("_incapsula_resource",),
        ("incapsula incident id", "incident_id=", "cwudnsai=", "xinfo="),
        most_words=120,
        origin="iframe of the block page",
    ),
    VendorSign("Imperva", "script page", ("_incapsula_resource",), most_words=8, origin="page with the script alone"),
    VendorSign("Imperva", "interruption page", title=("pardon our interruption",), origin="title of the bot page"),
    VendorSign(
        "AWS WAF",
        "challenge",
        ("window.gokuprops", "awswafcookiedomainlist"),
        most_words=60,
        origin="docs.aws.amazon.com/waf: interstitial of CAPTCHA and Challenge",
    ),
    VendorSign(
        "CloudFront",
        "request blocked",
        ("generated by cloudfront",),
        ("request blocked",),
        most_words=120,
        origin="error page of CloudFront where the WAF blocks",
    ),
    VendorSign("Sucuri", "script page", ("sucuri_cloudproxy_js",), most_words=60, origin="script of the browser check"),
    VendorSign(
        "Sucuri",
        "block page",
        ("sucuri",),
        title=("sucuri website firewall", "access denied sucuri"),
        origin="title of the block page",
    ),
    VendorSign(
        "DDoS-Guard",
        "challenge",
        ("check.ddos-guard.net", "/.well-known/ddos-guard/", "ddg-captcha"),
        most_words=120,
        origin="script of the check",
    ),
    VendorSign("DDoS-Guard", "challenge title", title=("ddos guard",), most_words=120, origin="title of the check"),
    VendorSign(
        "Kasada", "challenge", ("window.kpsdk",), ("/ips.js",), most_words=12, origin="write-ups: page with the script"
    ),
    VendorSign(
        "Google",
        "unusual traffic",
        ("/sorry/index", "g-recaptcha", "captcha-form"),
        ("detected unusual traffic from your computer network",),
        origin="the page that /sorry/ serves",
    ),
    VendorSign(
        "StackPath",
        "block page",
        ("stackpath",),
        ("you have been blocked", "security service for protection", "protect itself from online attacks"),
        origin="public collections of refusal pages",
    ),
    VendorSign(
        "Wordfence",
        "block page",
        ("wordfence",),
        (
            "access to this site has been limited",
            "generated by wordfence",
            "access to this service has been limited",
            "potentially unsafe operation",
        ),
        most_words=400,
        origin="wordfence.com/help, blocking: 503 and 403",
    ),
    VendorSign(
        "Google Project Shield",
        "script page",
        ("ddos-shield.appspot.com",),
        ("document.cookie",),
        most_words=60,
        origin="script sets the cookie STC and loads again with sckattempt=1; status 200",
    ),
    VendorSign(
        "ArvanCloud", "challenge", ("__arcsjs",), most_words=60, origin="script sets __arcsjs and reloads; status 200"
    ),
    VendorSign(
        "ArvanCloud",
        "challenge title",
        title=("transferring to the website",),
        most_words=60,
        origin="title of the same page",
    ),
    VendorSign(
        "QRATOR", "challenge", ("/__qrator/qauth",), most_words=120, origin="script of the check; 401, 403 or 200"
    ),
    VendorSign(
        "F5",
        "request rejected",
        ("requested url was rejected",),
        ("support id", "consult with your administrator"),
        most_words=100,
        origin="default blocking page of BIG-IP ASM; status 200",
    ),
    VendorSign(
        "F5",
        "challenge",
        ('window["bobcmn"]', "/tspd/"),
        ("enable javascript to view the page content",),
        origin="bot defence; its script is on ordinary pages too, but not with this noscript",
    ),
    VendorSign("F5", "script page", ('window["bobcmn"]',), most_words=8, origin="page with the script alone"),
    VendorSign(
        "Fortinet",
        "block page",
        ("fortiguard intrusion prevention", "fgd_icon", "globalurl.fortinet.net"),
        origin="replacement messages of FortiGate and FortiWeb",
    ),
    VendorSign("Fortinet", "attack id", ("attack id:",), title=("web page blocked",), origin="FortiWeb's block page"),
    VendorSign(
        "Anubis",
        "proof of work",
        ("/.within.website/x/cmd/anubis/", 'id="anubis_challenge"'),
        origin="anubis.techaro.lol: status 200 by default",
    ),
    VendorSign(
        "Bunny", "proof of work", ("/.bunny-shield/",), most_words=120, origin="assets of Bunny Shield's challenge"
    ),
    VendorSign(
        "Vercel", "checkpoint", title=("vercel security checkpoint",), origin="title of the challenge; 429 or 403"
    ),
    VendorSign(
        "SiteGround",
        "captcha",
        ("/.well-known/sgcaptcha/", "/.well-known/captcha/"),
        most_words=60,
        origin="meta refresh to the captcha; status 202",
    ),
    VendorSign(
        "Alibaba Cloud",
        "challenge",
        ("acw_sc__v2", "aliyun_waf_aa", "_____tmd_____/punish"),
        most_words=60,
        origin="script computes the cookie acw_sc__v2 from arg1",
    ),
    VendorSign(
        "Yandex",
        "SmartCaptcha",
        ("smartcaptcha", "/showcaptcha", "checkcaptcha"),
        title=("вы не робот", "are you not a robot", "ой", "oops"),
        origin="page of /showcaptcha",
    ),
    VendorSign(
        "Radware",
        "bot manager",
        ("validate.perfdrive.com", "captcha.perfdrive.com"),
        ("radware", "shieldsquare", "captcha"),
        most_words=150,
        origin="pages of Radware Bot Manager",
    ),
    VendorSign(
        "Imunify360",
        "challenge",
        ("imunify360", "/.imunify", "wsidchk"),
        ("request is being verified", "captcha", "one moment please", "bot protection"),
        most_words=120,
        origin="page 'One moment, please...' of shared hosts",
    ),
    VendorSign("LiteSpeed", "reCAPTCHA", ("/.lsrecap/",), most_words=120, origin="docs.litespeedtech.com, reCAPTCHA"),
    VendorSign("Reblaze", "challenge", ("window.rbzns", "rbzid="), most_words=60, origin="script page with 247 or 200"),
    VendorSign(
        "ModSecurity", "not acceptable", ("generated by mod_security",), most_words=80, origin="default page with 406"
    ),
    VendorSign(
        "NinjaFirewall", "block page", ("ninjafirewall",), ("forbidden",), most_words=80, origin="default page with 403"
    ),
    VendorSign(
        "Azure Front Door",
        "block page",
        ("azure waf", "azurewaf", "x-azure-ref", "the request is blocked."),
        most_words=20,
        origin="default 403 body of the WAF",
    ),
)
