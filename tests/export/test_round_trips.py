"""What is read back from a file is what was stored."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import psycopg2
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.export import ExportRequest, Format, export
from crawler.export.csv_rows import neutralise
from crawler.progress import no_progress

TRICKY = st.sampled_from(
    [
        "",
        "=1+1",
        "'=1",
        "@x",
        "-3",
        "+9",
        "\tx",
        "\rx",
        '"',
        ",",
        "\r\n",
        "\n",
        "\\.",
        "\\N",
        "سوريا، حلب",
        "🌉\u200f",
        "\x01",
    ]
)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# PostgreSQL's text has every character but NUL and surrogates.
TEXT = st.one_of(
    TRICKY,
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    st.lists(TRICKY, max_size=4).map("".join),
)
ROW = st.tuples(
    st.none() | TEXT,
    st.none() | st.lists(st.none() | TEXT, max_size=3),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.booleans(),
    st.none() | st.integers(-(2**51), 2**52).map(lambda n: EPOCH + timedelta(microseconds=n)),
    st.none() | st.dictionaries(TEXT, TEXT | st.integers(-(10**9), 10**9), max_size=3),
)
TABLE = "words text, list text[], whole bigint, part double precision, flag boolean, moment timestamptz, object jsonb"
LAW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Table:
    """A table `news.kept` that rows are stored in, and files of it."""

    def __init__(self, session, configured, folder: Path) -> None:
        self.session = session
        self._settings = configured
        self._folder = folder
        self._number = 0

    def store(self, rows: list[tuple]) -> None:
        with self.session, self.session.cursor() as cursor:
            cursor.execute("truncate news.kept")
            for number, row in enumerate(rows):
                values = [*row[:6], None if row[6] is None else json.dumps(row[6])]
                cursor.execute("insert into news.kept values (%s, %s, %s, %s, %s, %s, %s, %s)", [number, *values])

    def stored(self) -> list[tuple]:
        with self.session, self.session.cursor() as cursor:
            cursor.execute("select * from news.kept order by number")
            return cursor.fetchall()

    def export(self, format_: Format, **options: object) -> Path:
        self._number += 1
        target = self._folder / f"{self._number}.{format_}"
        request = ExportRequest(str(target), format_, sql="select * from news.kept order by number", **options)  # type: ignore[arg-type]
        export(self._settings, request, no_progress)
        return target


@pytest.fixture
def table(request, database, tmp_path) -> Iterator[Table]:
    configured = request.getfixturevalue("settings")
    session = psycopg2.connect(database.owner_url, options="-c timezone=UTC")
    with session, session.cursor() as cursor:
        cursor.execute(f"create table news.kept (number integer primary key, {TABLE})")
        cursor.execute("grant select on news.kept to dateline_loader")
    yield Table(session, configured, tmp_path)
    session.close()


@LAW
@given(rows=st.lists(ROW, max_size=4))
def test_json_lines_give_back_what_was_stored(table: Table, rows: list[tuple]) -> None:
    table.store(rows)
    lines = table.export(Format.JSONL).read_bytes().split(b"\n")
    read = [json.loads(line) for line in lines if line]
    for row in read:
        row["moment"] = row["moment"] and datetime.fromisoformat(row["moment"])
    assert [tuple(row.values()) for row in read] == table.stored()


@LAW
@given(rows=st.lists(ROW, max_size=4))
def test_parquet_gives_back_what_was_stored(table: Table, rows: list[tuple]) -> None:
    table.store(rows)
    read = pyarrow.parquet.read_table(table.export(Format.PARQUET))
    assert read.schema.field("moment").type == pyarrow.timestamp("us", tz="UTC")
    assert read.schema.field("list").type == pyarrow.list_(pyarrow.string())
    columns = read.to_pydict()
    columns["object"] = [None if value is None else json.loads(value) for value in columns["object"]]
    assert list(zip(*columns.values(), strict=True)) == table.stored()


@LAW
@given(rows=st.lists(ROW, max_size=4))
def test_copy_reads_raw_csv_back_as_it_was_stored(table: Table, rows: list[tuple]) -> None:
    table.store([(row[0], None, *row[2:]) for row in rows])
    text = table.export(Format.CSV, raw=True).read_bytes().decode()
    before = table.stored()
    with table.session, table.session.cursor() as cursor:
        cursor.execute("truncate news.kept")
        cursor.copy_expert("copy news.kept from stdin with (format csv, header)", io.StringIO(text, newline=""))
    assert table.stored() == before


@LAW
@given(rows=st.lists(ROW, max_size=4))
def test_csv_gives_back_the_words_when_an_apostrophe_is_taken_off(table: Table, rows: list[tuple]) -> None:
    table.store(rows)
    read = list(csv.DictReader(io.StringIO(table.export(Format.CSV).read_bytes().decode(), newline="")))
    stored = table.stored()
    assert [re.sub("^'(?='*[=+\\-@\t\r])", "", row["words"]) for row in read] == [row[1] or "" for row in stored]
    assert [json.loads(row["list"]) if row["list"] else None for row in read] == [row[2] for row in stored]
    assert [int(row["whole"]) if row["whole"] else None for row in read] == [row[3] for row in stored]


@given(TEXT)
def test_no_cell_starts_as_a_formula(text: str) -> None:
    assert not neutralise(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutralise(text) in (text, f"'{text}")


def test_numbers_stay_numbers_and_words_do_not_become_formulas(table: Table) -> None:
    table.store([("=HYPERLINK(1)", ["=1"], -5, -0.5, True, None, {"a": "=1"})])
    header, line, _ = table.export(Format.CSV).read_bytes().decode().split("\r\n")
    assert header == "number,words,list,whole,part,flag,moment,object"
    assert line == """0,'=HYPERLINK(1),"[""=1""]",-5,-0.5,true,,"{""a"": ""=1""}\""""
    assert ",=HYPERLINK(1)," in table.export(Format.CSV, raw=True).read_text()


