"""Draws the people of the demo: invented faces, modelled in smooth solids, lit, and finished as a pastel.

Nobody in them exists and no photo was used. `python -m hub.demo.portretten` draws them again.
"""
