"""The Dutch pages."""
