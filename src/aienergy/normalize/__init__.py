"""Bring every observation to the canonical unit of its quantity, and bind it as a number."""
