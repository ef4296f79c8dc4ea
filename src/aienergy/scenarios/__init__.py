"""Electricity demand: what was used, and what others project."""
