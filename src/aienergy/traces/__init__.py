"""Traces of power at scale: samples as Parquet or CSV to energy by run and component.

`docs/traces.md` says what is computed and what it costs, `docs/decisions/0005-*` why by DuckDB.
"""
