"""Embodied emissions of accelerators and servers for one paid hour, at several service lives."""

from typing import Any

import pandas as pd

from aienergy.additivity import STAGES, one_extent
from aienergy.contracts.numbers import Input, Ledger
from aienergy.estimate.cost import BUSY_SHARE
from aienergy.facts import Facts
from aienergy.units import conversion_factor

PARTS = ("card", "total", "server")
# Servers that hold accelerators, or stand ready for them; other servers are left out.
HOSTS = (
    "aws_p3_16xlarge", "aws_p4d_24xlarge", "google_a2_megagpu_16g", "aws_p4de_24xlarge_host",
    "aws_p5_48xlarge_host", "nvidia_dgx_h200_host",
)  # fmt: skip
# What was left out of these servers, by the words of their sources.
WITHOUT_ACCELERATORS = "_host"
COVERED = ("chip", "board", "server", "rack", "building", "transport", "end_of_life")
COLUMNS = [
    "subject", "part", "stages", "total_key", "source", "total_kgco2e", "life_year", "key", "value",
    "low", "high", *COVERED,
]  # fmt: skip
# Runs whose accelerator-hours are published, and the boards they ran on.
RUNS = ("bloom_176b", "llama_3_1_405b", "llama_3_1_8b", "llama_2_7b")


def covered(part: str, stages: str, subject: str = "") -> dict[str, str]:
    """Say which parts and stages of life an embodied total holds: yes, no or unknown.

    Args:
        part: `card`, `total` (a card with its share of the server) or `server`.
        stages: Extent of the total, a key of `STAGES`.
        subject: Key of the hardware; a host is a server without its accelerators.
    """
    one_extent([stages], subject)
    host = subject.endswith(WITHOUT_ACCELERATORS)
    to_site = stages == "cradle_to_site"
    return {
        "chip": "no" if host else "yes",
        "board": "no" if host else "yes",
        "server": "no" if part == "card" else "yes",
        "rack": "unknown" if part == "total" and to_site else "no",
        "building": "yes" if part == "total" and to_site else "no",
        "transport": "no" if stages == "cradle_to_gate" else "yes",
        "end_of_life": {"cradle_to_gate": "no", "cradle_to_site": "unknown"}.get(stages, "yes"),
    }


def estimate_embodied(facts: Facts, lives_year: list[int], ledger: Ledger) -> pd.DataFrame:
    """Share the embodied emissions of hardware out over paid hours.

    Args:
        facts: Normalized observations.
        lives_year: Service lives in years, side by side.
        ledger: Numbers so far; the lives and the emissions of one hour are added.

    Returns:
        One row a total and life: subject, part, stages, total_key, source, total_kgco2e, life_year,
        key, value, low, high (g CO2e for one paid hour), and what the total covers.
    """
    lives = {life: _life(life, ledger) for life in lives_year}
    rows: list[dict[str, Any]] = []
    for total in _totals(facts).itertuples():
        subject, part, stages = str(total.subject), str(total.q_part), str(total.q_stages)
        for life, life_key in lives.items():
            inputs: dict[str, Input] = {
                "embodied_kgco2e": str(total.id),
                "service_life_h": life_key,
                "busy_share": BUSY_SHARE,
            }
            unit = "server" if part == "server" else "accelerator"
            number = ledger.derive(
                f"{total.id}.per_hour.{life}_years",
                f"{facts.name(subject)}: embodied emissions of one paid {unit}-hour",
                "gCO2e/h",
                "embodied_per_hour",
                inputs,
                note=f"{STAGES[stages]}; the interval is that of the share of paid use alone.",
            )
            rows.append(
                {
                    "subject": subject,
                    "part": part,
                    "stages": stages,
                    "total_key": str(total.id),
                    "source": str(total.source),
                    "total_kgco2e": total.value,
                    "life_year": life,
                    "key": number.key,
                    "value": number.value,
                    "low": number.low,
                    "high": number.high,
                    **covered(part, stages, subject),
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def embodied_of_runs(facts: Facts, lives_year: list[int], ledger: Ledger) -> pd.DataFrame:
    """Share the boards' embodied emissions out to published training runs.

    The servers around the boards are left out: no footprint of theirs was published.

    Returns:
        One row a run, board footprint and life: system, accelerator, stages, total_key,
        life_year, key, value, low, high (kg CO2e).
    """
    rows: list[dict[str, Any]] = []
    for system in RUNS:
        hours = facts.select("accelerator_hours_h", system)
        hours = hours[hours["said_by"] == "operator"]
        if hours.empty:
            continue
        first = hours.iloc[0]
        board = str(first["q_accelerator"])
        totals = _totals(facts)
        totals = totals[(totals["subject"] == board) & (totals["q_part"] == "card")]
        for total in totals.itertuples():
            for life in lives_year:
                inputs: dict[str, Input] = {
                    "accelerator_hours_h": str(first["id"]),
                    "embodied_kgco2e": str(total.id),
                    "service_life_h": _life_key(life),
                    "busy_share": BUSY_SHARE,
                }
                number = ledger.derive(
                    f"{system}.embodied.{total.id}.{life}_years",
                    f"{facts.name(system)}: embodied emissions of its boards that training used up",
                    "kgCO2e",
                    "embodied_of_hours_kgco2e",
                    inputs,
                    scope="final_run",
                    note=f"{STAGES[str(total.q_stages)]}; servers and buildings are not in.",
                )
                rows.append(
                    {
                        "system": system,
                        "accelerator": board,
                        "stages": total.q_stages,
                        "total_key": str(total.id),
                        "life_year": life,
                        "key": number.key,
                        "value": number.value,
                        "low": number.low,
                        "high": number.high,
                    }
                )
    return pd.DataFrame(rows)


def _totals(facts: Facts) -> pd.DataFrame:
    """Return embodied totals of cards and of servers with or for accelerators.

    Totals with the electricity of use in them, or of unstated stages, are left out.
    """
    rows = facts.select("embodied_emissions_kgco2e")
    rows = rows[rows["q_part"].isin(PARTS) & rows["q_stages"].isin(list(STAGES))]
    rows = rows[(rows["q_part"] != "server") | rows["subject"].isin(HOSTS)]
    return rows.sort_values("id")


def _life(life_year: int, ledger: Ledger) -> str:
    factor: dict[str, Input] = {
        "value": float(life_year),
        "factor": conversion_factor("year", "h"),
    }
    label = "Setting: a service life"
    return ledger.derive(_life_key(life_year), label, "h", "unit_conversion", factor).key


def _life_key(life_year: int) -> str:
    return f"setting.service_life.{life_year}_years"
