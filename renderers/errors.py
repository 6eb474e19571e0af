"""What can go wrong while drawing a poster, in words that say what to do."""

from hub.content import NietTeTekenen


class PosterError(NietTeTekenen):
    """A poster cannot be drawn; the message names the format and the box, the file or the missing library."""
