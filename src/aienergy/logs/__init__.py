"""Logs of power and energy: readers that know a format by its content, and the gates they share."""
