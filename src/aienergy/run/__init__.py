"""The command `aienergy run`: energy of anybody's logs."""
