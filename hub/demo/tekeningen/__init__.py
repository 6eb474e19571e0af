"""Drawn portraits of invented people for the demo messages, made by this program itself."""
