"""All tables under `data/raw`: what is read, what is checked, and what the dictionary tells."""

from aienergy.contracts import schema
from aienergy.contracts.forecasts import FORECAST
from aienergy.contracts.series import PUBLISHED_TREND, SERIES, SERIES_POINT
from aienergy.contracts.upstream import CORRECTION, DISAGREEMENT
from aienergy.contracts.validation import VALIDATION_CASE

SINGLE_TABLES = (
    *schema.REGISTRIES,
    schema.RECOMMENDATION,
    schema.HEADLINE,
    schema.WANTED_FACT,
    schema.ASSUMPTION,
    schema.EVIDENCE_OF_CLAIM,
    schema.LINEAGE,
    schema.LINEAGE_STEP,
    schema.PLACE,
    schema.PROVIDER,
    CORRECTION,
    DISAGREEMENT,
    SERIES,
    PUBLISHED_TREND,
    FORECAST,
    VALIDATION_CASE,
)
FOLDER_TABLES = (schema.OBSERVATION, schema.CLAIM, SERIES_POINT)
