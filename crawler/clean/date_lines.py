"""Lines of text that are dates, on pages and in documents without markup."""

from __future__ import annotations

import re
from datetime import datetime

from crawler.clean.clocks import UTC
from crawler.clean.instants import parse_ago, read_all, to_ascii_digits

_FILLER = re.compile(
    r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|urday)?\b|\b(?:on|at|um|uhr|à|a las|le|den|der|vom|am|il|alle|ore|"
    r"kl|de|of|hrs?|by|date|datum|fecha|data|tarih|saat|time)\b|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|"
    r"miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|pazartesi|salı|çarşamba|"
    r"perşembe|cuma(?:rtesi)?|pazar|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|понедельник|вторник|среда|четверг|пятница|"
    r"суббота|воскресенье|понеділок|вівторок|середа|четвер|п.ятниця|субота|неділя|الاثنين|الإثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|"
    r"الجمعة|السبت|الأحد|الاحد|الساعة|بتاريخ|التاريخ|تاريخ|بتوقيت|غرينتش|يوم|دوشنبه|سه.?شنبه|چهارشنبه|پنج.?شنبه|شنبه|جمعه|یکشنبه|ساعت|"
    r"יום|ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת|[月火水木金土日]曜日?|星期.|[월화수목금토일]요일|입력|수정",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"\b(?:first |last |date |originally )?(?:publi\w+|posted|updat\w+|modifi\w+|created|edited|aktualisiert|veröffentlicht|stand|erstellt|"
    r"mis à jour|actualizado|publicad\w+|aggiornat\w+|pubblicat\w+|güncelle\w+|yayın\w*|опубликовано|обновлено|оновлено|опубліковано)\b"
    r"|تاريخ النشر|نشر(?:ت|ر)? في|نشر|آخر تحديث|تم التحديث|تحديث|تاریخ انتشار|پנורסם|עודכן|פורסם",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\d{1,2}\s?[:.h：時시点]\s?\d{2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b\.?|[صم]\b|uhr|h\b)?(?:\s?(?:UTC|GMT|Z|[A-Z]{2,4}T)\b)?",
    re.IGNORECASE,
)
_MOST_REST = 3


def is_date_line(text: str) -> bool:
    """Whether a line says nothing but a date, a time, and that it is of publication or of a change."""
    if len(text) > 100 or not (any(c.isdigit() for c in text) or len(text) < 30):
        return False
    text = to_ascii_digits(text)
    readings = read_all(text)
    if not readings:
        from_now = parse_ago(text, UTC, datetime(2020, 1, 1, tzinfo=UTC))
        return from_now is not None and len(text) <= 30
    for reading in reversed(readings):
        text = text[: reading.start] + " " + text[reading.end :]
    for pattern in (_CLOCK, _LABELS, _FILLER):
        text = pattern.sub(" ", text)
    return sum(char.isalnum() for char in text) <= _MOST_REST
