"""What goes from sentence to sentence of one note: headings, tables, topics, the region and the study spoken of."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Set

from chartgap.extract.document.sections import Section, SectionWalker
from chartgap.extract.document.text import Span, View
from chartgap.extract.phrases.layout import has_boxes, has_columns
from chartgap.extract.phrases.spelling import Correction
from chartgap.extract.recognizers.study import StudyTracker
from chartgap.extract.sentences.about import TopicWalker
from chartgap.extract.sentences.crossed import has_rows
from chartgap.extract.sentences.heading import Heading
from chartgap.extract.sentences.sentence import Sentence
from chartgap.model import Side

_BLANK_LINE = re.compile(r"\n\s*\n\s*")


class Walk:
    """What goes from sentence to sentence of one note: section, heading, table, topic, region, study."""

    def __init__(
        self,
        view: View,
        sections: list[Section],
        slips: list[Correction],
        tracker: StudyTracker,
        silent: Mapping[str | None, Set[str]],
    ) -> None:
        self.view, self.slips = view, slips
        self._silent = silent
        self.tables, self.boxes = has_columns(view.folded), has_boxes(view.folded)
        self.crossed = has_rows(view.folded)
        self.heading = self._outer = Heading()
        self._headed = 0  # where the last heading stands
        self.table: tuple[Side, Side] | None = None
        self.apart = False  # a blank line stands between the head of the table and what follows
        self.region: str | None = None
        self.elsewhere, self.age = False, 0  # sentences since the region was named
        self.topics = TopicWalker()
        self._tracker, self._walker = tracker, SectionWalker(sections)
        self._section: str | None = None
        self._blanks = [m.end() for m in _BLANK_LINE.finditer(view.folded)]
        self._end = 0  # of the sentence before

    def take(self, sentence: Sentence, heading: Heading) -> None:
        """Take a new heading; one alone on its line lends its limb to those below it that name none."""
        if sentence.heading_end >= sentence.end:
            self._outer = heading
        elif self._outer.text:
            heading = heading.below(self._outer)
        if self.view.folded.find("\n", self._headed, sentence.start) < 0:
            heading = heading.beside(self.heading)
        self._headed = sentence.start
        self.heading = sentence.heading = heading

    def silent(self, section: str | None) -> Set[str]:
        """The kinds that say nothing in a section."""
        return self._silent.get(section, frozenset())

    def reports(self, sentence: Sentence) -> bool:
        """Whether a sentence may go on with what a study shows."""
        return self._tracker.near(sentence)

    def enter(self, span: Span) -> str | None:
        """The section of a sentence; a new one ends heading, region and table, a blank line the heading."""
        section = self._walker.at(span.start)
        if section != self._section:
            self.heading, self.region, self.table = Heading(), None, None
            self._outer = Heading()
            self._section, self.elsewhere = section, False
        if self._blanks and _between(self._blanks, self._end, span.start + 1):
            self.heading = self._outer = Heading()
            self.apart = True
        self._end = span.end
        return section

    def leave(self, sentence: Sentence) -> None:
        """Remember the region and the study that a sentence names."""
        self._tracker.see(sentence)
        named = sentence.all_regions
        if named:
            self.region, self.age, self.elsewhere = named[-1], 0, False
        elif "t:imaging" in sentence.lexemes and any(not lex.entry.void for lex in sentence.of("other_body")):
            self.region, self.elsewhere = None, True  # films of the knee: what follows is not of the spine
        else:
            self.age += 1


def _between(positions: list[int], low: int, high: int) -> bool:
    at = bisect_left(positions, low)
    return at < len(positions) and positions[at] < high
