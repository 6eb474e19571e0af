"""Accounts on networks, their credentials, and the registry of netwerken."""
