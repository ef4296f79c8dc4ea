"""Readers of published data files, one small module a family of sources; see `registry`."""
