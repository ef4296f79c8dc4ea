"""Figures, tables and headings: shown once, numbered in order of appearance, referred to anywhere.

A reference may stand before what it refers to, so the templates are rendered twice: the first pass
finds the order, the second one knows it.
"""

import html
import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from aienergy.errors import LedgerError, Problem

_HEADING = re.compile(r"<h([23])([^>]*)>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r"""\bid=["']([^"']+)["']""")
_TAG = re.compile(r"<[^>]+>")


@dataclass
class Heading:
    """One line of the contents.

    Attributes:
        id: Anchor.
        number: `3` or `3.2`; empty for a part without number.
        title: Plain text.
        children: Headings below.
    """

    id: str
    number: str
    title: str
    children: list["Heading"] = field(default_factory=list)


@dataclass
class Exhibits:
    """Counters of one pass over the templates.

    Attributes:
        known: Number of each exhibit and heading by id, as the former pass found it; None in the
            first pass, when any reference is taken on trust.
        draft: Take references on trust for good.
    """

    known: dict[str, str] | None = None
    draft: bool = False
    figures: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)

    def show_figure(self, key: str, title: str) -> str:
        """Note that a figure is shown, and return its number.

        Raises:
            LedgerError: It was shown before.
        """
        return self._show(self.figures, "figure", key, title)

    def show_table(self, key: str, title: str) -> str:
        """Note that a table is shown, and return its number.

        Raises:
            LedgerError: Another table has this id.
        """
        return self._show(self.tables, "table", key, title)

    @staticmethod
    def _show(shown: dict[str, str], kind: str, key: str, title: str) -> str:
        if key in shown:
            hint = f"Show a {kind} once, and refer to it elsewhere."
            raise LedgerError(Problem("template", f"{kind} '{key}' is shown twice", hint))
        shown[key] = str(title)
        return str(len(shown))

    def numbers(self) -> dict[str, str]:
        """Return the number of each exhibit and heading by id."""
        found = {key: str(i) for shown in (self.figures, self.tables)
                 for i, key in enumerate(shown, 1)}  # fmt: skip
        for chapter in self.headings:
            found |= {heading.id: heading.number for heading in (chapter, *chapter.children)}
        return found

    def figure_link(self, key: str) -> Markup:
        """Return `Figure 3`, linked."""
        return self._link("Figure", key)

    def table_link(self, key: str) -> Markup:
        """Return `Table 3`, linked."""
        return self._link("Table", key)

    def section_link(self, key: str) -> Markup:
        """Return `Section 3.2`, linked."""
        return self._link("Section", key)

    def chapter_link(self, name: str) -> Markup:
        """Return `Chapter 3`, linked."""
        return self._link("Chapter", f"chapter-{name}")

    def _link(self, word: str, key: str) -> Markup:
        if self.known is not None and key not in self.known and not self.draft:
            hint = "Only figures, tables and headings that the report shows can be referred to."
            raise LedgerError(Problem("template", f"reference to unknown '{key}'", hint))
        number = (self.known or {}).get(key, "")
        return Markup(f'<a class="ref" href="#{escape(key)}">{word}\u00a0{escape(number)}</a>')

    def number_headings(self, text: str, key: str, number: str) -> Markup:
        """Number the headings of one part, give them ids, and note them for the contents.

        Args:
            text: HTML of the part, with one `h2`.
            key: Anchor of the part; ids of its headings begin with it.
            number: Number of the part, empty for none.

        Raises:
            LedgerError: The part has not just one `h2`, or not as its first heading.
        """
        levels = [match[1] for match in _HEADING.finditer(text)]
        if levels[:1] != ["2"] or levels.count("2") != 1:
            hint = "Begin it with its one <h2>, and use <h3> below."
            raise LedgerError(Problem(key, f"has headings h{levels}", hint))

        def numbered(match: re.Match[str]) -> str:
            return self._heading(match, key, number)

        return Markup(_HEADING.sub(numbered, text))

    def _heading(self, match: re.Match[str], key: str, number: str) -> str:
        level, attributes, inner = match.groups()
        title = " ".join(html.unescape(_TAG.sub("", inner)).split())
        given = _ID.search(attributes)
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        if level == "2":
            heading = Heading(key, number, title)
            self.headings.append(heading)
        else:
            siblings = self.headings[-1].children
            shown = f"{number}.{len(siblings) + 1}" if number else ""
            heading = Heading(given[1] if given else f"{key}-{slug}", shown, title)
            siblings.append(heading)
        rest = _ID.sub("", attributes).rstrip()
        # The part as a whole carries the id of its h2.
        anchor = f' id="{escape(heading.id)}"' if level == "3" else f' id="{escape(key)}-title"'
        mark = f'<span class="secno">{heading.number}</span> ' if heading.number else ""
        return f"<h{level}{rest}{anchor}>{mark}{inner.strip()}</h{level}>"
