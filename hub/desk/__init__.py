"""The use cases, one transaction each; the only place where slices meet."""
