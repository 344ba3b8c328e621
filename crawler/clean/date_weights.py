"""How much each trait of a claim on a page's date weighs, in log-odds against the page's other claims.

Fitted as a choice between the claims of a page, on 1270 pages with a known day: news sites in many languages, blogs, offices
and shops; towards the values that one would guess, so that rare traits keep those. Evidence in favour was not allowed to
weigh against, nor the other way round. Sites that were left out of the fit had the right day on 98.5 % of news pages, 92 % of
mixed pages, 88 % of guides and shops (most of whose known days are days of revision).
"""

WEIGHTS: dict[str, float] = {
    "with-shown": 1.13, "meta": 1.06, "ld-page": 1.03, "labelled": 1.03, "microdata": 0.88, "ld": 0.83,
    "with-feed": 0.8, "feed": 0.8, "first-shown": 0.74, "before-body": 0.67, "with-both": 0.62, "with-url": 0.52,
    "with-url-month": 0.52, "url": 0.46, "under-2": 0.41, "meta-odd": 0.39, "time": 0.38, "clock": 0.33,
    "over-body": 0.33, "meta-date": 0.27, "title": 0.26, "with-stated": 0.24, "under-1": 0.23, "url-odd": 0.2,
    "over-1": 0.18, "bare": 0.17, "date-role": 0.15, "line": 0.09, "with-changed": 0.08, "short": 0.03,
    "byline-role": -0.03, "ld-created": -0.06, "at-headline": -0.06, "newer-shown": -0.08, "FAR": -0.08,
    "in-body-first": -0.1, "long": -0.11, "no-headline": -0.2, "updated": -0.21, "off-body": -0.24, "over-2": -0.26,
    "ago": -0.3, "footer": -0.34, "under-4": -0.37, "older-shown": -0.39, "maybe-elsewhere": -0.4,
    "against-url": -0.48, "against-feed": -0.5, "script": -0.53, "linked": -0.7, "against-stated": -0.72,
    "script-created": -0.8, "far": -0.89, "after-body": -0.9, "listed": -0.91, "against-shown": -0.98,
    "elsewhere": -0.99, "meta-many": -1, "ld-modified": -1, "against-url-month": -1.02, "meta-modified": -1.03,
    "of-other": -1.04, "in-body": -2.23,
}  # fmt: skip
