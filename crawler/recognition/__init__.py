"""Tells what came in the place of a page: a challenge, a wall, a notice, an empty shell.

    recognise(status, headers, body, url, final_url) -> Recognised | None
    recognise_redirect(url, target) -> Recognised | None

Pure and bounded: no parser, no pattern that can run away, and a look at the running prose before anything else, so
that an ordinary article costs some microseconds. The rule against false alarms: **a page that holds an article is an
article**, whatever scripts, banners and links stand around it, and whatever it is about. Doubt keeps the page.

The signs are tables, each with where its fact is from: `headers`, `vendors` (markup of products), `phrases` (what
such pages say, in nine languages), `redirects` (where walls live). `judging` holds the rules that weigh them.
"""

from crawler.recognition.headers import TELLING_HEADERS
from crawler.recognition.judging import recognise
from crawler.recognition.page import is_plainly_article
from crawler.recognition.redirects import recognise_redirect
from crawler.recognition.result import Recognised

__all__ = ["TELLING_HEADERS", "Recognised", "is_plainly_article", "recognise", "recognise_redirect"]
