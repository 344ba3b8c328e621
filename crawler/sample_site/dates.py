"""Dates as the outlets write them, in the local time of the invented country (three hours ahead of UTC all year)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

LOCAL_ZONE = timezone(timedelta(hours=3))
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
LEVANTINE_MONTHS = (
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
)
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def format_iso(instant: datetime) -> str:
    return instant.astimezone(LOCAL_ZONE).isoformat()


def format_rfc822(instant: datetime) -> str:
    return format_datetime(instant.astimezone(LOCAL_ZONE))


def format_english_date(instant: datetime, with_time: bool = False) -> str:
    local = instant.astimezone(LOCAL_ZONE)
    day = f"{local.day} {ENGLISH_MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local:%H:%M}" if with_time else day


def format_arabic_date(instant: datetime, with_time: bool = False) -> str:
    local = instant.astimezone(LOCAL_ZONE)
    day = f"{local.day} {LEVANTINE_MONTHS[local.month - 1]} {local.year}"
    return (f"{day} - {local:%H:%M}" if with_time else day).translate(ARABIC_DIGITS)