def test_a_heading_is_no_formula_either(run_export, tmp_path: Path) -> None:
    run_export(tmp_path / "a.csv", Format.CSV, sql='select 1 as "=1+1"')
    assert (tmp_path / "a.csv").read_bytes() == b"'=1+1\r\n1\r\n"


def test_excel_gets_its_byte_order_mark(table: Table) -> None:
    table.store([("حلب", None, None, None, None, None, None)])
    assert table.export(Format.CSV, excel=True).read_bytes().startswith(b"\xef\xbb\xbfnumber,")
    assert not table.export(Format.CSV).read_bytes().startswith(b"\xef")


def test_what_json_has_no_number_for_is_null(exported) -> None:
    (row,) = exported(
        sql="select 'NaN'::float8 as a, 'infinity'::float8 as b, 'NaN'::numeric as c, array['NaN'::float8] as d"
    )
    assert row == {"a": None, "b": None, "c": None, "d": [None]}


def test_types_without_a_counterpart_are_text(exported, run_export, tmp_path: Path) -> None:
    select = (
        "select '10.0.0.1'::inet as address, '\\x00ff'::bytea as bytes, interval '1 mon 2 days' as span, "
        "int4range(1, 5) as range, array['{\"a\": 1}'::jsonb] as objects, array[interval '1 day'] as spans, "
        "12345678901234567890.123456789 as exact, date '2026-11-01' as day, null::uuid as none"
    )
    (row,) = exported(sql=select)
    as_text = {"address": "10.0.0.1", "bytes": "\\x00ff", "span": "1 mon 2 days", "range": "[1,5)", "spans": ["1 day"]}
    assert {name: row[name] for name in as_text} == as_text
    assert row["objects"] == [{"a": 1}]
    run_export(tmp_path / "a.parquet", Format.PARQUET, sql=select)
    (read,) = pyarrow.parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert {name: read[name] for name in as_text} == as_text
    assert read["exact"] == "12345678901234567890.123456789"
    assert str(read["day"]) == "2026-11-01"


def test_columns_of_few_values_are_dictionaries_in_parquet(run_export, add_articles: Callable, tmp_path: Path) -> None:
    add_articles(count=3)
    run_export(tmp_path / "a.parquet", Format.PARQUET)
    schema = pyarrow.parquet.read_schema(tmp_path / "a.parquet")
    found = {field.name for field in schema if pyarrow.types.is_dictionary(field.type)}
    assert {"source_id", "kind", "published_precision"} <= found
    assert not found & {"title", "text", "url", "url_key"}


def test_row_groups_are_bounded(run_export, add_articles: Callable, tmp_path: Path) -> None:
    add_articles(count=9000, characters=8000)
    run_export(tmp_path / "a.parquet", Format.PARQUET)
    metadata = pyarrow.parquet.read_metadata(tmp_path / "a.parquet")
    assert metadata.num_rows == 9000
    assert metadata.num_row_groups >= 2


def test_dates_that_no_file_has_a_place_for_are_told(run_export, tmp_path: Path) -> None:
    from crawler.errors import ExportError

    with pytest.raises(ExportError, match="cast it to text"):
        run_export(tmp_path / "a.csv", Format.CSV, sql="select timestamptz '4000-01-01 BC' as moment")
