"""A channel that no program may post to, such as a WhatsApp channel: a person places the text.

The hub makes a task of every delivery to an account with `handmatig` set, and never calls `publish`. After the end
the task to take the post away rings until a named person confirms it.
"""

from collections.abc import Mapping
from typing import ClassVar

from hub.content import Limits, Post, Receipt, Refused, Setting, Timeouts


class Channel:
    """One channel that is kept by hand."""

    naam: ClassVar[str] = "handmatig"
    titel: ClassVar[str] = "WhatsApp of een andere app (met de hand)"
    handmatig: ClassVar[bool] = True
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting(
            "adres",
            "Adres van het kanaal",
            "De link waarmee u het kanaal opent; deze staat bij elke taak. Bij wa.me, whatsapp:// en t.me is de tekst "
            "dan al ingevuld.",
            verplicht=False,
        ),
        Setting(
            "app",
            "App op de telefoon",
            "In welke app u plaatst, zoals WhatsApp of Signal. De stappen op de pagina voor uw telefoon noemen deze "
            "naam.",
            standaard="WhatsApp",
            verplicht=False,
        ),
    )
    limits = Limits(max_text=4096, max_text_with_image=1024)

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        pass

    def can(self) -> frozenset[str]:
        """Nothing by program: placing, changing and removing are tasks for a person."""
        return frozenset()

    async def publish(self, post: Post, key: str) -> Receipt:
        """Always refuses, so that a delivery that gets here by mistake becomes visible."""
        raise Refused("Dit kanaal wordt met de hand bijgehouden: plaats het bericht zelf en vink de taak af.")

    async def close(self) -> None:
        """Nothing to release."""
