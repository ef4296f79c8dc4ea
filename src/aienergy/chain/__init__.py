"""The command `aienergy chain`: energy, latency, emissions and cost of one request."""
