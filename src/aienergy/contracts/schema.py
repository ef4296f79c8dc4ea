"""Contracts of the tables under `data/raw`, column by column."""

from aienergy.contracts.columns import (
    DATE_PATTERN,
    ID_PATTERN,
    KEY,
    KEY_PATTERN,
    LOCATOR,
    NAME,
    NOTE,
    PERIOD_PATTERN,
    POINT_PATTERN,
    PRECISION,
    READ,
    SOURCE,
    Column,
    Table,
    listed,
)

EVIDENCE = ("metered", "counter", "nameplate", "modelled", "counted", "stated")
MEASURED_EVIDENCE = ("metered", "counter")
BOUNDARIES = ("chip", "board", "node", "it", "facility")
SCOPES = (
    "final_run",
    "with_restarts",
    "with_experiments",
    "data_generation",
    "post_training",
    "use",
)
TOPICS = (
    "compute",
    "training_energy",
    "training_emissions",
    "training_cost",
    "inference",
    "inference_share",
    "water",
    "embodied",
    "hardware",
    "trend",
    "demand",
    "policy",
    "comparison",
    "erratum",
)
_FLAG = "(circular|back_solved_input|misquoted)"
RANGES = ("p05_p95", "ci80", "ci90", "ci95", "sd", "min_max", "sites", "rounding")

