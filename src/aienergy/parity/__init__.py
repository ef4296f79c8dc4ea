"""The command that sets anybody's training against use; no part of the build."""
