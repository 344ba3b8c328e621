"""How much each trait of a claim on a page's date weighs, in log-odds against the page's other claims.

Fitted by training/fit_date_weights.py as a choice between the claims of a page, on 1270 pages with a known day (news in
many languages, blogs, offices, shops), and again on the same pages without their heads; towards the values that one
would guess, so that rare traits keep those. On sites that were left out of the fit, the day was right on 98.6 % of 138
news pages, 93 % of 473 mixed pages, 88 % of 659 guides and shops (many of whose known days are those of the last
revision), and, without the heads, on 82 % of all, which is 98 % of those that show their date.
"""

WEIGHTS: dict[str, float] = {
    "labelled": 1.44, "with-shown": 1.12, "meta": 1.0, "ld-page": 1.0, "microdata": 0.98, "before-body": 0.89,
    "feed": 0.8, "with-feed": 0.8, "ld": 0.77, "with-both": 0.63, "under-1": 0.63, "first-shown": 0.56, "clock": 0.55,
    "with-url-month": 0.53, "time": 0.52, "with-url": 0.48, "meta-odd": 0.4, "title": 0.39, "url": 0.36,
    "under-2": 0.33, "date-role": 0.33, "meta-date": 0.31, "bare": 0.24, "url-odd": 0.2, "opens": 0.19,
    "byline-role": 0.14, "over-body": 0.13, "over-1": 0.09, "short": 0.06, "with-stated": 0.05, "at-headline": -0.03,
    "ld-created": -0.06, "line": -0.1, "off-body": -0.12, "far-pass": -0.16, "no-headline": -0.2, "under-3": -0.22,
    "over-2": -0.28, "ago": -0.3, "footer": -0.33, "older-shown": -0.33, "updated": -0.34, "against-url": -0.34,
    "newer-shown": -0.34, "long": -0.41, "under-4": -0.46, "against-feed": -0.5, "script": -0.52,
    "in-body-first": -0.55, "after-body": -0.64, "linked": -0.65, "maybe-elsewhere": -0.72, "against-stated": -0.73,
    "script-created": -0.8, "far": -0.88, "elsewhere": -0.91, "against-shown": -0.91, "meta-many": -1.0,
    "ld-modified": -1.0, "meta-modified": -1.03, "against-url-month": -1.03, "of-other": -1.14, "listed": -1.3,
    "today": -1.5, "in-body": -1.63,
}  # fmt: skip
