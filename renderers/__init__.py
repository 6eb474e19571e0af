"""Poster layout, QR codes and encoders; imports hub.content only."""
