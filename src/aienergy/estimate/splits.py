"""Published splits between training and use, each with what it is a share of."""

import pandas as pd

from aienergy.facts import Facts

# What each statement measures, and how it is known, in the order of the report.
STATEMENTS = {
    "google.use_share.inference.patterson2022": (
        "energy of all machine learning, a week of each year",
        "metered by the company; read as quoted",
    ),
    "meta_rm1.use_share.inference.wu2022": ("energy of one recommender", "stated by the company"),
    "meta_lm.use_share.inference.wu2022": (
        "emissions of one translation model",
        "stated by the company",
    ),
    "meta_recommenders.use_share.inference.wu2022": (
        "emissions of recommenders",
        "stated by the company, in words",
    ),
    "meta.use_share.inference.wu2022": (
        "power capacity for AI",
        "stated by the company, as rough",
    ),
    "aws.use_share.inference.patterson2021": (
        "demand for machine learning in its cloud",
        "stated by the company; read as quoted",
    ),
    "nvidia.use_share.inference.patterson2021": (
        "work of machine learning anywhere",
        "estimated by a maker of chips; read as quoted",
    ),
    "openai.use_share.inference.epoch2025spend": (
        "spending on compute",
        "estimated by others; read as quoted",
    ),
}


def list_splits(facts: Facts) -> pd.DataFrame:
    """Return one row a published split, in the order of the report; none is averaged.

    Returns:
        Columns subject, key (of the share of use), is_range, training_key, experiments_key, what,
        how, period, source.
    """
    shares = facts.select("use_share")
    by_id = shares.set_index("id")
    rows = []
    for key, (what, how) in STATEMENTS.items():
        found = by_id.loc[key]
        subject, whole = str(found["subject"]), str(found["q_share_of"])
        others = {
            part: facts.first("use_share", subject, q_part=part, q_share_of=whole)
            for part in ("training", "experimentation")
        }
        rows.append(
            {
                "subject": subject,
                "key": key,
                "is_range": "yes" if found["range"] else "no",
                "training_key": others["training"] or "",
                "experiments_key": others["experimentation"] or "",
                "what": what,
                "how": how,
                "period": str(found["period"]).removesuffix(".0").replace("/", " to "),
                "source": found["source"],
            }
        )
    return pd.DataFrame(rows)
