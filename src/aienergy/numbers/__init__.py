"""Merge the numbers of all stages and check every derivation."""
