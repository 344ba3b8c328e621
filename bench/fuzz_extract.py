"""Feed the extractor pages that nobody would write, until one breaks it. Coverage-guided, by atheris (libFuzzer).

    pip install atheris && python -m bench.fuzz_extract [--seconds 600] [--all] [--corpus FOLDER] [FILE …]

The corpus begins with the pages of the tests, of the sample site and of the hostile hosts, and grows by every page
that reaches code that none before it reached. With FILES, only those are tried. What is asked of each page is in
`check_page`. A page that fails is left in the corpus folder's parent as `crash-…`; a minimal page in its likeness,
invented, belongs into tests/clean/test_hostile.py. With --all the first failure does not end it: one page of each kind
of failure is left.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_LONGEST = 30_000
_MOST_SECONDS = 5.0
_EXPLAINED = 8
"""One page in so many is explained as well."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_FETCHED_AT = datetime(2031, 5, 4, 12, 0, tzinfo=timezone.utc)
_SITES = (
    ("https://sada.example/2031/05/04/wells-reopen-in-harun", "Asia/Damascus", ("ar", "en")),
    ("http://harun.example/?p=12", "America/New_York", ("en",)),
    ("https://xn--mgbh0fb.example/اخبار/آبار-1.html", None, ()),
    ("", "Europe/Kyiv", ("uk", "ru")),
)
_PIECES = (
    "<p>", "</p>", "<div>", "</div>", "<br>", "<br><br>", "<h1>", "<h2>", "<ul><li>", "<table><tr><td>", "<td>",
    "<blockquote>", "<pre>", "<a href='/x'>", "<a href='//['>", "</a>", "<b>", "<i>", "<time datetime='", "<time>",
    "<span itemprop=author>", "<span itemprop='name'>", "<meta property='article:published_time' content='",
    "<meta property='og:title' content='", "<meta name=author content='", "<link rel=canonical href='", "<title>",
    "<article itemscope itemtype='http://schema.org/NewsArticle'>", "<script type='application/ld+json'>", "</script>",
    '{"@type":"NewsArticle","headline":"', '"author":{"name":"', '"datePublished":"', '"@graph":[', '"articleBody":"',
    "\\ud800", "\\u0000", "&#0;", "&#x80;", "&#xd800;", "&nbsp;", "&amp;amp;", "\u200f", "\u202e", "\ufeff", "\x00",
    "<body class='", "<div class='article-body", "<div class='related", "<p class='byline'>", "By ", "Von ", "بقلم ",
    "HARUN (AP) — ", "حلب - سانا: ", "31/02/2031 25:61", "2031-05-04T08:00:00+99:99", "4 May 2031, 8.00pm",
    "٤ أيار ٢٠٣١", "٣١ فبراير ١٤٥٢", "۱۴ اردیبهشت ۱۴۱۰", "2031年5月4日", "0000-00-00", "9999-12-31T23:59:59-12:00",
    "99999999999 hours ago", "قبل ساعتين", "© 2031", "1,2,3", "((((", "))))", "[[[[", "--", " | ", "–", "، ", " and ",
    "Photo: ", "hidden", "display:none", " ", "\t", "\n", "\u2028", "A", "1",
    "é", "ß", "İ", "ﬁ", "한", "𝒜", "\U000e0041",
)  # fmt: skip


def check_page(payload: bytes) -> None:
    """Whatever the payload: an article or a rejection in good time, and no character in it that is no text."""
    from crawler.clean.explain import explain_page
    from crawler.clean.extract import extract_article
    from crawler.clean.reject import Rejected
    from crawler.reasons import Reason

    choice = zlib.crc32(payload)
    url, time_zone, languages = _SITES[choice % len(_SITES)]
    started = time.process_time()
    result = extract_article(
        payload, url=url, time_zone=time_zone, languages=languages, fetched_at=_FETCHED_AT,
        content_type="text/plain" if choice % 61 == 0 else "text/html; charset=utf-8" if choice % 2 else None,
    )  # fmt: skip
    seconds = time.process_time() - started
    assert seconds < _MOST_SECONDS, f"took {seconds:.1f} s"
    if isinstance(result, Rejected):
        assert result.reason is not Reason.CLEAN_ERROR, result.detail
    else:
        _check_strings(result.model_dump(mode="json"), "")
        result.model_dump_json().encode()
        assert result.text == result.text.strip()
        assert result.title == result.title.strip()
        place = 0
        for part in result.parts:
            assert result.text[place : part.start].strip() == "", "text between parts"
            assert place <= part.start < part.end
            place = part.end
        assert not result.parts or place == len(result.text)
    if choice // 64 % _EXPLAINED == 0:
        assert "<main>" in explain_page(payload, url=url)


def _check_strings(value: Any, name: str) -> None:
    if isinstance(value, str):
        bad = _CONTROL.search(value)
        assert not bad, f"{name}: {bad[0]!r}" if bad else ""
        assert "\n" not in value or name in (".text", ".captions", ".image_caption"), f"{name}: a line end"
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_strings(inner, f"{name}.{key}")
    elif isinstance(value, list):
        for inner in value:
            _check_strings(inner, name)


