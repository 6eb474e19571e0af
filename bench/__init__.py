"""Benchmarks and the fault kit; tests use them too."""
