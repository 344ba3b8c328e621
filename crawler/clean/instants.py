"""Reading dates and times as pages write them, in figures or with the names of months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from crawler.records import Precision

_MONTH_NAMES = {
    1: "january jan januar jänner janvier janv enero ene gennaio janeiro ocak январь января січня januari styczeń "
    "stycznia يناير ينایر جانفي كانون_الثاني کانون_الثاني كانون_ثاني يناير/كانون_الثاني ژانویه",
    2: "february feb februar février fevrier févr febrero febbraio fevereiro şubat subat февраль февраля лютого "
    "februari luty lutego فبراير فيفري شباط فوریه",
    3: "march mar märz mars marzo março marco mart март марта березня maart marzec marca مارس آذار اذار مارچ",
    4: "april apr avril avr abril abr aprile nisan апрель апреля квітня "
    "kwiecień kwietnia أبريل ابريل إبريل أفريل افريل نيسان آوریل",
    5: "may mai mayo maggio maio mayıs mayis май мая травня mei maj maja مايو ماي أيار ايار مه",
    6: "june jun juni juin junio giugno junho haziran июнь июня червня czerwiec czerwca يونيو يونيه جوان حزيران ژوئن",
    7: "july jul juli juillet juil julio luglio julho temmuz "
    "июль июля липня lipiec lipca يوليو يوليه جويلية تموز ژوئیه",
    8: "august aug août aout agosto ağustos agustos август августа серпня augustus augusti sierpień sierpnia "
    "أغسطس اغسطس أوت اوت غشت آب اب اوت",
    9: "september sept sep septembre septiembre settembre setembro eylül eylul сентябрь сентября вересня wrzesień "
    "września سبتمبر شتنبر أيلول ايلول سپتامبر",
    10: "october oct oktober okt octobre octubre ottobre outubro ekim октябрь октября жовтня październik "
    "października أكتوبر اكتوبر تشرين_الأول تشرين_الاول تشرين_أول اکتبر",
    11: "november nov novembre noviembre novembro kasım kasim ноябрь ноября листопада listopad listopada نوفمبر نونبر "
    "تشرين_الثاني تشرين_ثاني نوامبر",
    12: "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro aralık aralik декабрь "
    "декабря грудня desember grudzień grudnia ديسمبر دجنبر كانون_الأول كانون_الاول كانون_أول دسامبر",
}
MONTHS = {name.replace("_", " "): number for number, names in _MONTH_NAMES.items() for name in names.split()}
MONTH_PATTERN = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(MONTHS, key=len, reverse=True))
_DIGITS = {
    **{0x0660 + n: str(n) for n in range(10)},
    **{0x06F0 + n: str(n) for n in range(10)},
}
_ISO = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"(?:(?:[T ]|\s+at\s+)(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d+)?)?\s*(?P<z>Z|UTC|GMT|"
    r"[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z)?)?$")
_TIME = re.compile(
    r"(?<![\d:])(?P<H>\d{1,2})[:.h](?P<M>\d{2})(?::(?P<S>\d{2}))?(?![\d.]?\d)\s*(?P<half>[ap]\.?m\.?|صباحا?ً?|"
    r"مساءً?|ص|م)?(?![^\W\d_])"
    r"\s*(?P<z>Z\b|UTC|GMT(?:\s?[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}|(?:E[SD]T|C[SD]T|M[SD]T|P[SD]T|CES?T|"
    r"EES?T|BST|MSK|JST|IST)\b)?",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?(?:\s+de|"
    rf"\s+of)?[\s,./-]*(?<![^\W\d_])(?P<m>{MONTH_PATTERN})(?![^\W\d_])\.?"
    rf"(?:\s*[/(]\s*(?:{MONTH_PATTERN})\)?)?(?:\s+de|\s+عام|\s+سنة)?[\s,،./-]*(?P<y>\d{{4}})",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?<![^\W\d_])(?P<m>{MONTH_PATTERN})(?![^\W\d_])\.?\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[,،.]\s*|"
    rf"\s+)(?P<y>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s*[/.年년]\s*(?P<m>\d{1,2})\s*[/.月월]\s*(?P<d>\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<![\d/.])(?P<a>\d{1,2})(?P<sep>[/.\-])(?P<b>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d{2})(?!\d)")
_ZONES = {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2,
    "eet": 2, "eest": 3, "bst": 1, "msk": 3, "jst": 9, "ist": 5.5,
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """An instant, with the offset from UTC that it was stated in, and how exactly it was stated."""

    at: datetime
    precision: Precision


def zone_of(time_zone: str | None) -> tzinfo:
    return ZoneInfo(time_zone) if time_zone else timezone.utc


def parse_stamp(value: object, zone: tzinfo) -> Moment | None:
    """A machine's date: ISO 8601 and its cousins, RFC 2822, Unix seconds or milliseconds."""
    text = str(value or "").strip().translate(_DIGITS)
    if re.fullmatch(r"\d{10}(?:\d{3})?(?:\.0)?", text) and text[:1] == "1":
        return Moment(datetime.fromtimestamp(int(text[:10]), timezone.utc), Precision.SECOND)
    if match := _COMPACT.match(text):
        y, m, d, hour, minute, second, utc = match.groups()
        return _moment(y, m, d, hour, minute, second, utc, zone)
    if match := _ISO.match(text):
        parts = match.groupdict()
        half = re.search(r"\d\s*([ap])\.?m\b", text, re.IGNORECASE)
        hour = parts["H"]
        if half and hour:
            hour = str(int(hour) % 12 + (12 if half[1].lower() == "p" else 0))
        return _moment(parts["y"], parts["m"], parts["d"], hour, parts["M"], parts["S"], parts["z"], zone)
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return parse_words(text, zone)
    return _checked(parsed if parsed.tzinfo else parsed.replace(tzinfo=zone), Precision.SECOND)


