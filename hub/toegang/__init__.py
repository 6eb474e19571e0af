"""Who may do what: users, keys, sessions, audit."""
