"""Tests mirror the tree of the hub."""
