from __future__ import annotations

from crawler.load import load_batch
from crawler.manifests import RunKind
from crawler.progress import no_progress
from crawler.reasons import Outcome, Reason
from tests.load.builders import Batch


def test_each_url_gets_its_outcome(settings, query):
    batch = Batch(known=4)
    batch.visit()
    batch.article("a", "First text.")
    batch.reject("b")
    batch.fetch("c", Outcome.FAILED, Reason.NOT_FOUND)
    batch.fetch("d", Outcome.BLOCKED, Reason.FORBIDDEN, evidence=True)
    batch.fetch("e", Outcome.PENDING, Reason.PAGE_LIMIT)
    report = load_batch(settings, batch.write(settings.runs_dir), no_progress)
    counts = report.sources["alpha"]
    assert counts.discovered == 5
    assert counts.known == 4
    assert counts.captured == 3
    assert counts.reasons == {
        "stored:new": 1,
        "rejected:no_text": 1,
        "failed:not_found": 1,
        "blocked:forbidden": 1,
        "pending:page_limit": 1,
    }
    assert query("select title, text, version_number from news.article") == [("Title of a", "First text.", 1)]


DETAILS = "kind, publisher, published_zone, modified_zone, image_caption, parts, links, confidences"
DETAILED = {
    "kind": "live_blog",
    "publisher": "Marrow Bay Courier",
    "published_at": "2024-05-01T09:00:00+03:00",
    "published_precision": "minute",
    "published_zone": "+03:00",
    "modified_at": "2024-05-01T12:00:00+02:00",
    "modified_precision": "minute",
    "modified_zone": "+02:00",
    "image_caption": "The quay after the storm",
    "parts": [{"kind": "paragraph", "start": 0, "end": 11}],
    "links": [{"url": "https://alpha.example/b", "text": "Before", "is_in_text": True}],
    "confidences": {"title": 0.98},
}


def test_details_are_in_the_article_and_its_version(settings, query):
    batch = Batch()
    batch.article("a", "First text.", fields=DETAILED)
    batch.article("b", "Other text.")
    load_batch(settings, batch.write(settings.runs_dir), no_progress)
    told = tuple(DETAILED[name] for name in DETAILS.split(", "))
    plain = ("article", None, None, None, None, [], [], {})
    for table in ("article", "article_version"):
        assert query(f"select {DETAILS} from news.{table} order by url") == [told, plain]


def test_details_that_are_read_anew_replace_the_old_ones(settings, query):
    first = Batch()
    article = first.article("a", "First text.", extractor="1")
    load_batch(settings, first.write(settings.runs_dir), no_progress)
    second = Batch(batch_id="b2", kind=RunKind.REPROCESS)
    second.article("a", "First text.", extractor="2", fields=DETAILED, capture=article.capture)
    load_batch(settings, second.write(settings.runs_dir), no_progress)
    assert query(f"select {DETAILS} from news.article") == [tuple(DETAILED[name] for name in DETAILS.split(", "))]
