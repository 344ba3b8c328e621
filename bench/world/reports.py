"""Reports of events that never were, and what outlets make of them: copies, cuts, corrections."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from bench.world.vocabulary import Vocabulary

MEDIAN_WORDS = 330
SIGMA = 0.6
FEWEST_WORDS, MOST_WORDS = 40, 3_000
_EDITED_WORDS = (0.01, 0.04)
_PUNCTUATION = ".,"

Paragraphs = tuple[tuple[str, ...], ...]


class CopyKind(StrEnum):
    """How an outlet prints a report of another."""

    VERBATIM = "verbatim"
    LIGHT_EDIT = "light_edit"
    CUT = "cut"
    WITH_INTRO = "with_intro"


COPY_KINDS = {CopyKind.VERBATIM: 0.4, CopyKind.LIGHT_EDIT: 0.25, CopyKind.CUT: 0.15, CopyKind.WITH_INTRO: 0.2}


@dataclass(frozen=True)
class Report:
    """Paragraphs are words, with their punctuation."""

    vocabulary: Vocabulary
    title: str
    place: str
    author: str
    paragraphs: Paragraphs

    @property
    def words(self) -> int:
        return sum(map(len, self.paragraphs))


class Desk:
    """Where reports are written and changed, all from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._numpy = np.random.default_rng(seed)

    def write(self, vocabulary: Vocabulary) -> Report:
        """A new report. Its first paragraph has two numbers at least."""
        chance = self.chance
        count = round(MEDIAN_WORDS * chance.lognormvariate(0, SIGMA))
        words = vocabulary.draw(self._numpy, max(FEWEST_WORDS, min(count, MOST_WORDS)) + 8)
        title, words = words[:8], words[8:]
        for at in (4, 11):
            words[at] = vocabulary.number(chance.randrange(2, 400))
        title[0] = title[0].capitalize()
        title[1] = chance.choice(vocabulary.names)
        title[4] = words[4]
        return Report(
            vocabulary,
            title=" ".join(title),
            place=chance.choice(vocabulary.names),
            author=f"{chance.choice(vocabulary.names)} {chance.choice(vocabulary.names)}",
            paragraphs=self._paragraphs(words, vocabulary.language.stop),
        )

    def copy(self, report: Report, kind: CopyKind, agency: str) -> Report:
        """The report as another outlet prints it; no copy has a number that the report has not."""
        if kind is CopyKind.LIGHT_EDIT:
            return replace(report, paragraphs=self._edit_words(report))
        if kind is CopyKind.CUT:
            kept = max(1, round(len(report.paragraphs) * self.chance.uniform(0.5, 0.85)))
            return replace(report, paragraphs=report.paragraphs[:kept])
        if kind is CopyKind.WITH_INTRO:
            credit = (*report.vocabulary.language.reporting.split(), f"{agency}.")
            return replace(report, paragraphs=(self.paragraph(report.vocabulary, 25), *report.paragraphs, credit))
        return report

    def with_other_numbers(self, report: Report) -> Report:
        """The same words about another day: some numbers differ, the first one always."""
        places = [
            (at, index)
            for at, paragraph in enumerate(report.paragraphs)
            for index, word in enumerate(paragraph)
            if is_number(word)
        ]
        changed = {places[0], *self.chance.sample(places, min(len(places), self.chance.randrange(1, 4)))}
        paragraphs = [list(paragraph) for paragraph in report.paragraphs]
        for at, index in changed:
            paragraphs[at][index] = self._other_number(report.vocabulary, paragraphs[at][index])
        return replace(report, paragraphs=tuple(map(tuple, paragraphs)))

    def with_addition(self, report: Report) -> Report:
        """The report with a paragraph more, in which there is no number."""
        addition = self.paragraph(report.vocabulary, self.chance.randrange(15, 60))
        return replace(report, paragraphs=(*report.paragraphs, addition))

    def paragraph(self, vocabulary: Vocabulary, words: int) -> tuple[str, ...]:
        """Sentences without numbers."""
        drawn = [word for word in vocabulary.draw(self._numpy, words) if not is_number(word)]
        drawn[0] = drawn[0].capitalize()
        drawn[-1] += vocabulary.language.stop
        return tuple(drawn)

    def _paragraphs(self, words: list[str], stop: str) -> Paragraphs:
        paragraphs: list[tuple[str, ...]] = []
        start = at = 0
        lengths = iter(self._numpy.integers(9, 28, len(words) // 9 + 2).tolist())
        sentences = iter(self._numpy.integers(1, 4, len(words) // 9 + 2).tolist())
        left = next(sentences)
        while at < len(words):
            end = min(at + next(lengths), len(words))
            if end > len(words) - 5:
                end = len(words)
            words[at] = words[at].capitalize()
            if end - at > 14:
                words[at + 8] += ","
            words[end - 1] += stop
            at = end
            left -= 1
            if left == 0 or at == len(words):
                paragraphs.append(tuple(words[start:at]))
                start = at
                left = next(sentences)
        return tuple(paragraphs)

    def _edit_words(self, report: Report) -> Paragraphs:
        paragraphs = [list(paragraph) for paragraph in report.paragraphs]
        for _ in range(max(1, round(report.words * self.chance.uniform(*_EDITED_WORDS)))):
            paragraph = self.chance.choice(paragraphs)
            index = self.chance.randrange(len(paragraph))
            word = paragraph[index]
            if not is_number(word):
                other = self.chance.choice(report.vocabulary.tokens[: report.vocabulary.first_number])
                paragraph[index] = other + word[len(word.rstrip(_PUNCTUATION)) :]
        return tuple(map(tuple, paragraphs))

    def _other_number(self, vocabulary: Vocabulary, word: str) -> str:
        bare = word.rstrip(_PUNCTUATION)
        other = bare
        while other == bare:
            other = vocabulary.number(self.chance.randrange(2, 400))
        return other + word[len(bare) :]


def is_number(word: str) -> bool:
    return word.rstrip(_PUNCTUATION).isdigit()
