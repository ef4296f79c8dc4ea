"""A folder of logs with everything that reading in batches could get wrong."""

import shutil
from pathlib import Path

from tests.checkout import ROOT
from tests.fuzz import samples
from tests.fuzz.samples import SAMPLES


def write_tree(root: Path) -> Path:
    """Write a log of every format, companions, copies far apart, described twins and no log."""
    for key, (name, text, beside) in SAMPLES.items():
        for file, content in {name: text, **beside}.items():
            _write(root / key / file, content)
    # AC and DC of one run, and a copy: each pair has its names far apart.
    _write(root / "a/dc/node_0.txt", samples.NODE.replace('"value": 5', '"value": 4'))
    _write(root / "a/dc/result_0.txt", samples.RESULT)
    _write(root / "z/copy {of} zeus.csv", samples.ZEUS + "\n")
    _write(root / "z/notes.txt", "no log\n")
    for name in ("first_run", "second_run"):
        shutil.copytree(ROOT / "data/raw/runs/search_mlp_digits", root / "described" / name)
    shutil.copytree(root / "described/first_run", root / "described/Wrong Name")
    return root


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
