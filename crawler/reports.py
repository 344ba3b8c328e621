"""What a run came to: the reports of its batches added up, by source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crawler.config import Settings
from crawler.errors import RunError
from crawler.manifests import RunManifest, Stage, StageReport, StateNotice
from crawler.reasons import Outcome
from crawler.runs import RUN_FILE, read_record


@dataclass
class SourceLine:
    """One source in one run. Counts are of URLs; `versions` are rows appended to `news.article_version`."""

    source_id: str
    discovered: int = 0
    known: int = 0
    versions: int = 0
    endpoints_visited: int = 0
    endpoints_failed: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    notices: list[StateNotice] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    def reasons_of(self, outcome: Outcome) -> dict[str, int]:
        """Reason codes of one outcome with their counts, most frequent first."""
        prefix = f"{outcome.value}:"
        found = {name.removeprefix(prefix): n for name, n in self.reasons.items() if name.startswith(prefix) and n}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True)
class RunReport:
    """A whole run. `problems` are one line each; a run without any did everything that it set out to do.

    What is wrong with a source is no problem of the run: `warnings` has a line for each source with a failing feed, for
    each change of a source's state and each signal, with what to do, and for what page objects could not do.
    """

    run_id: str
    sources: tuple[SourceLine, ...]
    problems: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        told = []
        for line in self.sources:
            if line.endpoints_failed:
                failed = f"{line.endpoints_failed} of {line.endpoints_visited}"
                told.append(f"{line.source_id}: {failed} feeds, sitemaps and sections failed")
            told += [f"{line.source_id}: {notice.text}" for notice in line.notices]
            told += [f"{line.source_id}: {remark} (pages: {count})" for remark, count in sorted(line.remarks.items())]
        return tuple(told)

    @property
    def changed_articles(self) -> int:
        """How many URLs brought a new article or a new version."""
        return sum(line.outcomes[Outcome.STORED] for line in self.sources)


def read_run_report(settings: Settings, run_id: str) -> RunReport:
    """Add up the stage reports of a run's batches. Raises RunError when the run does not exist."""
    manifest = read_record(settings.runs_dir / run_id / RUN_FILE, RunManifest)
    lines: dict[str, SourceLine] = {}
    problems: list[str] = []
    for batch in manifest.batches:
        crawled = _stage_report(settings, batch, Stage.CRAWL)
        cleaned = _stage_report(settings, batch, Stage.CLEAN)
        loaded = _stage_report(settings, batch, Stage.LOAD)
        if crawled is not None and not crawled.is_complete:
            problems.append(f"{batch}: the crawl ended early: {crawled.problem}")
        if loaded is None:
            problems.append(f"{batch}: not loaded; a later run takes it up again when its lease has run out")
            continue
        if not loaded.is_complete:
            problems.append(f"{batch}: the load ended early: {loaded.problem}")
        for source_id, counts in loaded.sources.items():
            line = lines.setdefault(source_id, SourceLine(source_id))
            line.discovered += counts.discovered
            line.known += counts.known
            line.versions += counts.versions
            line.endpoints_visited += counts.endpoints_visited
            line.endpoints_failed += counts.endpoints_failed
            line.outcomes.update(counts.outcomes)
            line.reasons.update(counts.reasons)
            line.notices += counts.notices
        for source_id, counts in cleaned.sources.items() if cleaned else ():
            lines.setdefault(source_id, SourceLine(source_id)).remarks.update(counts.remarks)
    return RunReport(run_id, tuple(lines[source_id] for source_id in sorted(lines)), tuple(problems))


def _stage_report(settings: Settings, batch: str, stage: Stage) -> StageReport | None:
    path = settings.runs_dir / batch / f"{stage.value}.json"
    try:
        return read_record(path, StageReport)
    except RunError:
        if path.exists():
            raise
        return None
