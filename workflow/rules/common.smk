"""What the rules of all stages share."""

from pathlib import Path

from snakemake.utils import validate

# Set on the command line alone; importing the validator takes time, so without options it is left.
if config:
    validate(config, "../schemas/options.schema.json")

SHARED_CODE = sorted(
    str(path)
    for pattern in (
        "src/aienergy/*.py",
        "src/aienergy/chains/*",
        "src/aienergy/contracts/*",
        "src/aienergy/formulas/*",
        "src/aienergy/growth/*",
        "src/aienergy/pathways/*",
    )
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
    "chains",
    "recommendations",
    "headlines",
    "wanted_facts",
    "assumptions",
    "claims",
    "evidence",
    "lineages",
    "lineage_steps",
    "places",
    "providers",
    "disclosures",
    "corrections",
    "disagreements",
    "series",
    "series_points",
    "published_trends",
    "forecasts",
    "validation_cases",
    "sources",
    "runs",
    "trials",
]
RAW_FILES = sorted(str(path) for path in Path("data/raw").rglob("*") if path.is_file())


# Published files are an optional input: `make report SNAPSHOTS=<folder>`.
SNAPSHOTS = str(config.get("snapshots", ""))
SNAPSHOT_FILES = (
    sorted(str(path) for path in Path(SNAPSHOTS).rglob("*") if path.is_file())
    if SNAPSHOTS
    else []
)


# Forms and schemas are kept as data beside the code that reads them.
CODE = {".py", ".csv", ".json", ".yaml"}


def library(*packages):
    """Return the files a stage is made of, so that editing one reruns just what depends on it."""
    files = [
        path for name in packages for path in Path(f"src/aienergy/{name}").rglob("*")
    ]
    own = sorted(str(path) for path in files if path.suffix in CODE)
    return SHARED_CODE + own
