"""Share targets as data: a name, what is on the button, and the address it opens. No scripts of others, no SDK."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Deeldoel:
    """`adres` holds {tekst}, {link} or {samen} (both); empty where the reader's own device does the sharing."""

    titel: str
    adres: str = ""

    def url(self, tekst: str, link: str) -> str:
        """The address that opens the composer of this target with our words; every value is escaped."""
        return self.adres.format(
            tekst=quote(tekst, safe=""), link=quote(link, safe=""), samen=quote(f"{tekst} {link}", safe="")
        )


DEELDOELEN: Final[dict[str, Deeldoel]] = {
    "whatsapp": Deeldoel("WhatsApp", "https://wa.me/?text={samen}"),
    "telegram": Deeldoel("Telegram", "https://t.me/share/url?url={link}&text={tekst}"),
    "facebook": Deeldoel("Facebook", "https://www.facebook.com/sharer/sharer.php?u={link}"),
    "x": Deeldoel("X", "https://x.com/intent/post?text={tekst}&url={link}"),
    "bluesky": Deeldoel("Bluesky", "https://bsky.app/intent/compose?text={samen}"),
    # In the fragment, so that the text never reaches a server.
    "mastodon": Deeldoel("Mastodon", "https://share.joinmastodon.org/#text={samen}"),
    "mail": Deeldoel("E-mail", "mailto:?subject={tekst}&body={samen}"),
    "kopie": Deeldoel("Link kopiëren"),
    "toestel": Deeldoel("Delen via uw telefoon"),
}
"""In the order of the buttons."""
