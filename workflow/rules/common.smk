"""What the rules of all stages share."""

from pathlib import Path

SHARED_CODE = sorted(
    str(path)
    for pattern in ("src/aienergy/*.py", "src/aienergy/contracts/*", "src/aienergy/formulas/*")
    for path in Path().glob(pattern)
    if path.suffix in {".py", ".csv", ".json"}
)
INGESTED = [
    "observations",
    "systems",
    "accelerators",
    "regions",
    "subjects",
    "instruments",
    "recommendations",
    "assumptions",
    "claims",
    "evidence",
    "lineages",
    "lineage_steps",
    "places",
    "providers",
    "corrections",
    "disagreements",
    "sources",
    "runs",
]
RAW_FILES = sorted(str(path) for path in Path("data/raw").rglob("*") if path.is_file())


def library(stage):
    """Return the files a stage is made of, so that editing one reruns just what depends on it."""
    own = sorted(str(path) for path in Path(f"src/aienergy/{stage}").rglob("*.py"))
    return SHARED_CODE + own
