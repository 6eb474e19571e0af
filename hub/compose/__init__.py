"""Turns an actie into one post per kanaal; the preview is the same function."""
