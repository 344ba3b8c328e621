"""Numbers in digits and in words, and the labelled pairs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bench.story_pairs import BAR, COPIES, OTHER_NUMBERS, judge_pairs
from crawler.stories.number_words import add_up, read_han
from crawler.stories.numbers import Numbers, differ
from crawler.stories.signatures import CodedText, sign_texts
from crawler.stories.words import encode, word_codes


def numbers_of(text: str, language: str) -> Numbers:
    codes = word_codes(language)
    (signature,) = sign_texts([CodedText(1, language, encode("A title", codes), encode(text, codes))])
    return Numbers.of(signature.numbers)


@pytest.mark.parametrize(
    ("language", "text", "same", "other"),
    [
        ("en", "Officials said that {} people were killed in the attack", "12 twelve", "21 eleven twenty-one"),
        ("en", "Officials said that {} people were displaced by the war", "1,200 1.200 1200", "12,000 120"),
        ("ar", "وقالت السلطات إن {} شخصا قتلوا في القصف أمس", "12 ١٢", "21 ١١ عشرون"),
        ("fa", "مقام‌ها گفتند {} نفر در این حادثه کشته شدند", "12 ۱۲ دوازده", "21 بیست"),
        ("ckb", "بەرپرسان وتیان {} کەس لەو ڕووداوەدا کوژران دوێنێ", "12 ١٢ دوازدە", "21 بیست"),
        ("ku", "Berpirsan got ku {} kes di êrîşê de hatin kuştin", "12 dwazdeh", "21 bîst"),
        ("tr", "Yetkililer saldırıda {} kişinin hayatını kaybettiğini açıkladı bugün", "12 on-iki", "21 yirmi"),
        ("fr", "Les autorités disent que {} personnes ont été tuées hier", "21 vingt-et-un", "12 douze"),
        ("es", "Las autoridades dicen que {} personas murieron en el ataque", "12 doce", "21 veintiuno"),
        ("ru", "Власти сообщили, что {} человек погибли во время удара", "12 двенадцать", "21 двадцать"),
        ("uk", "Влада повідомила, що {} людей загинули під час удару", "12 дванадцять", "21 п'ять"),
        ("zh", "当地官员说这次袭击一共造成{}人死亡另有多人受伤", "12 十二", "21 二十一 二"),
    ],
)
def test_numbers_are_read_however_they_are_written(language: str, text: str, same: str, other: str) -> None:
    one, *again = (numbers_of(text.format(written), language) for written in same.split())
    assert not any(differ(one, two) for two in again)
    assert all(differ(one, numbers_of(text.format(written), language)) for written in other.split())


def test_a_number_more_is_no_other_number() -> None:
    text = "Officials said that 12 people were killed in the attack"
    assert not differ(numbers_of(text, "en"), numbers_of(f"{text} and that 40 houses burned down", "en"))


def test_words_are_added_up() -> None:
    assert add_up([2, 100, 20, 1]) == 221
    assert add_up([3, 1000, 5, 100]) == 3500
    assert [read_han(word) for word in ("二十一", "二〇二六", "一百零五", "三万五千", "两千")] == [
        21,
        2026,
        105,
        35000,
        2000,
    ]


def test_labelled_pairs_are_told_apart(settings: Any) -> None:
    judged = judge_pairs(settings)
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for pair, found in judged:
        wanted = "one story" if pair.kind in COPIES else "other_numbers" if pair.kind in OTHER_NUMBERS else None
        total[pair.kind] += 1
        right[pair.kind] += found == wanted if wanted else found != "one story"
    assert len(judged) >= 240
    assert all(right[kind] >= BAR * total[kind] for kind in total), right
    assert not [pair for pair, found in judged if pair.kind in OTHER_NUMBERS and found == "one story"]
