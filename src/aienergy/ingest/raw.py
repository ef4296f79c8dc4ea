"""Read every table under `data/raw` and check it, before anything is written."""

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pybtex.database import BibliographyData, parse_string
from pybtex.exceptions import PybtexError

from aienergy.contracts.claims import CLAIM, OBSERVATION, check_claims, check_cycles
from aienergy.contracts.columns import Table, check_columns
from aienergy.contracts.findings import Findings
from aienergy.contracts.forecasts import check_forecasts
from aienergy.contracts.lineages import check_lineages
from aienergy.contracts.observations import check_assumptions, check_observations
from aienergy.contracts.plausible import check_market_twins
from aienergy.contracts.series import check_series
from aienergy.contracts.sources import check_sources
from aienergy.contracts.tables import FOLDER_TABLES, SINGLE_TABLES
from aienergy.contracts.validation import check_validation_cases
from aienergy.errors import LedgerError, Problem
from aienergy.ingest.chains import read_chains
from aienergy.ingest.disclosures import read_disclosures
from aienergy.ingest.runs import read_runs
from aienergy.ingest.trials import read_trials
from aienergy.licences import TERMS, UNKNOWN_HINT
from aienergy.pathways.document import check_scenarios
from aienergy.tables import read_table, read_text

# Folders of files that are read one by one, and how their names end.
FOLDERS = {
    "observations": ".csv", "claims": ".csv", "disclosures": ".yaml", "series_points": ".csv",
    "sources": ".yaml", "chains": ".yaml", "scenarios": ".yaml",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Raw:
    """Everything people wrote down, as text, checked.

    Attributes:
        tables: The tables by name; those kept in folders are one table each.
        sources: The bibliography, one row per key.
        runs: Components of measured runs.
        chains: Requests of several stages.
        trials: Single measurements of our own experiments.
        disclosures: Worked examples of disclosure, one row for each part of each fact.
    """

    tables: dict[str, pd.DataFrame]
    sources: pd.DataFrame
    runs: pd.DataFrame
    chains: pd.DataFrame
    trials: pd.DataFrame
    disclosures: pd.DataFrame


def read_raw(folder: Path, *, checked: bool = False) -> Raw:
    """Read and check `data/raw`.

    Args:
        folder: The folder `data/raw`.
        checked: Whether these very files were checked already; they are only read then.

    Raises:
        LedgerError: Listing everything wrong, with file, line and column.
    """
    findings = Findings()
    _check_files(folder, findings)
    tables = {
        table.name: read_table(folder / f"{table.name}.csv", list(table.columns))
        for table in SINGLE_TABLES
    }
    sources = _read_sources(folder / "sources.bib", findings)
    for table in FOLDER_TABLES:
        tables[table.name] = _read_folder(folder, table)
    if not checked:
        _check_cells(tables, folder, findings)
        check_sources(folder / "sources", set(sources["key"]), findings)
        for problem in check_scenarios(folder / "scenarios", set(sources["key"])):
            findings.add(problem)
        _check_meaning(tables, set(sources["key"]), folder, findings)
    disclosures = read_disclosures(folder / "disclosures", tables, findings)
    findings.raise_if_any()
    trials = read_trials(folder / "runs", checked=checked)
    chains = read_chains(folder / "chains")
    return Raw(tables, sources, read_runs(folder / "runs"), chains, trials, disclosures)


def _check_cells(tables: dict[str, pd.DataFrame], folder: Path, findings: Findings) -> None:
    """Check the form of every cell, table by table and file by file."""
    for table in SINGLE_TABLES:
        path = folder / f"{table.name}.csv"
        check_columns(tables[table.name], table, str(path), findings)
    for table in FOLDER_TABLES:
        whole = tables[table.name]
        for where, part in whole.groupby("file", sort=False):
            check_columns(part.reset_index(drop=True), table, str(where), findings)
        if "id" not in whole:
            continue
        bad = whole["id"].duplicated() & (whole["id"] != "")
        for where, rows in whole[bad].groupby("file"):
            inside = rows["id"].duplicated()
            hint = "The id stands in another table; ids are unique over all of them."
            findings.flag(str(where), ~inside, rows["id"], "duplicate '{value}'", hint)


def _check_meaning(
    tables: dict[str, pd.DataFrame], sources: set[str], folder: Path, findings: Findings
) -> None:
    """Check what cells say of each other, of other tables and of the bibliography."""
    check_assumptions(tables["assumptions"], str(folder / "assumptions.csv"), findings)
    kinds = subject_kinds(tables, findings)
    _check_source_keys(tables, sources, folder, findings)
    for where, part in tables["observations"].groupby("file", sort=False):
        rows = part.reset_index(drop=True)
        check_observations(rows, kinds, sources, str(where), findings)
    check_market_twins(tables["observations"], findings)
    _check_disagreements(tables, folder, findings)
    known = referable(tables["claims"], tables["observations"])
    for where, part in tables["claims"].groupby("file", sort=False):
        rows = part.reset_index(drop=True)
        check_claims(rows, set(kinds.index), sources, known, str(where), findings)
    check_cycles(tables["claims"].reset_index(drop=True), str(folder / "claims"), findings)
    _check_places(tables, folder, findings)
    check_lineages(tables, set(kinds.index), folder, findings)
    check_series(tables, folder, findings)
    check_forecasts(tables["forecasts"], folder, findings)
    check_validation_cases(tables, folder, findings)


def _check_places(tables: dict[str, pd.DataFrame], folder: Path, findings: Findings) -> None:
    places, where = tables["places"], str(folder / "places.csv")
    for column, registry in (("system", "systems"), ("region", "regions")):
        cells = places[column]
        bad = (cells != "") & ~cells.isin(tables[registry]["key"])
        findings.flag(where, bad, cells, "unknown '{value}'", f"Add it to {registry}.csv.")


def _check_disagreements(tables: dict[str, pd.DataFrame], folder: Path, findings: Findings) -> None:
    ids = tables["disagreements"]["id"]
    bad = ~ids.isin(tables["observations"]["id"])
    hint = "It names an observation; mend or remove the row."
    where = str(folder / "disagreements.csv")
    findings.flag(where, bad, ids, "unknown observation '{value}'", hint)


def referable(claims: pd.DataFrame, observations: pd.DataFrame) -> set[str]:
    """Return what the inputs of a claim may refer to."""
    return {f"{CLAIM}{key}" for key in claims["id"]} | {
        f"{OBSERVATION}{key}" for key in observations["id"]
    }


def _check_files(folder: Path, findings: Findings) -> None:
    """Note files that nothing would read (a mistyped name), and links that lead elsewhere."""
    tables = {f"{table.name}.csv" for table in SINGLE_TABLES}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_symlink():
            hint = "Put the file itself there."
            findings.add(Problem(str(path), "a symbolic link", hint))
        elif path.is_file() and inside.parts[0] != "runs":
            known = str(inside) in tables | {"sources.bib"}
            suffix = FOLDERS.get(inside.parts[0]) if len(inside.parts) == 2 else None
            if not known and path.suffix != suffix:
                hint = "Tables lie where docs/data-entry.md says; mend the name or remove the file."
                findings.add(Problem(str(path), "a file that nothing reads", hint))


def check_dates(raw: "Raw", as_of: str) -> None:
    """Check that nothing in the facts is later than the day to which the report extends.

    Raises:
        LedgerError: A system, accelerator, run or state of an instrument of a later day.
    """
    findings = Findings()
    for name, column in (
        ("systems", "publication_date"),
        ("accelerators", "release_date"),
        ("instruments", "status_date"),
    ):
        cells = raw.tables[name][column]
        hint = f"as_of in config.yaml is {as_of}."
        where = f"data/raw/{name}.csv"
        findings.flag(where, cells > as_of, cells, "'{value}' is later than the report", hint)
    late = raw.runs[raw.runs["started_on"].astype(str) > as_of]
    for run, day in late[["run", "started_on"]].drop_duplicates().itertuples(index=False):
        where = f"data/raw/runs/{run}/run.yaml key started_on"
        what = f"'{day}' is later than the report"
        findings.add(Problem(where, what, f"as_of in config.yaml is {as_of}."))
    findings.raise_if_any()


def check_placed_system(raw: "Raw", system: str) -> None:
    """Check that the system whose run is moved over the grids has a facility energy.

    Raises:
        LedgerError: It has none.
    """
    rows = raw.tables["observations"]
    energies = rows[(rows["quantity"] == "training_energy_kwh") & (rows["scope"] == "final_run")]
    fitting = energies[energies["boundary"] == "facility"]["subject"]
    if system not in set(fitting):
        what = f"'{system}' has no reported facility energy of a final run"
        hint = f"One of: {', '.join(sorted(set(fitting)))}."
        raise LedgerError(Problem("config.yaml key place.system", what, hint))


def subject_kinds(tables: dict[str, pd.DataFrame], findings: Findings) -> pd.Series:
    """Return the kind of every subject, indexed by key, unique over all registries."""
    parts = [
        pd.Series("system", tables["systems"]["key"]),
        pd.Series("accelerator", tables["accelerators"]["key"]),
        pd.Series("region", tables["regions"]["key"]),
        pd.Series(tables["subjects"]["kind"].to_numpy(), tables["subjects"]["key"]),
        pd.Series("instrument", tables["instruments"]["key"]),
    ]
    kinds: pd.Series = pd.concat(parts)
    for key in sorted(set(kinds.index[kinds.index.duplicated()])):
        hint = "A key belongs to one registry; rename one of them."
        findings.add(Problem("data/raw", f"key '{key}' stands in two registries", hint))
    return kinds.loc[~kinds.index.duplicated()]


def _read_folder(folder: Path, table: Table) -> pd.DataFrame:
    paths = sorted((folder / table.name).glob("*.csv"))
    if not paths:
        hint = f"Expected at least one CSV in {folder / table.name}."
        raise LedgerError(Problem(str(folder / table.name), "no table found", hint))
    names = list(table.columns)
    return pd.concat([read_table(path, names).assign(file=str(path)) for path in paths])


def _check_source_keys(
    tables: dict[str, pd.DataFrame], keys: set[str], folder: Path, findings: Findings
) -> None:
    single = {table.name: tables[table.name] for table in SINGLE_TABLES}
    for name, frame in single.items():
        for column in ("source", "evidence_source"):
            if column in frame:
                bad = ~frame[column].isin(keys)
                hint = "Add an entry '{value}' to data/raw/sources.bib."
                where = str(folder / f"{name}.csv")
                findings.flag(where, bad, frame[column], "unknown source '{value}'", hint)


def _read_sources(path: Path, findings: Findings) -> pd.DataFrame:
    try:
        library = parse_string(read_text(path), "bibtex")
    except PybtexError as error:
        hint = "Mend the BibTeX; each field on its own line helps."
        raise LedgerError(Problem(str(path), str(error), hint)) from error
    rows = pd.DataFrame([_source_row(library, key) for key in library.entries])
    for key in rows.loc[rows["licence"] == "", "key"]:
        hint = "Add licence = {SPDX id}, or LicenseRef-facts-cited for single facts."
        findings.add(Problem(str(path), f"entry '{key}' has no licence", hint))
    unknown = (rows["licence"] != "") & ~rows["licence"].isin(TERMS)
    for key, licence in rows.loc[unknown, ["key", "licence"]].itertuples(index=False):
        what = f"entry '{key}' has the unknown licence '{licence}'"
        findings.add(Problem(str(path), what, UNKNOWN_HINT))
    dated = rows["year"].str.fullmatch(r"\d{4}|n\.d\.")
    for key in rows.loc[~dated | (rows["title"] == ""), "key"]:
        hint = "Every entry needs a title and a year (four digits, or {n.d.})."
        findings.add(Problem(str(path), f"entry '{key}' has no title or year", hint))
    bad = (rows["url"] != "") & ~rows["url"].str.startswith(("https://", "http://"))
    for key in rows.loc[bad, "key"]:
        findings.add(
            Problem(str(path), f"entry '{key}' has a url that is no web address", "Mend it.")
        )
    return rows.sort_values("key", ignore_index=True)


def _source_row(library: BibliographyData, key: str) -> dict[str, str]:
    entry = library.entries[key]
    fields = entry.fields
    people = entry.persons.get("author", []) or entry.persons.get("editor", [])
    names = [" ".join(p.prelast_names + p.last_names) or " ".join(p.first_names) for p in people]
    where = next(
        (
            fields[n]
            for n in ("journal", "booktitle", "howpublished", "institution", "publisher")
            if n in fields
        ),
        "",
    )
    url = fields.get("url", "")
    if "doi" in fields:
        url = f"https://doi.org/{fields['doi']}"
    elif "eprint" in fields:
        url = f"https://arxiv.org/abs/{fields['eprint']}"
    return {
        "key": key,
        "authors": "; ".join(_plain(name) for name in names),
        "title": _plain(fields.get("title", "")),
        "published_in": _plain(where),
        "year": fields.get("year", ""),
        "url": url,
        "licence": fields.get("licence", ""),
    }


def _plain(text: str) -> str:
    from pybtex.richtext import Text

    # a character that TeX wants escaped stays escaped in the plain text
    return re.sub(r"\\([$&%#_])", r"\1", str(Text.from_latex(text))) if text else ""
