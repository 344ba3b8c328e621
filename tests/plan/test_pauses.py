"""Pauses: by somebody, by the source's file, and what comes after."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from click.testing import CliRunner

from crawler.cli.main import dateline
from crawler.errors import RunError
from crawler.load import load_batch
from crawler.manifests import BatchManifest
from crawler.plan import accept_source, pause_source, plan_run, resume_source
from crawler.progress import no_progress
from crawler.reasons import Reason
from crawler.runs import BATCH_FILE, read_record
from tests.load.builders import Batch, make_source

NOW = datetime.now(timezone.utc)


@pytest.fixture
def sources():
    return [make_source("alpha"), make_source("beta")]


@pytest.fixture
def plan(settings, query):
    """The ids of the sources that a run takes; they are free again at once."""

    def run(sources, **options) -> list[str]:
        manifest = plan_run(settings, sources, **options)
        taken = [
            source["id"]
            for path in manifest.batches
            for source in read_record(settings.runs_dir / path / BATCH_FILE, BatchManifest).sources
        ]
        query("update ingest.source_state set lease_run_id = null, lease_batch_id = null")
        query("update ingest.batch set state = 'abandoned' where state = 'planned'")
        return sorted(taken)

    return run


@pytest.fixture
def state(query):
    statement = "select state, state_reason, state_detail from ingest.source_state where source_id = %s"
    return lambda source_id="alpha": query(statement, source_id)[0]


def test_a_paused_source_is_not_planned_until_it_is_resumed(settings, sources, plan, state, query):
    assert plan(sources) == ["alpha", "beta"]
    pause_source(settings, "alpha", None, "its editors asked us")
    assert state() == ("paused", "by_operator", "its editors asked us")
    assert plan(sources) == ["beta"]
    assert state()[0] == "paused"  # it survives the plan
    with pytest.raises(RunError, match=r"Paused: alpha \(its editors asked us\)"):
        plan(sources, only=["alpha"])
    resume_source(settings, "alpha")
    assert state() == ("healthy", "never_visited", None)
    assert plan(sources) == ["alpha", "beta"]
    assert query("select state_before, state, reason, run_id from ingest.source_event order by event_id") == [
        ("healthy", "paused", "by_operator", None),
        ("paused", "healthy", "never_visited", None),
    ]
    with pytest.raises(RunError, match="was not paused"):
        resume_source(settings, "alpha")


def test_a_pause_ends_by_itself(settings, sources, plan, state, query):
    plan(sources)
    pause_source(settings, "alpha", NOW + timedelta(days=3), "moving house")
    assert "moving house" in state()[2]
    query("update ingest.source_state set paused_until = now() - interval '1 second' where source_id = 'alpha'")
    assert plan(sources) == ["alpha", "beta"]
    assert state()[0] == "healthy"
    assert query("select paused_at, paused_because from ingest.source_state where source_id = 'alpha'") == [
        (None, None)
    ]


def test_a_source_that_its_file_disables_is_paused_and_comes_back_as_it_was(settings, sources, plan, state):
    plan(sources)
    batch = Batch(sources=(sources[0],))
    batch.visit(1, reason=Reason.DNS, http_status=None, links=0)
    load_batch(settings, batch.write(settings.runs_dir), no_progress)
    before = state()
    assert before[:2] == ("degraded", "unreachable")
    plan([sources[0].model_copy(update={"enabled": False}), sources[1]])
    assert state() == ("paused", "disabled", None)
    plan(sources)
    assert state() == before


def test_what_a_running_batch_brings_does_not_end_a_pause(settings, sources, plan, state, query):
    plan(sources)
    pause_source(settings, "alpha", None, "by hand")
    batch = Batch(sources=(sources[0],))
    batch.visit(1, reason=Reason.DNS, http_status=None, links=0)
    report = load_batch(settings, batch.write(settings.runs_dir), no_progress)
    assert report.sources["alpha"].notices == ()
    assert state()[0] == "paused"
    resume_source(settings, "alpha")
    assert state()[:2] == ("degraded", "unreachable")  # it was not forgotten


@pytest.mark.parametrize(
    ("source_id", "until", "because", "message"),
    [
        ("alpha", None, " ", "needs a reason"),
        ("alpha", NOW - timedelta(days=1), "x", "is over"),
        ("gamma", None, "x", "knows no source 'gamma'"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings, sources, plan, source_id, until, because, message):
    plan(sources)
    with pytest.raises(RunError, match=message):
        pause_source(settings, source_id, until, because)


def test_accepting_is_for_known_sources(settings, sources, plan, state):
    plan(sources)
    accept_source(settings, "alpha")
    assert state()[0] == "healthy"
    with pytest.raises(RunError, match="knows no source"):
        accept_source(settings, "gamma")


def test_the_command_line_pauses_and_resumes(settings, sources, plan, state, monkeypatch):
    plan(sources)
    monkeypatch.setenv("DATELINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DATELINE_HOME", str(settings.home))
    run = lambda *words: CliRunner().invoke(dateline, ["sources", *words], catch_exceptions=False)  # noqa: E731
    said = run("pause", "alpha", "--for", "3d", "--because", "slow site")
    assert said.output.startswith("alpha is paused until ")
    assert state()[:2] == ("paused", "by_operator")
    assert run("resume", "alpha").output == "alpha is healthy: never_visited\n"
    assert run("accept", "alpha").output == "alpha is taken as it is now; it is healthy: never_visited\n"
    assert run("pause", "alpha").exit_code == 2
    assert run("pause", "alpha", "--for", "soon", "--because", "x").exit_code == 2
    status = CliRunner().invoke(dateline, ["status"], catch_exceptions=False)
    assert "healthy" in status.output
