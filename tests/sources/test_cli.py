from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from crawler.cli.sources import sources
from crawler.errors import ConfigError, SiteError, SourceError
from crawler.resources import resource_dir
from crawler.sources.loading import load_sources

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    for name in ("DATELINE_SOURCES", "DATELINE_CONTACT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(sources, list(arguments))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def test_list_shows_the_catalogue_or_the_folder_that_is_named(
    run: Run, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("list")
    count = len(load_sources(resource_dir("sources")))
    assert f"{count} sources, 0 enabled" in result.stderr
    assert result.stdout.count("\n") == count
    assert "enab-baladi\tEnab Baladi\tSY\tar\tnews\toff\tnever\t5m-12h\t1/0/0\n" in result.stdout
    folder = write("x.yaml", (resource_dir("sources") / "rudaw.yaml").read_bytes().replace(b"id: rudaw", b"id: x"))
    listed = json.loads(run("list", "--json", "--folder", str(folder)).stdout)
    assert [source["id"] for source in listed] == ["x"]
    monkeypatch.setenv("DATELINE_SOURCES", str(folder))
    assert run("list").stdout.startswith("x\tRudaw\tIQ\ten ckb ku ar tr\t")


def test_show_prints_what_is_in_effect(run: Run) -> None:
    shown = yaml.safe_load(run("show", "bbc-arabic").stdout)
    assert shown["schedule"] == {"every": None, "fastest": "5m", "slowest": "12h"}
    assert shown["limits"]["max_pages"] == 500
    assert json.loads(run("show", "bbc-arabic", "--json").stdout)["languages"] == ["ar"]
    with pytest.raises(ConfigError, match=r"there is no source 'bbc-arabik': did you mean bbc-arabic\?"):
        run("show", "bbc-arabik")


def test_check_without_live_reads_files_only(run: Run, write: Callable[..., Path]) -> None:
    result = run("check", "rudaw", "sana")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].startswith("ok\trudaw\t")
    assert "2 ok, 0 warn, 0 fail (files only; --live asks the sites)" in result.stderr
    folder = write("x.yaml", "id: [\n")
    with pytest.raises(SourceError) as caught:
        run("check", "--folder", str(folder))
    assert caught.value.exit_code == 2
    assert run("check", "--record").exit_code == 2


def test_add_then_check_then_record(run: Run, site: Any, rss: Any, tmp_path: Path) -> None:
    site.add("/", '<html lang="ar"><link rel="alternate" type="application/rss+xml" href="/f"><title>Desk</title>')
    site.add("/f", rss(site.url()), "text/xml")
    folder = tmp_path / "mine"
    where = ("--folder", str(folder))
    known = ("--id", "desk", "--country", "SY", "--kind", "news", "--time-zone", "Asia/Damascus", "--language", "ar")
    added = run("add", site.url(), "--allow-private", *known, *where)
    path = folder / "desk.yaml"
    assert added.exit_code == 0
    assert added.stdout == (
        f"wrote {path}\nto be looked at: name: 'Desk' is a guess\nnext: dateline run --source desk --sources {folder}\n"
    )
    assert f"  + {site.url('/f')}: an RSS feed, 3 entries\n" in added.stderr
    assert "DATELINE_CONTACT is not set" in added.stderr
    with pytest.raises(SourceError, match="is there already: replace it with --force"):
        run("add", site.url(), "--allow-private", *known, *where)
    again = run("add", site.url(), "--allow-private", *known, "--name", "Desk 2", "--force", "--json", *where)
    assert json.loads(again.stdout)["source"]["name"] == "Desk 2"

    path.write_text(path.read_text().replace("verified_on:", "# of old\nverified_on:"))
    checked = run("check", "--live", "--record", *where)
    assert checked.exit_code == 0
    assert f"ok\tdesk\t{site.url('/f')}\t200\trss\t3\t\n" in checked.stdout
    assert "# of old" in path.read_text()

    before = path.read_text()
    site.add("/f", status=410)
    failed = run("check", "--live", "--record", "--json", *where)
    assert failed.exit_code == 1
    (check,) = json.loads(failed.stdout)
    assert (check["level"], check["endpoints"][0]["reason"]) == ("fail", "gone")
    assert path.read_text() == before


def test_add_lets_errors_rise_and_writes_nothing(run: Run, site: Any, tmp_path: Path) -> None:
    where = ("--folder", str(tmp_path / "mine"))
    site.add("/", "<html><p>")
    with pytest.raises(SiteError, match="add --allow-private"):
        run("add", site.url(), *where)
    with pytest.raises(SiteError, match="has no feed"):
        run("add", site.url(), "--allow-private", *where)
    with pytest.raises(ConfigError, match="'ftp://x' is not a web address"):
        run("add", "ftp://x", *where)
    assert run("add", site.url(), "--kind", "blog", *where).exit_code == 2
    assert not (tmp_path / "mine").exists()


def test_add_refuses_a_value_that_a_source_cannot_have(run: Run, site: Any, rss: Any, tmp_path: Path) -> None:
    site.add("/", "<html>")
    site.add("/feed/", rss(site.url()), "text/xml")
    with pytest.raises(SourceError, match="country: 'Syria' cannot be used: write two capital letters"):
        run("add", site.url(), "--allow-private", "--country", "Syria", "--folder", str(tmp_path))


def test_the_installed_catalogue_is_not_written_to(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, site: Any
) -> None:
    monkeypatch.setattr("crawler.cli.sources.resource_dir", lambda name: tmp_path / "_resources" / name)
    with pytest.raises(ConfigError, match="name a folder of yours with --folder or DATELINE_SOURCES"):
        run("add", site.url())
    assert site.asked == []


def test_what_a_site_sends_cannot_steer_the_terminal(run: Run, site: Any, rss: Any, tmp_path: Path) -> None:
    backwards = "\u202e"
    site.redirect("/", f"/{backwards}".encode().decode("latin-1"), 302)
    site.add("/%E2%80%AE", f"<html lang=ar><title>\x1b[31mRed{backwards}</title>")
    site.add("/feed/", rss(site.url()), "text/xml")
    result = run("add", site.url(), "--allow-private", "--folder", str(tmp_path / "mine"))
    assert "\x1b" not in result.output
    assert backwards not in result.output
