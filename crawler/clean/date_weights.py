"""How much each trait of a claim on a page's date weighs, in log-odds against the page's other claims.

Fitted as a choice between the claims of a page, on 1270 pages with a known day (news sites in many languages, blogs,
offices, shops), and again on the same pages without their heads; towards the values that one would guess, so that rare
traits keep those. Evidence in favour was not allowed to weigh against, nor the other way round. On sites that were left
out of the fit, the day was right on 98.5 % of news pages, 92.5 % of mixed pages, 88 % of guides and shops (many of whose
known days are those of the last revision), and, without the heads, wherever a page shows its date, on 98 %.
"""

WEIGHTS: dict[str, float] = {
    "labelled": 1.42, "with-shown": 1.11, "meta": 1.01, "ld-page": 1.01, "microdata": 0.97, "before-body": 0.97,
    "with-feed": 0.8, "feed": 0.8, "ld": 0.78, "first-shown": 0.66, "with-both": 0.63, "under-1": 0.61,
    "with-url-month": 0.54, "clock": 0.54, "time": 0.52, "with-url": 0.48, "meta-odd": 0.4, "title": 0.38,
    "over-body": 0.37, "url": 0.36, "date-role": 0.35, "under-2": 0.33, "meta-date": 0.31, "bare": 0.23,
    "url-odd": 0.2, "opens": 0.17, "byline-role": 0.11, "with-stated": 0.06, "short": 0.05, "over-1": 0.04,
    "at-headline": -0.05, "ld-created": -0.06, "line": -0.11, "far-pass": -0.15, "no-headline": -0.2,
    "under-3": -0.22, "newer-shown": -0.27, "ago": -0.3, "over-2": -0.31, "updated": -0.32, "footer": -0.33,
    "against-url": -0.34, "off-body": -0.36, "older-shown": -0.38, "long": -0.39, "under-4": -0.41,
    "against-feed": -0.5, "script": -0.52, "in-body-first": -0.53, "linked": -0.64, "maybe-elsewhere": -0.72,
    "against-stated": -0.75, "after-body": -0.77, "script-created": -0.8, "far": -0.84, "against-shown": -0.87,
    "elsewhere": -0.91, "meta-many": -1, "ld-modified": -1, "meta-modified": -1.03, "against-url-month": -1.04,
    "of-other": -1.16, "listed": -1.28, "today": -1.5, "in-body": -1.65,
}  # fmt: skip
