"""Energy, emissions and cost of training by every route that the evidence allows."""