def mutate(data: bytes, most: int, seed: int, mutate_bytes: Callable[[bytes, int], bytes]) -> bytes:
    """Half of the time as libFuzzer does, byte by byte; else as pages go wrong: by tags, pieces and repeats."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        return mutate_bytes(data, most)
    parts = re.split(rb"(?=<)|(?<=>)|(?<=\n)", data)
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(parts))
        deed = chance.randrange(6)
        if deed == 0:
            parts.insert(place, chance.choice(_PIECES).encode("utf-8", "surrogatepass"))
        elif deed == 1:
            parts.insert(place, parts[chance.randrange(len(parts))])
        elif deed == 2 and len(parts) > 1:
            del parts[place : place + chance.randint(1, 4)]
            parts = parts or [b""]
        elif deed == 3:
            parts[place] *= chance.choice((2, 10, 300))
        elif deed == 4:
            inside = parts[place].decode("utf-8", "replace")
            cut = chance.randint(0, len(inside))
            parts[place] = (inside[:cut] + chance.choice(_PIECES) + inside[cut:]).encode("utf-8", "replace")
        else:
            other = chance.randrange(len(parts))
            parts[place], parts[other] = parts[other], parts[place]
    return b"".join(parts)[:most]


def seed_pages() -> Iterator[bytes]:
    """Pages of our own to begin with."""
    for path in sorted((ROOT / "tests/clean/pages").glob("*.[ht]*")):
        yield path.read_bytes()
    yield from _sample_site_pages()
    yield from _hostile_pages()


def _sample_site_pages() -> Iterator[bytes]:
    from crawler.sample_site import SampleSite
    from crawler.sample_site.truth import expected_articles, expected_rejections

    with SampleSite(base_port=0, developing_seconds=0) as site:
        for url in [*(article.url for article in expected_articles(site.urls)), *expected_rejections(site.urls)]:
            with urllib.request.urlopen(url) as response:  # noqa: S310 - our own server
                yield response.read()


def _hostile_pages() -> Iterator[bytes]:
    """Bodies of the pages of hostile hosts that are answered with bytes."""
    from tests.hostile import contents, hosts, pages  # noqa: F401 - they fill the table
    from tests.hostile.server import Host
    from tests.hostile.table import BEHAVIOURS

    for behaviour in BEHAVIOURS:
        host = Host(behaviour.name)
        behaviour.arrange(host)
        for answer in host.routes.values():
            if isinstance(answer, bytes):
                yield answer.partition(b"\r\n\r\n")[2]


class _Collector:
    """Tries pages, keeps the first of each kind of failure in a folder, and goes on."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.known: set[str] = set()

    def __call__(self, payload: bytes) -> None:
        try:
            check_page(payload)
        except Exception as error:  # noqa: BLE001 - all of them are what is looked for
            kind = re.sub(r"\d+|'[^']*'", "…", f"{type(error).__name__}: {error}")[:200]
            if kind not in self.known:
                self.known.add(kind)
                path = self.folder / f"crash-{zlib.crc32(kind.encode('utf-8', 'replace')):08x}"
                path.write_bytes(payload)
                print(f"\nFAILED {path}: {type(error).__name__}: {error}", flush=True)


def run(seconds: int, corpus: Path, atheris: ModuleType, *, goes_on: bool) -> None:
    """Fuzz for so long. Never returns: libFuzzer ends the process, with a status other than 0 if a page failed."""
    corpus.mkdir(parents=True, exist_ok=True)
    for payload in seed_pages():
        (corpus / f"seed-{zlib.crc32(payload):08x}").write_bytes(payload[:_LONGEST])
    arguments = [
        sys.argv[0], str(corpus), f"-max_total_time={seconds}", f"-max_len={_LONGEST}", "-timeout=20",
        "-rss_limit_mb=2000", "-use_value_profile=0", f"-artifact_prefix={corpus.parent}/", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup(
        arguments,
        _Collector(corpus.parent) if goes_on else check_page,
        custom_mutator=lambda data, most, seed: mutate(data, most, seed, atheris.Mutate),
    )
    atheris.Fuzz()


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("files", nargs="*", type=Path)
    cli.add_argument("--seconds", type=int, default=600)
    cli.add_argument("--all", action="store_true", help="go on after a failure")
    cli.add_argument("--corpus", type=Path, default=Path(".dateline/fuzz/corpus"))
    options = cli.parse_args()
    if options.files:
        for path in options.files:
            check_page(path.read_bytes())
            print(f"{path}: fine")
        return
    try:
        import atheris
    except ImportError:
        raise SystemExit("Fuzzing needs atheris, which is no dependency of Dateline: pip install atheris") from None
    with atheris.instrument_imports(include=["crawler.clean", "crawler.recognition", "crawler.folding"]):
        import crawler.clean.explain
        import crawler.clean.extract  # noqa: F401
    run(options.seconds, options.corpus, atheris, goes_on=options.all)


if __name__ == "__main__":
    main()
