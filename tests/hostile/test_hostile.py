"""Every hostile host at once, in one batch with one that behaves: plan, crawl, clean and load as in production."""

from __future__ import annotations

import re
import ssl
from dataclasses import replace
from typing import Any

from crawler import stages
from crawler.config import Settings
from crawler.crawl import crawl_batch
from crawler.plan import plan_run
from crawler.progress import no_progress
from crawler.records import EndpointVisit, FetchOutcome
from crawler.runs import ENDPOINTS_FILE, FETCHES_FILE, read_records
from crawler.sources.model import Source
from tests.hostile import contents, hosts, lists, pages  # noqa: F401 - they fill the table
from tests.hostile.server import Host, HostileNet, http
from tests.hostile.table import BEHAVIOURS, FINE, Behaviour, article, feed

MOST_MEMORY_MB = 400
_GOOD_PAGES = 30


def make_source(host: Host, source_id: str, behaviour: Behaviour | None = None) -> Source:
    limits = {"max_seconds": 150, "response_seconds": 20}
    changed = dict(behaviour.source) if behaviour else {}
    limits |= changed.pop("limits", {})
    fields: dict[str, Any] = {
        "id": source_id,
        "name": source_id,
        "home_page": f"{host.url}/",
        "country": "SY",
        "languages": ["en"],
        "kind": "news",
        "enabled": True,
        "revisit_after": ["1h"],
        "allow_private_addresses": True,
        "politeness": {"delay_seconds": 0.1 if behaviour is None else 0},
        "limits": limits,
        (behaviour.kind if behaviour else "feeds"): [host.url + (behaviour.endpoint if behaviour else "/list")],
        **changed,
    }
    return Source.model_validate(fields)


def id_of(behaviour: Behaviour) -> str:
    return behaviour.name.replace("_", "-")


def test_every_behaviour_ends_as_documented(
    net: HostileNet, settings: Settings, query: Any, self_made_tls: ssl.SSLContext, capsys: Any
) -> None:
    names = [behaviour.name for behaviour in BEHAVIOURS]
    assert len(names) == len(set(names)) >= 80
    good = net.add("good")
    paths = [f"/{n}" for n in range(_GOOD_PAGES)]
    good.routes |= {"/list": feed(good, *paths), **{path: http(article(f"good {path}")) for path in paths}}
    sources = []
    for behaviour in BEHAVIOURS:
        host = net.add(behaviour.name, self_made_tls if behaviour.uses_tls else None)
        behaviour.arrange(host)
        sources.append(make_source(host, id_of(behaviour), behaviour))
    # Last in the batch: all others are ahead of it.
    sources.append(make_source(good, "good"))
    settings = replace(settings, batch_sources=len(sources), crawl_seconds=240)
    (batch,) = plan_run(settings, sources, run_id="r1").batches
    folder = settings.runs_dir / batch
    report = crawl_batch(settings, folder, no_progress)
    log = (folder / "crawl.log").read_text(errors="replace")
    assert report.is_complete, report.problem
    stages.clean(settings, batch)
    stages.load(settings, batch)

    ends = {
        (source_id, path): f"{outcome}:{reason}"
        for source_id, path, outcome, reason in query(
            "select source_id, regexp_replace(url, '^https?://[^/]+', ''), outcome, reason from ingest.outcome"
        )
    }
    visits = {(visit.source_id, visit.url): visit for visit in read_records(folder / ENDPOINTS_FILE, EndpointVisit)}
    details = {fetch.source_id: fetch.detail or "" for fetch in read_records(folder / FETCHES_FILE, FetchOutcome)}
    wrong = []
    for behaviour, source in zip(BEHAVIOURS, sources, strict=False):
        visit = visits.get((source.id, source.endpoint_urls[0]))
        got = str(visit.reason or FINE) if visit else "no visit"
        if got != behaviour.visit:
            wrong.append(f"{behaviour.name}: visit {got} ({visit and visit.detail}), not {behaviour.visit}")
        for path, end in behaviour.expected_pages().items():
            if ends.get((source.id, path)) not in end.split("|"):
                wrong.append(
                    f"{behaviour.name}{path}: {ends.get((source.id, path))}, not {end} ({details.get(source.id)})"
                )
        if behaviour.detail and behaviour.detail not in f"{visit and visit.detail} {details.get(source.id)}":
            wrong.append(f"{behaviour.name}: {behaviour.detail!r} is not in {visit and visit.detail!r}")
    peak_mb = int(re.findall(r"Peak memory: (\d+) MB", log)[-1])
    with capsys.disabled():
        print(f"\n{len(BEHAVIOURS)} behaviours; peak memory of the crawl process: {peak_mb} MB")
        print("\n".join(wrong))
    assert wrong == []
    assert peak_mb < MOST_MEMORY_MB

    assert [ends["good", path] for path in paths] == ["stored:new"] * _GOOD_PAGES
    others = [at for host in net.hosts.values() if host is not good for at, _ in host.asked]
    assert max(at for at, _ in good.asked) < max(others)
    # What was read from us, or sent to us, went nowhere else.
    assert not any("/dtd" in path or "passwd" in path for host in net.hosts.values() for path in host.paths())
    assert "root:" not in log
