"""Short links, kliks, shares, counts, reacties and uitkomsten."""
