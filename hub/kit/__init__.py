"""Tools without domain words: database, clock, ids, config, secrets, HTTP, log."""