def parse_words(text: str, zone: tzinfo, *, month_first: bool = False) -> Moment | None:
    """A date as people write it, anywhere in a short text, with the time that stands beside it."""
    text = " ".join(text.translate(_DIGITS).split())
    if iso := _ISO.search(text):
        parts = iso.groupdict()
        if parts["H"]:
            return _moment(parts["y"], parts["m"], parts["d"], parts["H"], parts["M"], parts["S"], parts["z"], zone)
        return _with_time(parts["y"], parts["m"], parts["d"], text, iso.end(), zone)
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        if match := pattern.search(text):
            month = MONTHS[" ".join(match["m"].lower().split())]
            return _with_time(match["y"], str(month), match["d"], text, match.end(), zone, match.start())
    if match := _YEAR_FIRST.search(text):
        return _with_time(match["y"], match["m"], match["d"], text, match.end(), zone, match.start())
    if match := _DAY_FIRST.search(text):
        first, second = (match["b"], match["a"]) if month_first else (match["a"], match["b"])
        if int(second) > 12:
            first, second = second, first
        return _with_time(match["y"], second, first, text, match.end(), zone, match.start())
    return None


def _with_time(y: str, m: str, d: str, text: str, end: int, zone: tzinfo, start: int = 0) -> Moment | None:
    clock = _TIME.search(text[end : end + 40]) or _TIME.search(text[max(0, start - 25) : start])
    if clock is None:
        return _moment(y, m, d, None, None, None, None, zone)
    hour = int(clock["H"])
    half = (clock["half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[0] in "pم" else 0)
    return _moment(y, m, d, str(hour), clock["M"], clock["S"], clock["z"], zone)


def _moment(
    y: str, m: str, d: str, hour: str | None, minute: str | None, second: str | None, offset: str | None, zone: tzinfo
) -> Moment | None:
    try:
        local = datetime(
            int(y), int(m), int(d), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=_offset(offset) or zone
        )
    except (ValueError, OverflowError):
        return None
    precision = Precision.DAY if hour is None else Precision.MINUTE if second is None else Precision.SECOND
    return _checked(local, precision)


def _checked(at: datetime, precision: Precision) -> Moment | None:
    try:
        at.astimezone(timezone.utc)
    except (ValueError, OverflowError):  # the first or last day that a datetime can hold
        return None
    return Moment(at, precision)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    name = text.strip().lower().replace(" ", "")
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    if name in ("z", "utc", "gmt"):
        return timezone.utc
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?", name)
    if not match:
        return None
    delta = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-delta if match[1] == "-" else delta)
