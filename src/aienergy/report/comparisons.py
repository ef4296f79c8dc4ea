"""A sentence that compares must hold the number that it compares by.

Digits and quantity words are refused in the templates (`aienergy.prose.lint`); what a sentence
makes of its numbers can be seen on the finished page alone, where each bound number is a link.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from aienergy.errors import Problem

COMPARISON_WORDS = re.compile(
    r"\b(?:more|less|fewer|larger|largest|smaller|smallest|higher|highest|lower|lowest|faster"
    r"|fastest|slower|slowest|greater|greatest|bigger|biggest|cheaper|cheapest|costlier|longer"
    r"|shorter|dominant|dominat(?:es?|ed|ing)|outweigh(?:s|ed|ing)?|exceed(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
# These words compare nothing.
_FIXED = re.compile(
    r"\b(?:once more|no longer|any longer|more or less|no more|not more|nothing more"
    r"|any more|lower (?:bound|end)s?|learn more)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile("“[^”]*”")  # what others say is theirs
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# A number of the figure's own table, in a caption: digits that belong to no name and are no year.
_DIGITS = re.compile(r"(?<![\w.\-–])(?!(?:19|20)\d\d\b)\d[\d,.]*(?![\w\-–])")
_BOUND = "\x01"  # stands where a bound number stood
_BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "figcaption", "caption", "div", "section"})
# Tables hold labels, an article is an entry of a list that quotes, and a title is its author's.
_UNREAD = frozenset({"style", "script", "svg", "nav", "table", "article", "cite"})


def unbound_comparisons(page: str, where: str) -> list[Problem]:
    """Return each sentence of the prose that compares without a bound number.

    Tables, entries of lists and what stands in quotation
    marks are left out; in captions, numbers of the figure's table count as bound.

    Args:
        page: The finished page for the screen.
        where: Name of the page, for the message.
    """
    reader = _Sentences()
    reader.feed(page)
    reader.close()
    hint = "Bind the number that it compares by, or say it without the comparison."
    return [
        Problem(where, f"'{word}' compares without a number in '{_shown(sentence)}'", hint)
        for sentence, in_caption in reader.sentences()
        if (word := _comparison(sentence, in_caption))
    ]


def _comparison(sentence: str, in_caption: bool) -> str:
    """Return the word by which a sentence compares without a number, or nothing."""
    if _BOUND in sentence or (in_caption and _DIGITS.search(sentence)):
        return ""
    found = COMPARISON_WORDS.search(_FIXED.sub("", _QUOTED.sub("", sentence)))
    return found[0] if found else ""


def _shown(sentence: str) -> str:
    return sentence if len(sentence) <= 120 else f"{sentence[:117]}..."


class _Sentences(HTMLParser):
    """Collect the prose of a page by block, a mark in place of each bound number."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[tuple[str, bool]] = []
        self._text: list[str] = []
        self._unread = 0
        self._captions = 0
        self._silent_links = 0

    def sentences(self) -> Iterator[tuple[str, bool]]:
        """Yield each sentence, and whether it stands in a caption."""
        self._end_block()
        for block, in_caption in self._blocks:
            for sentence in _SENTENCE_END.split(" ".join(block.split())):
                yield sentence, in_caption

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in _UNREAD
        if tag in _BLOCKS:
            self._end_block()
        self._captions += tag == "figcaption"
        if tag == "a":
            bound = dict(attrs).get("class") == "n"
            self._silent_links += not bound
            if bound:
                self._text.append(_BOUND)

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in _UNREAD
        if tag in _BLOCKS:
            self._end_block()
        self._captions -= tag == "figcaption"
        if tag == "a" and self._silent_links:
            self._silent_links -= 1

    def handle_data(self, data: str) -> None:
        if not self._unread and not self._silent_links:
            self._text.append(data)

    def _end_block(self) -> None:
        if self._text:
            self._blocks.append(("".join(self._text), self._captions > 0))
            self._text = []
