"""Demo data and proefnet, a simulated network as a process of its own."""
