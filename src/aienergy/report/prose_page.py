"""The functions of the prose as the pages use them, and their forgiving form for drafts."""

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from aienergy.contracts.numbers import Number
from aienergy.errors import LedgerError, Problem
from aienergy.prose import Mode, Prose, authors_short


class PageProse(Prose):
    """Prose whose citations carry the letters that tell sources of one year apart."""

    def year(self, key: str) -> str:
        """Return the year of a subject's date, or of a source, without a letter."""
        return re.sub(r"(?<=[\d.])-?[a-z]$", "", super().year(key))

    def cite_short(self, key: str) -> Markup:
        """Cite one source without brackets: `Strubell et al. 2019`, linked."""
        return Markup(self.cite(key)[1:-1])

    def source_text(self, key: str) -> str:
        """Return author and year of a source, without a link."""
        return f"{authors_short(self.sources[key])} {self.sources[key]['year']}"

    def linked(self, text: str, keys: Iterable[str]) -> Markup:
        """Return a text with the citations in it linked, and told apart by their letters.

        Args:
            text: Plain text, cited in by `Prose` in text mode.
            keys: Sources that it may cite; where two read alike, neither is linked.
        """
        plain: dict[str, list[str]] = {}
        for key in keys:
            short = f"{authors_short(self.sources[key])} {self.year(key)}"
            plain.setdefault(str(escape(short)), []).append(key)
        marked = str(escape(text))
        names = sorted((name for name in plain if len(plain[name]) == 1), key=len, reverse=True)
        if names:
            either = re.compile("|".join(re.escape(name) for name in names))
            marked = either.sub(lambda m: str(self.cite_short(plain[m[0]][0])), marked)
        return Markup(marked)

    def problems(self) -> list[Problem]:
        """Return what was asked for in vain; nothing, as the first such thing ends the build."""
        return []


class DraftProse(PageProse):
    """Prose that marks what is missing and goes on, so that one run tells all of it."""

    def __init__(
        self,
        numbers: Mapping[str, Number],
        names: Mapping[str, str],
        dates: Mapping[str, str],
        sources: Mapping[str, Mapping[str, str]],
        mode: Mode,
    ) -> None:
        super().__init__(numbers, names, dates, sources, mode)
        self._missing: list[Problem] = []

    def number(self, key: str, unit: str = "", digits: int = 0, *, bare: bool = False) -> str:
        """Print a number, or a mark."""
        try:
            return super().number(key, unit, digits, bare=bare)
        except LedgerError as error:
            return self._mark(error)

    def span(self, key: str, unit: str = "", digits: int = 0) -> str:
        """Print an interval, or a mark."""
        try:
            return super().span(key, unit, digits)
        except LedgerError as error:
            return self._mark(error)

    def value(self, key: str, unit: str = "") -> float:
        """Return a value, or one."""
        try:
            return super().value(key, unit)
        except LedgerError as error:
            self._mark(error)
            return 1.0

    def name(self, key: str) -> str:
        """Return a name, or a mark."""
        try:
            return super().name(key)
        except LedgerError as error:
            return self._mark(error)

    def date(self, key: str) -> str:
        """Return a date, or a mark."""
        try:
            return super().date(key)
        except LedgerError as error:
            return self._mark(error)

    def cite(self, *keys: str) -> str:
        """Cite sources, or put a mark."""
        try:
            return super().cite(*keys)
        except LedgerError as error:
            return self._mark(error)

    def problems(self) -> list[Problem]:
        """Return what was asked for in vain."""
        return list(dict.fromkeys(self._missing))

    def _mark(self, error: LedgerError) -> str:
        self._missing.extend(error.problems)
        return Markup("<mark>{}</mark>").format(error.problems[0].what)
