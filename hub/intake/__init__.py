"""Brings messages of other systems to the desk, so that nobody types twice."""
