"""What a page must not get wrong: digits in templates, dead links, requests to other places."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

import yaml

from aienergy.errors import LedgerError, Problem
from aienergy.prose import lint
from aienergy.tables import read_text

_ID = re.compile(r"""<[a-z][^<>]*?\sid=["']([^"']*)["']""")
_LINK = re.compile(r"""<a\b[^<>]*?\shref=["']([^"']*)["']""")
_FETCHED = re.compile(r'\b(?:src|srcset|poster|data)="(?!data:)([^"]*)"|@import|url\((?!data:|#)')
_CAPTION_FIELDS = ("title", "caption", "alt")


def lint_templates(folder: Path, captions: Path) -> list[Problem]:
    """Return every digit and quantity word in the templates, and in the texts of the figures."""
    problems = []
    for path in sorted(folder.rglob("*.j2")):
        problems += lint(read_text(path), path.as_posix())
    if captions.exists():
        for key, texts in (yaml.safe_load(read_text(captions)) or {}).items():
            for name in _CAPTION_FIELDS:
                problems += lint(str(texts.get(name, "")), f"{captions.as_posix()} {key}.{name}")
    return problems


def unshown_figures(known: Iterable[str], shown: Iterable[str]) -> list[Problem]:
    """Return a problem for each figure that no chapter shows."""
    hint = "Show it with fig('...') in a chapter, or draw it no longer."
    missing = sorted(set(known) - set(shown))
    return [Problem("templates", f"figure '{key}' is never shown", hint) for key in missing]


def check_page(page: str, where: str, elsewhere: Collection[str] = ()) -> list[Problem]:
    """Return dead links, ids given twice, and everything that the page would have to fetch.

    Args:
        page: The HTML.
        where: What problems name as their place.
        elsewhere: Ids that another volume has.
    """
    # Styles and scripts hold no links of the page, and much text that looks like one.
    body = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    ids = Counter(_ID.findall(body))
    problems = [
        Problem(where, f"the id '{key}' is given {count} times", "Give each element its own id.")
        for key, count in sorted(ids.items())
        if count > 1
    ]
    targets = dict.fromkeys(link for link in _LINK.findall(body) if link.startswith("#"))
    problems += [
        Problem(where, f"the link {target} leads nowhere", "Link to what the page shows.")
        for target in targets
        if target[1:] not in ids and target[1:] not in elsewhere
    ]
    problems += [
        Problem(where, f"the page would fetch {match[0]!r}", "Embed it.")
        for match in _FETCHED.finditer(page)
    ]
    return problems


def refuse(problems: list[Problem]) -> None:
    """Raise all problems at once, if any.

    Raises:
        LedgerError: There are some.
    """
    if problems:
        raise LedgerError(*problems)
