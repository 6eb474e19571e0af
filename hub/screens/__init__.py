"""Digital screens: what hangs where, since when, and the proof that it is gone."""
