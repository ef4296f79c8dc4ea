"""Write text from outside into LaTeX, Markdown and plain lines so that none of it acts."""

import re
import unicodedata

MOST_LETTERS = 80
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",  # behind the end of a row, a bracket or a star would be its argument
    "]": "{]}",
    "*": "{*}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "\u00a0": "~",
    "\u2082": r"\textsubscript{2}",
    "×": r"\texttimes{}",
    "µ": r"\textmu{}",
    "–": "--",
    "\u2212": r"\textminus{}",
}
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_POWER = re.compile(r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$^=])")


def clean(text: str) -> str:
    """Return a text on one line without control and direction characters, cut where it is long."""
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    shown = " ".join(shown.split())
    return shown if len(shown) <= MOST_LETTERS else shown[: MOST_LETTERS - 1] + "…"


def clean_long(text: str) -> str:
    """Return a text of any length without control and direction characters."""
    return " ".join(clean(word) for word in text.split(" "))


def tex(text: str) -> str:
    """Return a text for LaTeX in which no character is a command."""
    parts, end = [], 0
    for power in _POWER.finditer(text):
        parts.append("".join(_TEX.get(char, char) for char in text[end : power.start()]))
        parts.append(f"10\\textsuperscript{{{power[1].translate(_RAISED)}}}")
        end = power.end()
    parts.append("".join(_TEX.get(char, char) for char in text[end:]))
    return "".join(parts)


def markdown(text: str) -> str:
    """Return a text for a cell of a Markdown table in which no character is markup."""
    entities = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    marked = _MARKDOWN.sub(r"\\\1", entities)
    return marked.replace("://", "\\://").replace("www.", "www\\.")  # nor a link


def tex_table(header: list[str], rows: list[list[str]], caption: str, numeric: set[int]) -> str:
    """Return a table for LaTeX with booktabs.

    Args:
        header: Names of the columns.
        rows: Cells.
        caption: What the table shows.
        numeric: Places of the columns that stand to the right.
    """
    columns = "".join("r" if place in numeric else "l" for place in range(len(header)))
    lines = [
        r"\begin{table}",
        r"  \centering",
        f"  \\caption{{{tex(caption)}}}",
        f"  \\begin{{tabular}}{{{columns}}}",
        r"    \toprule",
        "    " + " & ".join(map(tex, header)) + r" \\",
        r"    \midrule",
        *("    " + " & ".join(map(tex, row)) + r" \\" for row in rows),
        r"    \bottomrule",
        r"  \end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def markdown_table(header: list[str], rows: list[list[str]], numeric: set[int]) -> str:
    """Return a table for Markdown; arguments as of `tex_table`."""
    rule = ["---:" if place in numeric else "---" for place in range(len(header))]
    lines = [
        "| " + " | ".join(cells) + " |"
        for cells in (
            [markdown(name) for name in header],
            rule,
            *([markdown(cell) for cell in row] for row in rows),
        )
    ]
    return "\n".join(lines) + "\n"
