"""Dates counted back from now: `3 hours ago`, `منذ ساعتين`, `gestern`."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from crawler.clean.calendars import fold_word, pairs_of, words_of


class Ago(NamedTuple):
    back: timedelta
    is_exact: bool
    """Whether the time of day follows too: so for minutes and hours."""


_MINUTE, _HOUR, _DAY, _WEEK, _MONTH, _YEAR = 1, 60, 1440, 10080, 43200, 525600
_UNITS = {
    _MINUTE: (
        "minute minutes min mins minuten minuto minutos minuti minut minuta minuty minuut minuutit minuutti "
        "minuuttia minuter minutter minutu dakika dk хвилин хвилини хвилину минут минуты минуту мин хв dəqiqə "
        "perc λεπτά λεπτό دقيقة دقائق دقيقه دقیقه دقیقة منٹ دقات دقیقەی خولەک דקות דקה मिनट মিনিট นาที phút menit "
        "dakîqe deqe daqiiqo dakika minutė minutes minūtēm"
    ),
    _HOUR: (
        "hour hours hr hrs h stunde stunden std heure heures hora horas ora ore uur uren timme timmar time timer "
        "saat sa godzina godzin godziny godz години годин годину год час часа часов ч hodina hodiny hodinami "
        "hodin óra órája órával ώρα ώρες ساعة ساعات ساعه ساعت گھنٹے گھنٹہ کاتژمێر سەعات שעות שעה घंटे घंटा ঘণ্টা "
        "ชั่วโมง giờ jam saet tunti tuntia saatlik saat əvvəl sati sata valandas val stundām demjimêr"
    ),
    _DAY: (
        "day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen dagar dager dage gün день "
        "дня дней дні днів dzień dni den dny dnů dana napja μέρες ημέρες يوم أيام ايام روز دن ڕۆژ רוز ימים יום "
        "दिन দিন วัน ngày hari roj päivä päivää zile dienas dienām"
    ),
    _WEEK: (
        "week weeks woche wochen semaine semaines semana semanas settimana settimane weken vecka veckor uke uker "
        "hafta неделя недели недель тиждень тижні тижнів tydzień tygodnie tygodni أسبوع أسابيع اسبوع هفته שבועות "
        "שבוע सप्ताह"
    ),
    _MONTH: (
        "month months monat monate monaten mois mes meses mese mesi maand maanden månad månader måned måneder ay "
        "месяц месяца месяцев місяць місяці місяців miesiąc miesiące miesięcy شهر أشهر شهور ماه חודשים חודש महीने"
    ),
    _YEAR: (
        "year years jahr jahre jahren an ans año años anno anni ano anos jaar år yıl год лет рік роки років rok "
        "lata lat سنة سنوات سال שנים שנה"
    ),
}
_DUALS = pairs_of(
    "ساعتين:120 ساعتان:120 دقيقتين:2 يومين:2880 يومان:2880 أسبوعين:20160 اسبوعين:20160 شهرين:86400 שעתיים:120 "
    "יומיים:2880 שבועיים:20160"
)
_ONES = words_of("a an bir een eine einem einer en et ett one um uma un una une één один одна одну واحدة یک")
_MARK = re.compile(
    r"\b(?:ago|vor|il y a|hace|h[áa]|fa|siden|sedan|sitten|geleden|önce|evvel|əvvəl|назад|тому|temu|před|acum|"
    r"pred|prije|преди|πριν|pirms|prieš|trước|lalu|berê)\b|منذ|قبل|پیش|پېش|لەمەوبەر|پێش|לפני|पहले|আগে|"
    r"ที่แล้ว|前|전",
    re.IGNORECASE,
)
_CJK = re.compile(r"(\d+)\s*(分钟|分鐘|分|분|小时|小時|時間|시간|天|日|일|週間|周|주)\s*(?:前|전|之前)")
_CJK_UNITS = {"分": _MINUTE, "분": _MINUTE, "小": _HOUR, "時": _HOUR, "시": _HOUR, "天": _DAY, "日": _DAY, "일": _DAY,
              "週": _WEEK, "周": _WEEK, "주": _WEEK}  # fmt: skip
_COUNTED = re.compile(r"(?:(\d{1,3})\s*|([^\W\d_]+)\s+)?([^\W\d_][^\W\d_\u0300-\u036f]*)")
_TODAY = words_of(
    "today heute hoy oggi hoje vandaag idag bugün сегодня сьогодні dziś dzisiaj اليوم امروز ئەمڕۆ آج היום îro "
    "днес danas dnes σήμερα आज আজ วันนี้ 今日 今天 오늘"
)
_YESTERDAY = words_of(
    "yesterday gestern hier ayer ieri ontem gisteren igår dün вчера вчора wczoraj أمس امس دیروز دوێنێ کل אתמול "
    "duh jučer juče včera χθες 昨日 昨天 어제 เมื่อวาน"
)
LONGEST_AGO = 60


@lru_cache(maxsize=1)
def _units() -> dict[str, int]:
    return {fold_word(word): size for size, words in _UNITS.items() for word in words.split()}


@lru_cache(maxsize=1)
def _other_words() -> tuple[dict[str, int], dict[str, int], frozenset[str]]:
    return (
        {fold_word(word): int(size) for word, size in _DUALS.items()},
        {**{fold_word(word): 0 for word in _TODAY}, **{fold_word(word): 1 for word in _YESTERDAY}},
        frozenset(map(fold_word, _ONES)),
    )


def read_ago(text: str) -> Ago | None:
    """How far back a short text with ASCII digits says that it was; None where it is long, or does not say."""
    if len(text) > LONGEST_AGO:
        return None
    if match := _CJK.search(text):
        return _ago(int(match[1]), _CJK_UNITS[match[2][0]])
    duals, days, ones = _other_words()
    if _MARK.search(text):
        units = _units()
        words = [fold_word(word) for word in re.findall(r"\d+|[^\W\d_]+(?:[\u0900-\u0e7f][^\W\d_]*)*", text)]
        for place, word in enumerate(words):
            if word in duals:
                return _ago(1, duals[word])
            if word not in units:
                continue
            before = words[place - 1] if place else ""
            if before.isdigit():
                if len(before) <= 3:
                    return _ago(int(before), units[word])
            elif before in ones or before in ("منذ", "قبل", "لפני", "לפני"):
                return _ago(1, units[word])
    for word in re.findall(r"[^\W\d_]+", text)[:6]:
        back = days.get(fold_word(word))
        if back is not None:
            return Ago(timedelta(days=back), is_exact=False)
    return None


def _ago(count: int, unit: int) -> Ago:
    return Ago(timedelta(minutes=count * unit), is_exact=unit <= _HOUR or count * unit < _DAY)