OBSERVATION = Table(
    "observations",
    "One row of evidence: one quantity of one subject, as one source prints it",
    {
        "id": Column("Stable id, never reused", required=True, pattern=ID_PATTERN, unique=True),
        "subject": Column("Key of the registry that holds the subject", required=True),
        "quantity": Column("Name from the closed list of quantities", required=True),
        "qualifiers": Column("`key=value;...`, keys in alphabetical order, closed per quantity"),
        "value": Column("The value as printed; empty only where low and high are printed"),
        "low": Column("Lower end as printed"),
        "high": Column("Upper end as printed"),
        "range": Column("What low and high are in the source", values=RANGES),
        "unit": Column("Unit as printed", required=True),
        "evidence": Column("How the value is known", required=True, values=EVIDENCE),
        "said_by": Column("Who says it", required=True, values=("operator", "third_party")),
        "boundary": Column("Hardware that an energy value covers", values=BOUNDARIES),
        "scope": Column("Activities that a value covers", values=SCOPES),
        "period": Column(
            "Year, date or interval for which the value holds", pattern=PERIOD_PATTERN
        ),
        "source": SOURCE,
        "locator": LOCATOR,
        "read": READ,
        "note": NOTE,
    },
)
SYSTEM = Table(
    "systems",
    "AI systems as trained and published",
    {
        "key": KEY,
        "name": NAME,
        "organization": Column("Who trained it"),
        "country": Column("Country of the organization; several are separated by `; `"),
        "openness": Column(
            "Whether its weights can be downloaded; empty where nobody says",
            values=("open_weights", "closed_weights"),
        ),
        "domain": Column(
            "Field of use",
            required=True,
            values=(
                "language",
                "vision",
                "speech",
                "games",
                "multimodal",
                "biology",
                "robotics",
                "recommendation",
                "image_generation",
                "video_generation",
                "other",
            ),
        ),
        "kind": Column(
            "What was trained",
            required=True,
            values=("model", "architecture_search", "fine_tune", "project"),
        ),
        "publication_date": Column("First publication", required=True, pattern=DATE_PATTERN),
        "date_precision": PRECISION,
        "notable": Column(
            "Whether it is a row of Epoch AI's list of notable models of 2026-07-19",
            values=("yes",),
        ),
        "source": SOURCE,
        "locator": LOCATOR,
        "read": READ,
        "note": NOTE,
    },
)
ACCELERATOR = Table(
    "accelerators",
    "GPUs, TPUs and other AI chips, and CPU servers they are compared with",
    {
        "key": KEY,
        "name": NAME,
        "vendor": Column("Maker", required=True),
        "kind": Column("Type of chip", required=True, values=("gpu", "tpu", "cpu", "other")),
        "release_date": Column("Release", pattern=DATE_PATTERN),
        "date_precision": PRECISION,
        "source": SOURCE,
        "locator": LOCATOR,
        "read": READ,
        "note": NOTE,
    },
)
REGION = Table(
    "regions",
    "Grid zones: countries, parts of a grid, cloud regions, and the world",
    {
        "key": KEY,
        "name": NAME,
        "kind": Column(
            "Type", required=True, values=("country", "world", "us_state", "grid", "cloud_region")
        ),
        "iso3": Column("ISO 3166 alpha-3 code of the country it lies in", pattern=r"[A-Z]{3}"),
    },
)
SUBJECT = Table(
    "subjects",
    "Everything else a row may be about: operators, services, activities, techniques, sectors",
    {
        "key": KEY,
        "name": NAME,
        "kind": Column(
            "Type",
            required=True,
            values=(
                "operator",
                "activity",
                "service",
                "sector",
                "technique",
                "facility",
                "server",
                "processor",
            ),
        ),
        "description": Column("What it is"),
    },
)
# Of the kinds of subject, those that a rule may speak of.
COVERED_KINDS = ("system", "service", "operator", "facility")
INSTRUMENT = Table(
    "instruments",
    "Laws, standards and proposals that ask for or limit the energy of AI and data centres",
    {
        "key": KEY,
        "name": NAME,
        "jurisdiction": Column("Where it holds", required=True),
        "status": Column(
            "State at the date of the report",
            required=True,
            values=(
                "in_force",
                "adopted",
                "proposed",
                "draft",
                "voluntary_standard",
                "guidance",
                "superseded",
            ),
        ),
        "status_date": Column("Date of that state", required=True, pattern=DATE_PATTERN),
        "date_precision": PRECISION,
        "applies_from": Column("First day of the duty", pattern=DATE_PATTERN),
        "duty": Column(
            "What it asks for, in one sentence without figures", required=True, pattern=r"\D+"
        ),
        "who": Column("Whom it binds", required=True),
        "covers": Column(
            "Kinds of subject that it speaks of, separated by semicolons; empty for others than"
            " those of the ledger",
            pattern=listed(*COVERED_KINDS),
        ),
        "asks": Column(
            "Topics of claims that it wants reported, separated by semicolons; empty for none",
            pattern=listed(*TOPICS),
        ),
        "boundary_open": Column(
            "What its text leaves undefined of the boundary, in one sentence without figures;"
            " empty where too little of it was read",
            pattern=r"\D*",
        ),
        "source": SOURCE,
        "locator": LOCATOR,
        "read": READ,
        "note": NOTE,
    },
)
RECOMMENDATION = Table(
    "recommendations",
    "What became of the three recommendations of Strubell et al. 2019",
    {
        "key": KEY,
        "recommendation": Column(
            "Which of the three",
            required=True,
            values=("report_cost", "equal_access", "efficient_research"),
        ),
        "development": Column("What happened, in one sentence without figures", required=True),
        "year": Column("Year", required=True, pattern=r"\d{4}"),
        "source": SOURCE,
        "locator": LOCATOR,
        "read": READ,
        "note": NOTE,
    },
)
HEADLINE = Table(
    "headlines",
    "What the report leads with, and what would change our mind",
    {
        "key": KEY,
        "headline": Column("What it is, without figures", required=True, pattern=r"\D+"),
        "number": Column(
            "Key of the number, as `results/numbers.json` has it",
            required=True,
            pattern=ID_PATTERN,
        ),
        "mind": Column(
            "What observation would refute it, in one sentence without figures",
            required=True,
            pattern=r"\D+",
        ),
    },
)
WANTED_FACT = Table(
    "wanted_facts",
    "Facts that would replace a fitted or assumed factor, and who could tell them",
    {
        "number": Column("Key of the factor", required=True, pattern=ID_PATTERN, unique=True),
        "fact": Column("The fact, in words without figures", required=True, pattern=r"\D+"),
        "who": Column("Who could tell it", required=True),
    },
)
ASSUMPTION = Table(
    "assumptions",
    "Values nobody published, which we assume and print as our assumption",
    {
        "key": KEY,
        "meaning": Column("What is assumed", required=True),
        "quantity": Column("Name from the closed list of quantities", required=True),
        "value": Column("Assumed value", required=True),
        "low": Column("Lower end of the assumed range", required=True),
        "high": Column("Upper end of the assumed range", required=True),
        "unit": Column("Unit", required=True),
        "reason": Column("Why this value", required=True),
        "alternatives": Column("What else one could assume", required=True),
    },
)
CLAIM = Table(
    "claims",
    "Published figures with the inputs their authors state, to be recomputed",
    {
        "id": Column("Stable id, never reused", required=True, pattern=ID_PATTERN, unique=True),
        "topic": Column("What it is about", required=True, values=TOPICS),
        "subject": Column("Key of the registry that holds the subject", required=True),
        "quantity": Column("What the figure is, in words without figures", required=True),
        "value": Column("Value as printed", required=True),
        "low": Column("Lower end as printed"),
        "high": Column("Upper end as printed"),
        "unit": Column("Unit as printed", required=True),
        "hedge": Column(
            "How the source qualifies it", values=("about", "more_than", "less_than", "up_to")
        ),
        "formula": Column("Name of a function of `formulas`; empty where nothing is derived"),
        "inputs": Column(
            "`name=value;...`: a printed literal with its unit (`power_w=1.5 kW`), `claim:<id>`,"
            " `obs:<id>`, a list (`terms=1|2|3 kWh`), or `?` for an input that is not published"
        ),
        "flags": Column(
            "`circular`: what it should show went in; `back_solved_input`: an input was computed"
            " from the figure; `misquoted`: it circulates in a wrong form; separated by `;`",
            pattern=rf"({_FLAG}(;{_FLAG})*)",
        ),
        "boundary": Column("Hardware that it covers", values=BOUNDARIES),
        "scope": Column("Activities that it covers", values=SCOPES),
        "basis": Column("Accounting basis of emissions", values=("location", "market", "unstated")),
        "first_said_by": Column("Key of sources.bib where it stood first, if not in `source`"),
        "misquoted_as": Column("How it is misquoted, in words"),
        "source": SOURCE,
        "locator": LOCATOR,
        "read": READ,
        "note": NOTE,
    },
)
EVIDENCE_OF_CLAIM = Table(
    "evidence",
    "What other sources say of a claim; a claim without a row has no evidence either way",
    {
        "claim": Column("Id of the claim", required=True, pattern=ID_PATTERN, unique=True),
        "verdict": Column(
            "What the evidence says",
            required=True,
            values=("supported", "contradicted", "superseded", "premise_refuted"),
        ),
        "reason": Column("Why, in words; a number is asked for as `{id}`", required=True),
        "source": SOURCE,
        "locator": LOCATOR,
        "read": READ,
    },
)
LINEAGE = Table(
    "lineages",
    "Famous figures: where they come from and how to read them",
    {
        "key": KEY,
        "said": Column("The figure as it is repeated, quoted", required=True),
        "topic": Column("What it is about", required=True, values=TOPICS),
        "origin": Column(
            "Id of the claim or observation in which it began", required=True, pattern=ID_PATTERN
        ),
        "covers": Column("What the original covers, in words", required=True),
        "reading": Column("How to read it; a number is asked for as `{id}`", required=True),
    },
)
LINEAGE_STEP = Table(
    "lineage_steps",
    "The chain from the first statement of a famous figure to its repetition and correction",
    {
        "lineage": Column("Key of the lineage", required=True, pattern=KEY_PATTERN),
        "step": Column("Place in the chain, from 1", required=True, pattern=r"[1-9]\d?"),
        "role": Column(
            "What the step did",
            required=True,
            values=("origin", "derived", "repeated", "misquoted", "corrected", "superseded"),
        ),
        "date": Column("When", required=True, pattern=POINT_PATTERN),
        "text": Column("What was said; a number is asked for as `{id}`", required=True),
        "source": SOURCE,
        "locator": LOCATOR,
        "read": READ,
    },
)
PLACE = Table(
    "places",
    "Where systems were trained, as their makers say",
    {
        "system": Column("Key of systems.csv", required=True, pattern=KEY_PATTERN, unique=True),
        "place": Column("The place as printed", required=True),
        "region": Column("Key of regions.csv, where one fits", pattern=KEY_PATTERN),
        "source": SOURCE,
        "locator": LOCATOR,
        "read": READ,
        "note": NOTE,
    },
)
PROVIDER = Table(
    "providers",
    "Which provider an organization belongs to, for counting what is disclosed",
    {
        "organization": Column("As systems.csv writes it", required=True, unique=True),
        "provider": Column("Name of the provider", required=True),
    },
)
REGISTRIES = (SYSTEM, ACCELERATOR, REGION, SUBJECT, INSTRUMENT)
