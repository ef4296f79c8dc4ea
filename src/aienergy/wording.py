"""What prose may not state by itself, how a text asks for a number or name, and fixed wordings."""

import re

QUANTITY_WORDS = re.compile(
    r"\b(?:half|halves|halved|double[ds]?|twice|thrice|triple[ds]?|tenfold|hundreds?|thousands?"
    r"|millions?|billions?|dozens?|most|majority|minority|quarters?)\b",
    re.IGNORECASE,
)
# `{gpt3.energy.patterson2021}`, `{gpt3.energy.patterson2021|MWh}` or `{name:gpt3}`
PLACEHOLDER = re.compile(r"\{(?:(name):)?([a-z0-9_.]+)(?:\|([A-Za-z0-9_/]+))?\}")
# Stands on every page of a form that its provider did not fill in.
THIRD_PARTY = "Compiled by third parties, not filed or endorsed by the provider."


def in_sentence(label: str) -> str:
    """Return a label as it stands inside a sentence; an abbreviation keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
