"""Single rules of the field modules, on the smallest text that shows them."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from crawler.clean import Rejected, extract_article
from crawler.clean.bylines import read_byline, read_source
from crawler.clean.dateline import split_dateline
from crawler.clean.decode import decode_page
from crawler.clean.instants import parse_iso, parse_words
from crawler.clean.names import split_names
from crawler.clean.piece import Piece
from crawler.clean.reject import RejectedPage
from crawler.clean.sift import sift_pieces
from crawler.clean.text import count_words
from crawler.reasons import Reason
from crawler.records import Precision

REST = "More than 200 people left the town on Monday, officials said."
AR_REST = "قتل سبعة مدنيين في قصف على المدينة صباح اليوم الخميس"


@pytest.mark.parametrize(
    ("text", "place", "agencies"),
    [
        (f"Aleppo – {REST}", "Aleppo", ()),
        (f"BEIRUT (Reuters) - {REST}", "BEIRUT", ("Reuters",)),
        (f"DAMASCUS, Syria (AP) — {REST}", "DAMASCUS, Syria", ("AP",)),
        (f"GENEVA/DAMASCUS, Oct 12 (Reuters) - {REST}", "GENEVA/DAMASCUS", ("Reuters",)),
        (f"(Geneva) – {REST}", "Geneva", ()),
        (f"(AFP) — {REST}", None, ("AFP",)),
        (f"حلب – {AR_REST}", "حلب", ()),
        (f"دمشق - سانا: {AR_REST}", "دمشق", ("سانا",)),
        (f"بيروت (رويترز) - {AR_REST}", "بيروت", ("رويترز",)),
    ],
)
def test_dateline(text: str, place: str | None, agencies: tuple[str, ...]) -> None:
    found = split_dateline(text)
    assert found is not None
    assert (found.place, found.agencies) == (place, agencies)
    assert found.rest in (REST, AR_REST)


@pytest.mark.parametrize(
    "text",
    [
        REST,
        "Aleppo – once the country’s largest city – has lost half of its people since the war began.",
        "Aleppo – Syria’s largest city – fell silent on Monday as the truce began.",
        "Assad – who has ruled since 2000 – said on Monday that there would be no talks at all.",
        "Officials said – Three people were killed when the bus left the road near the bridge.",
        "Minister: Nobody will be left behind in the evacuation of the eastern districts.",
        "Breaking – Three people were killed when the bus left the road near the bridge today.",
        "قال الوزير - الذي زار المدينة أمس - إن الطريق سيفتح قريبا أمام المدنيين",
    ],
)
def test_sentence_is_no_dateline(text: str) -> None:
    assert split_dateline(text) is None


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


@pytest.mark.parametrize(
    ("stamp", "instant", "precision"),
    [
        ("2016-10-13T11:23:00+03:00", "2016-10-13T08:23", Precision.SECOND),
        ("2016-10-13T11:23:00.123Z", "2016-10-13T11:23", Precision.SECOND),
        ("2016-10-13 11:23", "2016-10-13T08:23", Precision.MINUTE),
        ("2016-10-13", "2016-10-12T21:00", Precision.DAY),
        ("20161013", "2016-10-12T21:00", Precision.DAY),
        ("Thu, 13 Oct 2016 11:23:00 +0000", "2016-10-13T11:23", Precision.SECOND),
        ("1476357780", "2016-10-13T11:23", Precision.SECOND),
    ],
)
def test_stamps(stamp: str, instant: str, precision: Precision) -> None:
    moment = parse_iso(stamp, DAMASCUS)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(instant).replace(tzinfo=timezone.utc)
    assert moment.precision is precision


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Doe and John Q. Public, Senior Editor", ["Jane Doe", "John Q. Public"]),
        ("كتب: سامر الحلو", ["سامر الحلو"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("Jason Ramon | Updated 3 May 2020", ["Jason Ramon"]),
        ("Jane Doe in Beirut", ["Jane Doe"]),
        ("von Max Muster und Erika Beispiel", ["Max Muster", "Erika Beispiel"]),
        ("jane@example.org", []),
        ("admin", []),
    ],
)
def test_names(byline: str, names: list[str]) -> None:
    assert split_names(byline) == names


STORY = ("The road out of the town was open again on Monday, officials said.", "Two buses left at noon, they added.")


@pytest.mark.parametrize(
    "line",
    [
        "For the latest news follow us on Twitter",
        "Join our Weekly Newsletter",
        "تابعونا على تلغرام",
        "© 2019 Lantern News. All rights reserved.",
        "Your email address will not be published. Required fields are marked *",
        "20 − 19 =",
        "Tags: floods, Merrow",
        "Leave a Reply",
        "Reporting by: Tomas Reh | Source: Lantern News",
        "المصدر: سانا",
    ],
)
def test_lines_after_the_story_go(line: str) -> None:
    sifted = sift_pieces([*map(Piece, STORY), Piece(line)], title="Road open")
    assert tuple(piece.text for piece in sifted.pieces) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Subscribers to its weekly newsletter were told on Sunday that the clinic would close and no other would open.",
        "“Follow us to the river,” the boy shouted.",
        "Images of the raid could not be verified.",
        "By nightfall the bridge was gone.",
        "Source code of the drones was found later.",
        "Share prices fell.",
    ],
)
def test_sentences_of_the_story_stay(line: str) -> None:
    for place in range(3):
        lines = [*STORY[:place], line, *STORY[place:]]
        assert [piece.text for piece in sift_pieces(map(Piece, lines), title="Road open").pieces] == lines


def test_lines_of_credit() -> None:
    assert read_byline("Reporting by: Dara Nouri") == ["Dara Nouri"]
    assert read_byline("By Monday the road was open again.") == []
    assert read_byline("By the time help came, three had died") == []
    assert read_source("Source: Harbour Wire") == ["Harbour Wire"]


@pytest.mark.parametrize(
    ("payload", "content_type", "reason"),
    [
        (b"%PDF-1.7 ...", "text/html", Reason.UNSUPPORTED_TYPE),
        (b"\x89PNG\r\n\x1a\n", None, Reason.UNSUPPORTED_TYPE),
        (b'{"a": 1}', None, Reason.UNSUPPORTED_TYPE),
        (b"<?xml version='1.0'?><rss version='2.0'></rss>", "text/html", Reason.UNSUPPORTED_TYPE),
        (b"x", "image/webp", Reason.UNSUPPORTED_TYPE),
        (b"", "text/html", Reason.NO_TEXT),
        (b"<html><body><script>1</script></body></html>", "text/html", Reason.NO_TEXT),
        (bytes(range(1, 9)) * 100, "text/html", Reason.UNDECODABLE),
        (b"<title>404</title><h1>Page not found</h1><p>Try the search box or go home.</p>", None, Reason.SOFT_404),
        (b"<h1>Seite nicht gefunden</h1><p>Leider gibt es hier nichts.</p>", None, Reason.SOFT_404),
    ],
)
def test_rejections(payload: bytes, content_type: str | None, reason: Reason) -> None:
    result = extract_article(payload, content_type=content_type, url="https://a.example/x")
    assert isinstance(result, Rejected), result
    assert result.reason is reason


@pytest.mark.parametrize(
    ("payload", "content_type", "text"),
    [
        (b"\xff\xfe" + "<p>żółw".encode("utf-16-le"), None, "<p>żółw"),
        ("<p>żółw".encode("utf-16-be"), None, "<p>żółw"),
        ("<p>حلب".encode("cp1256"), "text/html; charset=Windows-1256", "<p>حلب"),
        ("<meta charset=iso-8859-1><p>“x”".encode("cp1252"), None, "<meta charset=iso-8859-1><p>“x”"),
        ("<p>привет мир".encode("cp1251"), 'text/html; charset="x-cp1251"', "<p>привет мир"),
        ("<p>حلب".encode(), "text/html; charset=nonsense", "<p>حلب"),
    ],
)
def test_decoding(payload: bytes, content_type: str | None, text: str) -> None:
    assert decode_page(payload, content_type).text == text


def test_python_codecs_that_are_no_charsets_are_not_taken_from_a_page() -> None:
    assert decode_page(b"<p>uryyb", "text/html; charset=rot13").text == "<p>uryyb"
    with pytest.raises(RejectedPage):
        decode_page(b"GIF89a", "text/html")


def test_words_are_counted_in_any_script() -> None:
    assert count_words("It’s 3.5 kilometres, state-run.") == 4
    assert count_words("قتل سبعة مدنيين") == 3
    assert count_words("東京都") == 3
