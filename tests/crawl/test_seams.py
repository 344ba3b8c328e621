"""Where parts of the crawl meet that were made apart: web archives, large bodies, browsers, tries that were cut off."""

from __future__ import annotations

from typing import Any

from crawler.manifests import Memento, MementoEnd, RunKind
from crawler.runs import MEMENTO_ENDS_FILE, MEMENTOS_FILE, read_records, write_records
from crawler.urls import url_key

STAMP = "20190305120000"


def replayed(answer: Any, body: str = "<h1>Story</h1>", status: int = 200) -> Any:
    """A capture as a web archive serves it."""
    headers = {"Content-Type": "text/html", "Memento-Datetime": "Tue, 05 Mar 2019 12:00:00 GMT"}
    return answer(body, status, headers)


def make_memento_batch(make_batch: Any, source: dict[str, Any], archive: Any, *urls: str, **fields: Any) -> Any:
    web_archive = {
        "replay_url": f"{archive.url}/web",
        "delay_seconds": 0,
        "max_seconds": 60,
        "allow_private_addresses": True,
        **fields,
    }
    batch = make_batch(source, kind=RunKind.IMPORT, web_archive=web_archive)
    mementos = [Memento(source_id="example", timestamp=STAMP, url=url) for url in urls]
    write_records(batch.folder / MEMENTOS_FILE, mementos)
    return batch


def memento_ends(batch: Any) -> dict[str, str]:
    ends = read_records(batch.folder / MEMENTO_ENDS_FILE, MementoEnd)
    return {end.url.rsplit("/", 1)[1]: f"{end.outcome}:{end.reason}" for end in ends}


def test_large_captures_of_a_web_archive_wait_for_nobody(
    site: Any, other_site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    urls = [f"{site.url}/{number}" for number in range(3)]
    for url in urls:
        other_site.pages[f"/web/{STAMP}id_/{url}"] = replayed(answer, "<h1>Story</h1>" + " " * 2_500_000)
    batch = make_memento_batch(make_batch, source_of(site), other_site, *urls, max_seconds=15)
    report = batch.crawl()
    assert report.is_complete
    assert len(batch.captures) == 3


def test_a_part_of_a_page_in_a_web_archive_is_no_capture(
    site: Any, other_site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    other_site.pages[f"/web/{STAMP}id_/{site.url}/part"] = replayed(answer, status=206)
    batch = make_memento_batch(make_batch, source_of(site), other_site, f"{site.url}/part")
    batch.crawl()
    assert batch.ends() == {"part": "failed:bad_response"}
    assert memento_ends(batch) == {"part": "failed:bad_response"}


def test_a_capture_that_leads_to_the_front_is_no_capture_of_the_page(
    site: Any, other_site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    front = f"/web/{STAMP}id_/{site.url}/"
    other_site.pages[f"/web/{STAMP}id_/{site.url}/withdrawn"] = answer(status=302, headers={"Location": front})
    other_site.pages[front] = replayed(answer, "<h1>News</h1>")
    batch = make_memento_batch(make_batch, source_of(site), other_site, f"{site.url}/withdrawn")
    batch.crawl()
    assert batch.ends() == {"withdrawn": "failed:redirect_to_home"}
    assert memento_ends(batch) == {"withdrawn": "failed:redirect_to_home"}


def test_what_a_killed_try_wrote_half_of_spoils_nothing(
    site: Any, other_site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    urls = [f"{site.url}/{name}" for name in ("one", "two")]
    for url in urls:
        other_site.pages[f"/web/{STAMP}id_/{url}"] = replayed(answer)
    batch = make_memento_batch(make_batch, source_of(site), other_site, *urls)
    ended = MementoEnd(url=urls[0], timestamp=STAMP).model_dump_json()
    (batch.folder / MEMENTO_ENDS_FILE).write_text(f"{ended}\n{ended[:20]}")
    assert batch.crawl().is_complete
    assert memento_ends(batch) == {"one": "None:None", "two": "None:None"}


def test_not_modified_is_taken_from_those_only_who_were_asked(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    site.feed()
    site.pages["/asked"] = site.pages["/unasked"] = answer(status=304)
    due = [
        {
            "source_id": "example",
            "url": f"{site.url}/{name}",
            "canonical_url": f"{site.url}/{name}",
            "url_key": url_key(f"{site.url}/{name}"),
            "etag": etag,
        }
        for name, etag in (("asked", '"v1"'), ("unasked", None))
    ]
    batch = make_batch(source_of(site), due_urls=due)
    batch.crawl()
    assert batch.ends() == {"asked": "unchanged:not_modified", "unasked": "failed:bad_response"}


def test_what_is_tried_again_keeps_no_large_body_waiting(
    site: Any, other_site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    large = "<h1>Story</h1>" + " " * 2_500_000
    busy = iter([answer(large, 503, {"Retry-After": "8"})])
    site.pages["/busy"] = lambda _: next(busy, answer("gone", 410))
    other_site.pages["/large"] = answer(large, headers={"Content-Type": "text/html"}, wait=2)
    other_site.pages["/after"] = "<h1>Story</h1>"
    site.feed("/busy")
    other_site.feed("/large", "/after")
    pace = {"delay_seconds": 0, "concurrent_requests": 1}
    batch = make_batch(source_of(site), source_of(other_site, id="other", politeness=pace))
    batch.crawl()
    assert batch.ends() == {"busy": "failed:gone"}
    assert other_site.asked_for("/after")[0].at < site.asked_for("/busy")[1].at
