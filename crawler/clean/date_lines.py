"""Lines of text that are dates, on pages and in documents without markup."""

from __future__ import annotations

import re
from datetime import datetime

from crawler.clean.clocks import UTC
from crawler.clean.instants import make_readable, parse_ago, read_all

_FILLER = re.compile(
    r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|urday)?\b|"
    r"\b(?:on|at|um|uhr|à|a las|le|den|der|vom|am|il|alle|ore|kl|de|of|hrs?|by|dat[ae]|datum|fecha|tarih|saat|time)\b|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|"
    r"pazartesi|salı|çarşamba|perşembe|cuma(?:rtesi)?|pazar|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|"
    r"понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|"
    r"понеділок|вівторок|середа|четвер|п.ятниця|субота|неділя|"
    r"الاثنين|الإثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة|السبت|الأحد|الاحد|"
    r"الساعة|بتاريخ|التاريخ|تاريخ|بتوقيت|غرينتش|يوم|"
    r"دوشنبه|سه.?شنبه|چهارشنبه|پنج.?شنبه|شنبه|جمعه|یکشنبه|ساعت|"
    r"יום|ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת|[月火水木金土日]曜日?|星期.|[월화수목금토일]요일|입력|수정",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"\b(?:first |last |date |originally )?(?:publi\w+|posted|updat\w+|modifi\w+|created|edited|aktualisiert|"
    r"veröffentlicht|stand|erstellt|mis à jour|actualizado|publicad\w+|aggiornat\w+|pubblicat\w+|güncelle\w+|yayın\w*|"
    r"опубликовано|обновлено|оновлено|опубліковано)\b|"
    r"تاريخ النشر|نشر(?:ت|ر)? في|نشر|آخر تحديث|تم التحديث|تحديث|تاریخ انتشار|עודכן|פורסם",
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
    text = make_readable(text)
    readings = read_all(text)
    if not readings:
        from_now = parse_ago(text, UTC, datetime(2020, 1, 1, tzinfo=UTC))
        return from_now is not None and len(text) <= 30
    for reading in reversed(readings):
        text = text[: reading.start] + " " + text[reading.end :]
    for pattern in (_CLOCK, _LABELS, _FILLER):
        text = pattern.sub(" ", text)
    return sum(char.isalnum() for char in text) <= _MOST_REST
