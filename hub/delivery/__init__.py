"""Brings posts to networks at most once, and takes them away until confirmed."""
