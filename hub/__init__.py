"""Actiehub: one actie out to every kanaal and scherm, counted, and withdrawn with proof."""
