"""The command hub, one file per command."""
