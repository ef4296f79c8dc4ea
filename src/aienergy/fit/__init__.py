"""The command `aienergy fit`: a trend through any table of dated values, or a quantity of ours."""
