"""The words of a language, and how often each is used: as Zipf found it in real ones."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from bench.world.languages import Language

CONTENT_WORDS = 5_000
NAMES = 600
NUMBERS = 900
_NAME_SHARE = 0.06
_NUMBER_SHARE = 0.02
_TOPIC_SHARE = 0.15
_TOPIC_WORDS = 30


class Vocabulary:
    """Tokens by number: function words, content words, names, then numbers."""

    def __init__(self, language: Language, chance: random.Random) -> None:
        self.language = language
        functions = list(dict.fromkeys(language.function_words))
        taken = set(functions)
        contents = _invent(language, chance, CONTENT_WORDS, taken, range(1, 4))
        names = [name.capitalize() for name in _invent(language, chance, NAMES, taken, range(2, 4))]
        numbers = [self.number(value) for value in range(2, 2 + NUMBERS)]
        self.tokens: Sequence[str] = [*functions, *contents, *names, *numbers]
        self.names: Sequence[str] = names
        self._first_content = len(functions)
        self.first_number = len(functions) + len(contents) + len(names)
        self._array = np.array(self.tokens, dtype=object)
        words = 1 / (np.arange(len(functions) + len(contents)) + 2.7)
        weights = np.concatenate(
            (
                (1 - _NAME_SHARE - _NUMBER_SHARE) * words / words.sum(),
                _NAME_SHARE * _zipf(NAMES),
                _NUMBER_SHARE * _zipf(NUMBERS),
            )
        )
        self._cumulated = np.cumsum(weights)

    def number(self, value: int) -> str:
        """A number as this language writes it."""
        return str(value).translate(str.maketrans("0123456789", self.language.digits))

    def draw(self, chance: np.random.Generator, count: int) -> list[str]:
        """Words of one report: some of them come again and again, since they are what it is about."""
        drawn = np.searchsorted(self._cumulated, chance.random(count)).clip(max=len(self.tokens) - 1)
        about = chance.integers(self._first_content, self.first_number, _TOPIC_WORDS)
        on_topic = (chance.random(count) < _TOPIC_SHARE) & (drawn < self.first_number)
        drawn[on_topic] = about[chance.integers(0, _TOPIC_WORDS, int(on_topic.sum()))]
        words: list[str] = self._array[drawn].tolist()
        return words


def _zipf(count: int) -> np.ndarray:
    weights = 1 / (np.arange(count) + 1.0)
    return np.asarray(weights / weights.sum())


def _invent(language: Language, chance: random.Random, count: int, taken: set[str], syllables: range) -> list[str]:
    words: list[str] = []
    while len(words) < count:
        parts = [
            chance.choice(language.onsets) + chance.choice(language.vowels) + chance.choice(language.codas)
            for _ in range(chance.choice(syllables))
        ]
        word = "".join(parts) + chance.choice(language.endings)
        if len(word) >= 3 and word not in taken:
            taken.add(word)
            words.append(word)
    return words
