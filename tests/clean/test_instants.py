"""Dates and times as pages write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.calendars import Calendar, month_of, to_gregorian
from crawler.clean.instants import Moment, parse_iso, parse_words, zone_of
from crawler.records import Precision

DAMASCUS = ZoneInfo("Asia/Damascus")
FETCHED = datetime(2024, 5, 13, 10, 20, tzinfo=timezone.utc)


def at(moment: Moment | None) -> str | None:
    """The local time as it was written; a bare day where no time was."""
    if moment is None:
        return None
    written = moment.at.isoformat(timespec="minutes")[:16]
    return written[:10] if moment.precision is Precision.DAY else written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("١٣ تشرين الأول ٢٠١٦", "2016-10-13"),
        ("28 كانون الثاني/يناير 2017 الساعة 09:15", "2017-01-28T09:15"),
        ("الثلاثاء 14 أيار 2024 - 16:20", "2024-05-14T16:20"),
        ("7 جويلية 2019", "2019-07-07"),
        ("21 جانفي 2020", "2020-01-21"),
        ("3 أوت 2021", "2021-08-03"),
        ("15 غشت 2020", "2020-08-15"),
        ("13ی ئایاری 2024", "2024-05-13"),
        ("٥ کانوونی دووەم ٢٠٢٣", "2023-01-05"),
        ("13ê Gulanê 2024", "2024-05-13"),
        ("13 Mayıs 2024 Pazartesi 10:20", "2024-05-13T10:20"),
        ("13 במאי 2024", "2024-05-13"),
        ("13 травня 2024 року, 10:20", "2024-05-13T10:20"),
        ("10:20, 13 мая 2024", "2024-05-13T10:20"),
        ("Posted on October 13, 2016 at 5:04 p.m.", "2016-10-13T17:04"),
        ("on the 13th of May, 2024", "2024-05-13"),
        ("13. Oktober 2016", "2016-10-13"),
        ("le 13 mai 2024 à 10h20", "2024-05-13T10:20"),
        ("13 de mayo de 2024 a las 10:20 h", "2024-05-13T10:20"),
        ("1er août 2023", "2023-08-01"),
        ("13.05.24, 10.20 Uhr", "2024-05-13T10:20"),
        ("13 maggio 2024 alle 10:20", "2024-05-13T10:20"),
        ("13 maja 2024", "2024-05-13"),
        ("2024. május 13. 10:20", "2024-05-13T10:20"),
        ("2024 m. gegužės 13 d.", "2024-05-13"),
        ("2024. gada 13. maijs", "2024-05-13"),
        ("१३ मई २०२४, १०:२०", "2024-05-13T10:20"),
        ("১৩ মে ২০২৪, ১০:২০", "2024-05-13T10:20"),
        ("13 พ.ค. 2567 10:20 น.", "2024-05-13T10:20"),
        ("13 พฤษภาคม พ.ศ. 2567", "2024-05-13"),
        ("2024年5月13日 10時20分", "2024-05-13T10:20"),
        ("2024년 5월 13일 오후 3:20", "2024-05-13T15:20"),
        ("令和6年5月13日", "2024-05-13"),
        ("民國113年5月13日", "2024-05-13"),
        ("13 tháng 5, 2024", "2024-05-13"),
        ("13 Mei 2024, 10:20 WIB", "2024-05-13T10:20"),
        ("25/12/2016", "2016-12-25"),
        ("12/25/2016", "2016-12-25"),
        ("12-May-2024", "2024-05-12"),
        ("22.04.2024 | 15:54", "2024-04-22T15:54"),
        ("13 May 2024 11:59 pm", "2024-05-13T23:59"),
        ("13 May 2024 12:05 am", "2024-05-13T00:05"),
        ("13 مايو 2024 10:20 مساءً", "2024-05-13T22:20"),
    ],
)
def test_a_date_is_read_in_the_language_it_is_written_in(text: str, written: str) -> None:
    assert at(parse_words(text, DAMASCUS)) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("۲۴ اردیبهشت ۱۴۰۳ - ۱۰:۲۰", "2024-05-13T10:20"),
        ("1403/02/24", "2024-05-13"),
        ("5 ذو القعدة 1445 هـ", "2024-05-13"),
        ("1445/11/05", "2024-05-13"),
    ],
)
def test_dates_of_other_calendars_are_converted(text: str, written: str) -> None:
    assert at(parse_words(text)) == written


def test_beside_a_hijri_date_the_gregorian_one_counts() -> None:
    assert at(parse_words("الاثنين 7 ذو القعدة 1445 هـ الموافق 13 مايو 2024 10:20 م")) == "2024-05-13T22:20"
    assert at(parse_words("13 مايو 2024 - 7 ذو القعدة 1445")) == "2024-05-13"


@pytest.mark.parametrize(
    ("year", "new_year"),
    [(1399, date(2020, 3, 20)), (1400, date(2021, 3, 21)), (1403, date(2024, 3, 20)), (1404, date(2025, 3, 21))],
)
def test_the_jalali_year_begins_with_spring(year: int, new_year: date) -> None:
    assert to_gregorian(Calendar.JALALI, year, 1, 1) == new_year


def test_a_hijri_day_is_right_to_a_day() -> None:
    ramadan = to_gregorian(Calendar.HIJRI, 1445, 9, 1)
    assert ramadan is not None
    assert abs(ramadan - date(2024, 3, 11)) <= timedelta(days=1)


def test_a_name_of_two_months_is_settled_by_the_language() -> None:
    assert month_of("listopada", "hr") == (Calendar.GREGORIAN, 10)
    assert month_of("listopada", "pl") == (Calendar.GREGORIAN, 11)


def test_the_order_of_day_and_month_is_the_callers_to_say() -> None:
    assert at(parse_words("3/4/2024")) == "2024-04-03"
    assert at(parse_words("3/4/2024", month_first=True)) == "2024-03-04"
    assert at(parse_words("3.4.2024", month_first=True)) == "2024-04-03"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("May 13, 2024 10:20 AM EST", "-04:00"),  # summer: what the wall shows
        ("13 January 2024 10:20 EST", "-05:00"),
        ("13 мая 2024, 10:20 MSK", "+03:00"),
        ("14 أيار 2024 - 16:20 بتوقيت بيروت", "+03:00"),
        ("13 May 2024 10:20 GMT", "+00:00"),
        ("13 May 2024 10:20 GMT+2", "+02:00"),
        ("13 May 2024, 10:20 am IST", "+05:30"),
    ],
)
def test_a_zone_that_is_named_is_kept(text: str, zone: str) -> None:
    moment = parse_words(text, DAMASCUS)
    assert moment is not None
    assert moment.zone == zone


def test_a_zone_that_is_only_assumed_is_none() -> None:
    moment = parse_words("13 May 2024 10:20")
    assert moment is not None
    assert moment.zone is None
    assert moment.at.utcoffset() == timedelta(0)
    of_source = parse_words("13 May 2024 10:20", DAMASCUS)
    assert of_source is not None
    assert of_source.zone == "+03:00"


@pytest.mark.parametrize(
    ("stamp", "instant", "precision"),
    [
        ("2016-10-13T11:23:00+03:00", "2016-10-13T08:23", Precision.SECOND),
        ("2016-10-13T11:23:00.123Z", "2016-10-13T11:23", Precision.SECOND),
        ("2016-10-13T11:23:00+0300", "2016-10-13T08:23", Precision.SECOND),
        ("2016-10-13 11:23", "2016-10-13T08:23", Precision.MINUTE),
        ("2016-10-13", "2016-10-12T21:00", Precision.DAY),
        ("20161013", "2016-10-12T21:00", Precision.DAY),
        ("20161013T112300Z", "2016-10-13T11:23", Precision.SECOND),
        ("Thu, 13 Oct 2016 11:23:00 +0000", "2016-10-13T11:23", Precision.SECOND),
        ("Thu Oct 13 2016 11:23:00 GMT+0000 (UTC)", "2016-10-13T11:23", Precision.SECOND),
        ("1476357780", "2016-10-13T11:23", Precision.SECOND),
        ("1476357780000", "2016-10-13T11:23", Precision.SECOND),
        ("10/13/2016 2:23:00 PM", "2016-10-13T11:23", Precision.SECOND),
    ],
)
def test_stamps(stamp: str, instant: str, precision: Precision) -> None:
    moment = parse_iso(stamp, DAMASCUS)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(instant).replace(tzinfo=timezone.utc)
    assert moment.precision is precision


@pytest.mark.parametrize("text", ["", "2024", "Room 12 34", "5 of 2024 voters", "31/31/2024", "0000-00-00", "12:30"])
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert parse_words(text) is None
    assert parse_iso(text) is None


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("3 hours ago", timedelta(hours=3)),
        ("an hour ago", timedelta(hours=1)),
        ("منذ ساعتين", timedelta(hours=2)),
        ("قبل 3 ساعات", timedelta(hours=3)),
        ("vor 2 Stunden", timedelta(hours=2)),
        ("il y a 3 heures", timedelta(hours=3)),
        ("hace 5 minutos", timedelta(minutes=5)),
        ("2 saat önce", timedelta(hours=2)),
        ("3 часа назад", timedelta(hours=3)),
        ("3 години тому", timedelta(hours=3)),
        ("לפני שעה", timedelta(hours=1)),
        ("۳ ساعت پیش", timedelta(hours=3)),
        ("3時間前", timedelta(hours=3)),
    ],
)
def test_a_time_ago_is_counted_from_the_fetch(text: str, back: timedelta) -> None:
    moment = parse_words(text, fetched_at=FETCHED)
    assert moment is not None
    assert moment.at == FETCHED - back


def test_a_day_ago_has_no_time_of_day() -> None:
    moment = parse_words("yesterday", DAMASCUS, fetched_at=FETCHED)
    assert moment == Moment(datetime(2024, 5, 12, tzinfo=DAMASCUS), Precision.DAY, "+03:00")
    assert at(parse_words("أمس 10:20", DAMASCUS, fetched_at=FETCHED)) == "2024-05-12T10:20"


def test_a_time_ago_says_nothing_without_the_fetch() -> None:
    assert parse_words("3 hours ago") is None


def test_no_name_is_utc() -> None:
    assert zone_of(None) is timezone.utc
    assert zone_of("Asia/Damascus") == DAMASCUS


@given(st.text(max_size=120))
def test_any_text_can_be_asked_for_a_date(text: str) -> None:
    for moment in (parse_words(text), parse_iso(text), parse_words(text, fetched_at=FETCHED)):
        assert moment is None or moment.at.tzinfo is not None


@given(
    st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2099, 1, 1)),  # noqa: DTZ001
    st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
)
def test_what_is_written_as_iso_is_read_back(naive: datetime, zone: timezone) -> None:
    instant = naive.replace(microsecond=0, tzinfo=zone)
    moment = parse_iso(instant.isoformat())
    assert moment is not None
    assert moment.at == instant
    assert moment.at.utcoffset() == instant.utcoffset()


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)),
    st.sampled_from(["%d %B %Y", "%B %d, %Y", "%d.%m.%Y"]),
)
def test_what_is_written_in_words_is_read_back(day: date, form: str) -> None:
    moment = parse_words(day.strftime(form))
    assert moment is not None
    assert moment.at.date() == day
    assert moment.precision is Precision.DAY


DAMASCUS = ZoneInfo("Asia/Damascus")


@pytest.mark.parametrize(
    ("text", "instant", "precision"),
    [
        ("١٣ تشرين الأول ٢٠١٦", "2016-10-12T21:00", Precision.DAY),
        ("28 كانون الثاني/يناير 2017 الساعة 09:15", "2017-01-28T07:15", Precision.MINUTE),
        ("7 جويلية 2019", "2019-07-06T21:00", Precision.DAY),
        ("15 غشت 2020", "2020-08-14T21:00", Precision.DAY),
        ("13 أكتوبر 2016", "2016-10-12T21:00", Precision.DAY),
        ("Posted on October 13, 2016 at 5:04 p.m.", "2016-10-13T14:04", Precision.MINUTE),
        ("13 Oct. 2016, 17:04 GMT", "2016-10-13T17:04", Precision.MINUTE),
        ("13. Oktober 2016", "2016-10-12T21:00", Precision.DAY),
        ("25/12/2016", "2016-12-24T22:00", Precision.DAY),
    ],
)
def test_dates_in_words(text: str, instant: str, precision: Precision) -> None:
    moment = parse_words(text, DAMASCUS)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(instant).replace(tzinfo=timezone.utc)
    assert moment.precision is precision
