"""The example notebooks run from top to bottom on what was loaded."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from crawler.load import load_batch
from crawler.progress import no_progress
from tests.load.builders import Batch, make_source

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.fixture
def loaded(settings, database, query, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two outlets, an edited article and a story that both carry; notebooks read it as analysts."""
    beta = make_source("beta")
    batch = Batch(run_id="r1", sources=(make_source(), beta))
    published = {"published_at": "2026-11-01T09:00:00Z", "published_precision": "minute"}
    batch.article("one", "The bridge is open.", fields={"title": "<b>Bridge</b> reopens", **published})
    batch.article("two", "The bridge is open.", fields={"title": "الجسر مفتوح", **published}, source=beta)
    load_batch(settings, batch.write(settings.runs_dir), no_progress)
    batch = Batch(run_id="r2", sources=(make_source(), beta))
    batch.article("one", "The bridge is open to lorries.", 90, fields={"title": "Bridge <i>reopens</i>", **published})
    load_batch(settings, batch.write(settings.runs_dir), no_progress)
    query(
        "insert into news.story (story_id, family_id, title, language, first_article_id, first_source_id, "
        "first_seen_at, last_seen_at, article_count, source_count, agencies) "
        "select 1, 1, title, 'en', 1, 'alpha', now(), now(), 2, 2, '{AFP}' from news.article where article_id = 1"
    )
    monkeypatch.setenv("DATELINE_DATABASE_URL", database.analyst_url)
    monkeypatch.setenv("DATELINE_HOME", str(settings.home))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def run(notebook: nbformat.NotebookNode, folder: Path) -> str:
    """Execute all cells; everything that they showed."""
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}})
    client.execute()
    shown = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            shown.append(output.get("text") or output["data"].get("text/html", ""))
    return "\n".join(shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_runs_and_shows_what_was_loaded(path: Path, loaded, tmp_path: Path) -> None:
    shown = run(nbformat.read(path, as_version=4), tmp_path)
    assert "الجسر" in shown or "Bridge" in shown
    assert "<i>" not in shown
    assert "<b>" not in shown
    assert "2026-11-01  ████" in shown
    assert "edited" in shown
    assert "  2 outlets  ████" in shown


def test_a_cell_that_errs_fails(loaded, tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("ask('select no_such_column from news.article')"))
    with pytest.raises(CellExecutionError):
        run(notebook, tmp_path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_is_kept_without_output(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
