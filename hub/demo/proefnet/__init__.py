"""Proefnet: a simulated network in a process of its own, for a demo or a crash test to talk to.

Start it with `python -m hub.demo.proefnet --map DIR --poort N`. It is no part of the hub: it shares no memory
and no database with it, forgets nothing when either is restarted, and can be told to misbehave.
"""
