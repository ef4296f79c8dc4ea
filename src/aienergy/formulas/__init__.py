"""The one home of every equation.

A formula takes numbers or arrays by name, in the units its parameter names carry, and returns the
same. `FORMULAS` is the closed list that a derivation or a claim may name; a monomial states its
exponents, so that intervals can pass through it in closed form.
"""

# Importing a module registers its equations.
from aienergy.formulas import (
    chains,
    claims,
    disclosed,
    embodied,
    experiments,
    fitted,
    fleet,
    general,
    generation,
    levers,
    physical,
    published,
    restated,
    robustness,
    scenarios,
    serving,
    stated,
    trends,
    use,
    validation,
    water,
)
from aienergy.formulas.fitted import SUPPORTS
from aienergy.formulas.registry import ALIKE, FORMULAS, SAME, Formula, Values
from aienergy.formulas.trends import doubling_time_month, growth_per_year

__all__ = [
    "ALIKE",
    "FORMULAS",
    "SAME",
    "SUPPORTS",
    "Formula",
    "Values",
    "chains",
    "claims",
    "disclosed",
    "doubling_time_month",
    "embodied",
    "experiments",
    "fitted",
    "fleet",
    "general",
    "generation",
    "growth_per_year",
    "levers",
    "physical",
    "published",
    "restated",
    "robustness",
    "scenarios",
    "serving",
    "stated",
    "trends",
    "use",
    "validation",
    "water",
]
