"""Query parameters that do not choose the article.

Tracking parameters are facts that the services which set them document (Google Ads, Meta, Matomo, AT Internet, HubSpot,
Mailchimp, Marketo, Adobe, Webtrekk), and that browsers strip. Left out of them is what some site uses to choose an
article: `ref`, `source`, `id`, `from`.
"""

from __future__ import annotations

import re

# Where a reader came from. None is known to choose the article on any site. In lowercase.
TRACKING_PARAMETERS = frozenset(
    {
        # Search engines and advertisement networks
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "gad_source",
        "gad_campaignid",
        "srsltid",
        "msclkid",
        "yclid",
        "ysclid",
        "_openstat",
        "irclickid",
        "ef_id",
        "s_kwcid",
        # Social networks
        "fbclid",
        "fb_action_ids",
        "fb_action_types",
        "fb_source",
        "fb_ref",
        "mibextid",
        "__tn__",
        "igshid",
        "igsh",
        "twclid",
        "__twitter_impression",
        "ttclid",
        "li_fat_id",
        "rdt_cid",
        "epik",
        # Newsletters
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "__hssc",
        "__hstc",
        "__hsfp",
        "hsctatracking",
        "vero_id",
        "vero_conv",
        "oly_enc_id",
        "oly_anon_id",
        "ml_subscriber",
        "ml_subscriber_hash",
        "_bta_tid",
        "_bta_c",
        "__s",
        "wickedid",
        # Measuring
        "_ga",
        "_gl",
        "ga_source",
        "ga_medium",
        "ga_term",
        "ga_content",
        "ga_campaign",
        "_branch_match_id",
        "_branch_referrer",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "xtor",
        "at_medium",
        "at_campaign",
        "at_link_id",
        "at_link_origin",
        "at_link_type",
        "at_ptr_name",
        "at_format",
        "at_bbc_team",
        "cmpid",
        "ocid",
        "ncid",
        "s_cid",
        "wt_mc",
        "wt_zmc",
        "wt.mc_id",
        "ns_mchannel",
        "ns_source",
        "ns_campaign",
        "ns_linkname",
        "ns_fee",
    }
)
TRACKING_PREFIXES = ("utm_", "pk_", "piwik_", "matomo_", "mtm_", "hsa_", "at_custom", "__cf_chl_")

# Marks of variants: parameter and the values with which it says nothing else. In lowercase.
_YES = frozenset({"", "1", "true", "yes", "y"})
AMP_PARAMETERS = {
    "amp": _YES | {"amp"},
    "outputtype": frozenset({"amp"}),
    # What the viewer of a search engine adds.
    "amp_js_v": frozenset({"0.1", "a1", "a2", "a3", "a6", "a9"}),
    "amp_gsa": frozenset({"1"}),
}
PRINT_PARAMETERS = {
    "print": _YES,
    "printable": _YES,
    "printerfriendly": _YES,
    "printer_friendly": _YES,
    "printversion": _YES,
    "view": frozenset({"print"}),
    "format": frozenset({"print"}),
    "mode": frozenset({"print"}),
}
MOBILE_PARAMETERS = {
    # `m=1` of Blogger; elsewhere it may be the month of an archive.
    "m": frozenset({"1"}),
    "mobile": _YES,
}

_SESSION_PARAMETERS = frozenset({"phpsessid", "jsessionid", "aspsessionid", "asp.net_sessionid"})
_SESSION_PREFIXES = ("aspsessionid",)
# These may as well be a story's or a section's number, or its hash: only a value as long as PHP's session ids counts.
_LIKELY_SESSION_PARAMETERS = frozenset({"sid", "sessionid", "session_id", "sessid", "session", "oscsid", "zenid"})
_SESSION_TOKEN = re.compile(r"^(?=.*[a-z])(?=.*\d)[a-z0-9,]{26,}$", re.IGNORECASE)
COLD_FUSION_SESSION = frozenset({"cfid", "cftoken"})
"""A session only where both are there."""


def is_tracking(name: str) -> bool:
    """Whether a parameter, named in lowercase, says where a reader came from."""
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)


def is_session(name: str, value: str) -> bool:
    """Whether a parameter, named in lowercase, holds a reader's session."""
    if name in _SESSION_PARAMETERS or name.startswith(_SESSION_PREFIXES):
        return True
    return name in _LIKELY_SESSION_PARAMETERS and _SESSION_TOKEN.match(value) is not None
