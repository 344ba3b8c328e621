"""How much each trait of a claim on a page's date weighs, in log-odds against the page's other claims.

Fitted as a choice between the claims of a page, on 1270 pages with a known day: news sites in many languages, blogs,
offices and shops; towards the values that one would guess, so that rare traits keep those. Evidence in favour was not
allowed to weigh against, nor the other way round. Sites that were left out of the fit had the right day on 98.5 % of
news pages, 92 % of mixed pages, 88 % of guides and shops (many of whose known days are those of the last revision).
"""

WEIGHTS: dict[str, float] = {
    "labelled": 1.18, "with-shown": 1.06, "ld-page": 0.99, "meta": 0.93, "microdata": 0.91, "ld": 0.83,
    "with-feed": 0.8, "feed": 0.8, "before-body": 0.75, "with-both": 0.72, "first-shown": 0.6, "with-url-month": 0.57,
    "with-url": 0.47, "time": 0.47, "meta-odd": 0.4, "title": 0.39, "under-2": 0.38, "url": 0.36, "clock": 0.36,
    "meta-date": 0.34, "over-body": 0.32, "under-1": 0.25, "date-role": 0.24, "bare": 0.24, "url-odd": 0.2,
    "over-1": 0.13, "with-stated": 0.1, "with-changed": 0.07, "short": 0.05, "byline-role": 0.05, "line": 0.02,
    "ld-created": -0.06, "far-pass": -0.08, "newer-shown": -0.1, "under-3": -0.1, "in-body-first": -0.13,
    "no-headline": -0.2, "over-2": -0.22, "off-body": -0.25, "long": -0.26, "older-shown": -0.29, "under-4": -0.29,
    "ago": -0.3, "against-url": -0.34, "updated": -0.34, "footer": -0.36, "maybe-elsewhere": -0.42,
    "against-feed": -0.5, "script": -0.53, "linked": -0.62, "after-body": -0.76, "against-stated": -0.79,
    "script-created": -0.8, "far": -0.9, "against-shown": -0.91, "elsewhere": -0.94, "meta-many": -1,
    "ld-modified": -1, "meta-modified": -1.03, "against-url-month": -1.07, "of-other": -1.11, "listed": -1.16,
    "in-body": -2.12,
}  # fmt: skip
