"""What is published of each provider's systems: disclosure only, never a footprint."""

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts

# What a system's maker may publish, and the quantities that tell it.
ASPECTS = {
    "compute": ("training_compute_flop",),
    "hardware": (),
    "count": ("accelerator_count",),
    "time": ("training_time_h", "accelerator_hours_h"),
    "energy": ("training_energy_kwh",),
    "place": (),
    "emissions": ("training_emissions_kgco2e",),
    "water": ("training_water_l",),
}
OWN_WORD = ("stated", "metered", "counter", "counted")
FIRST_YEAR = 2018
# Quantities of use that carry no scope.
_OF_USE = ("latency_s", "throughput_per_s", "output_token_count")
COLUMNS = ["group", "name", "aspect", "systems", "published", "estimated", "key", "systems_key"]


def disclosure_of_systems(
    facts: Facts, systems: pd.DataFrame, places: pd.DataFrame
) -> pd.DataFrame:
    """Return for each system and aspect whether it is published, or estimated by somebody else.

    A value counts as published if the operator says it, or if a third party records it as stated or
    counted; a third party's model of it is an estimate, and so is its count of operations. Hardware
    is published where any value of training names it: what a model was tested on later tells
    nothing of that.

    Args:
        facts: Normalized observations.
        systems: Registry of systems.
        places: Table `places`: where systems were trained.

    Returns:
        Columns system, aspect, published, estimated (bool).
    """
    frame = facts.frame
    operator = frame["said_by"] == "operator"
    recorded = operator | frame["evidence"].isin(OWN_WORD)
    # Counting a system's operations from outside is an estimate, however exact the count.
    told = operator | (frame["q_method"] == "stated")
    in_use = (frame["scope"] == "use") | frame["quantity"].isin(_OF_USE)
    index = pd.MultiIndex.from_product([systems["key"], list(ASPECTS)], names=["system", "aspect"])
    table = pd.DataFrame(False, index=index, columns=["published", "estimated"])
    for aspect, quantities in ASPECTS.items():
        rows = frame["quantity"].isin(quantities)
        if aspect == "hardware":
            rows = (frame["q_accelerator"] != "") & ~in_use
        own = told if aspect == "compute" else recorded
        published = set(frame.loc[rows & own, "subject"])
        estimated = set(frame.loc[rows & ~own, "subject"])
        if aspect == "place":
            published = set(places["system"])
        of_aspect = table.index.get_level_values("aspect") == aspect
        keys = table.index.get_level_values("system")
        table.loc[of_aspect & keys.isin(published), "published"] = True
        table.loc[of_aspect & keys.isin(estimated - published), "estimated"] = True
    return table.reset_index()


def disclosure_index(
    facts: Facts,
    systems: pd.DataFrame,
    places: pd.DataFrame,
    providers: pd.DataFrame,
    ledger: Ledger,
) -> pd.DataFrame:
    """Count, by provider and by year, how many systems have each aspect published or estimated.

    Args:
        facts: Normalized observations.
        systems: Registry of systems.
        places: Where systems were trained.
        providers: Table `providers`: the provider that an organization belongs to.
        ledger: Numbers so far; counts are added as `disclosure.<group>.<aspect>` and
            `disclosure.<group>.n`.

    Returns:
        Columns `COLUMNS`: group (`provider_<key>` or `year_<year>`), name, aspect, systems,
        published, estimated, and the keys of the count of published ones and of all.
    """
    kept = systems[systems["kind"] == "model"]
    kept = kept.assign(year=kept["publication_date"].str[:4].astype(int))
    kept = kept[kept["year"] >= FIRST_YEAR]
    named = providers.set_index("organization")["provider"]
    first = kept["organization"].str.split(r"[,;] ?", regex=True).str[0].str.strip()
    kept = kept.assign(provider=first.map(named))
    told = disclosure_of_systems(facts, kept, places).merge(
        kept[["key", "year", "provider"]], left_on="system", right_on="key"
    )
    parts = []
    for kind in ("provider", "year"):
        rows = told.dropna(subset=[kind])
        counted = rows.groupby([kind, "aspect"], sort=False).agg(
            systems=("system", "size"), published=("published", "sum"),
            estimated=("estimated", "sum"),
        )  # fmt: skip
        counted = counted.reset_index().rename(columns={kind: "name"})
        slug = counted["name"].astype(str).str.lower().str.replace(r"\W+", "_", regex=True)
        parts.append(counted.assign(group=f"{kind}_" + slug, name=counted["name"].astype(str)))
    table = pd.concat(parts, ignore_index=True)
    table["key"] = "disclosure." + table["group"] + "." + table["aspect"]
    table["systems_key"] = "disclosure." + table["group"] + ".n"
    _bind(table, ledger)
    return table[COLUMNS]


def _bind(table: pd.DataFrame, ledger: Ledger) -> None:
    columns = ["key", "systems_key", "name", "aspect", "systems", "published"]
    for key, systems_key, name, aspect, systems, published in zip(
        *(table[column].tolist() for column in columns), strict=True
    ):
        if systems_key not in ledger:
            terms = {"terms": [1.0] * systems}
            label = f"Systems of {name} in this ledger"
            ledger.derive(systems_key, label, "1", "total", terms, evidence="counted")
        terms = {"terms": [1.0] * published + [0.0] * (systems - published)}
        label = f"Systems of {name} whose {aspect} is published"
        ledger.derive(key, label, "1", "total", terms, evidence="counted")
