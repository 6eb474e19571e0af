"""One file per feed dialect, parsed and rendered both ways."""
