"""Fill forms of disclosure from one description of a system or a facility; shared by `verify`."""
