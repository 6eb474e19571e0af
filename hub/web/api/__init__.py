"""The API for integrators, under /api/v1."""
