"""What prose may not state by itself, and how a text of a table asks for a number or a name."""

import re

QUANTITY_WORDS = re.compile(
    r"\b(?:half|halves|halved|double[ds]?|twice|thrice|triple[ds]?|tenfold|hundreds?|thousands?"
    r"|millions?|billions?|dozens?|most|majority|minority|quarters?)\b",
    re.IGNORECASE,
)
# `{gpt3.energy.patterson2021}`, `{gpt3.energy.patterson2021|MWh}` or `{name:gpt3}`
PLACEHOLDER = re.compile(r"\{(?:(name):)?([a-z0-9_.]+)(?:\|([A-Za-z0-9_/]+))?\}")
