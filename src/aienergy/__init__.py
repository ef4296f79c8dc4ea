"""The AI Energy Ledger: every printed number is a checked object."""
