"""Notices to people by mail or chat, over Apprise: for ringing, not for the public.

Apprise says no more than "it worked" or "it did not", and a slow success reads as a failure. So there is no
reference to a post, nothing can be taken back or looked up, no picture goes along, and every failure is an unknown
outcome.

It reads the answer of a service whole and offers no limit to its size, so an address must be of a service that you
trust; elsewhere the hub reads 20 MB at most.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote

from hub.content import Limits, NeedsAttention, Post, Receipt, Setting, Timeouts, Unknown

if TYPE_CHECKING:
    from apprise import NotifyBase

SCHEMAS = (
    "mailto", "mailtos", "matrix", "matrixs", "mmost", "mmosts", "nctalk", "nctalks", "ntfy", "ntfys", "signal",
    "signals", "slack", "threema", "workflow", "workflows",
)  # fmt: skip
"""Services that bring a notice to people; others can run commands or ask any address inside the network."""
_NOT_HERE = frozenset((
    "redirect", "verify", "cto", "rto", "retry", "wait", "delay", "overflow", "store",
    "attach", "filename", "template", "pgp", "pgpprv", "pgppub", "wkd",
))  # fmt: skip
"""Parts of an address that would follow, trust whoever answers, resend, send later, split, or read or fetch a file."""
_AT_ONCE = 2
_TITLE = 80


class Channel:
    """One address to which notices go."""

    naam: ClassVar[str] = "apprise"
    titel: ClassVar[str] = "Melding per mail of chat (Apprise)"
    alleen_melden: ClassVar[bool] = True
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting(
            "adres",
            "Apprise-adres",
            "Begint met mailtos://, mmosts://, matrixs://, ntfys://, slack:// of een van de andere diensten uit de "
            "documentatie van Apprise. Neem bij Matrix een token en de naam van de kamer (#piket:voorbeeld.nl): met "
            "een wachtwoord logt elke melding opnieuw in, en dat mag maar een paar keer achter elkaar. Er gaat nooit "
            "een afbeelding mee en een melding is niet in te trekken.",
            geheim=True,
        ),
    )
    limits = Limits(max_text=2000, max_text_with_image=2000, images=False)

    def __init__(self, instellingen: Mapping[str, str], timeouts: Timeouts) -> None:
        self._adres, self._timeouts = instellingen["adres"].strip(), timeouts
        self._pool: ThreadPoolExecutor | None = None

    def can(self) -> frozenset[str]:
        """Nothing but notify."""
        return frozenset()

    async def publish(self, post: Post, key: str) -> Receipt:
        """Send the words once, never a picture. The key is all the reference there is."""
        _check(self._adres)
        loop, pool = asyncio.get_running_loop(), self._threads()
        # The first time this loads every service, which takes seconds; that is no time of the netwerk.
        service = await loop.run_in_executor(pool, _service, self._adres, self._timeouts)
        try:
            async with asyncio.timeout(self._timeouts.total):
                sent = await loop.run_in_executor(pool, _notify, service, post.text)
        except TimeoutError:
            raise Unknown("De melding kreeg geen antwoord; zij kan zijn aangekomen.") from None
        if not sent:
            raise Unknown("De melding is niet bevestigd; zij kan toch zijn aangekomen.")
        return Receipt(ref=key)

    async def close(self) -> None:
        """Let go of the threads; what is being sent is not waited for."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="apprise")
        return self._pool


def _check(adres: str) -> None:
    """Raise NeedsAttention for an address that is not for notices, without repeating it: it holds a password."""
    found = re.match(r"([a-z]+)://\S+$", adres, re.IGNORECASE)
    if found is None or found[1].lower() not in SCHEMAS:
        raise NeedsAttention(f"Dit Apprise-adres kan hier niet. Het begint met een van: {', '.join(SCHEMAS)}.")
    # Apprise is lenient: a semicolon parts as well, spaces do not count, and what follows a # is read too.
    pairs = re.split("[?&;#]", adres)[1:]
    asked = {unquote(pair.partition("=")[0]).strip("+-: \t\r\n").lower() for pair in pairs}
    if wrong := sorted(asked & _NOT_HERE):
        raise NeedsAttention(f"Haal dit uit het Apprise-adres: {', '.join(wrong)}.")


def _service(adres: str, timeouts: Timeouts) -> "NotifyBase":
    """The service behind the address, new for every notice: a kept one waits between two of them."""
    # Addresses hold passwords and tokens; these loggers would write them down.
    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    from apprise import Apprise, AppriseAsset, PersistentStoreMode

    asset = AppriseAsset(
        app_id="Actiehub",
        app_desc="Actiehub",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        http_redirects=False,
        pgp_autogen=False,
        pem_autogen=False,
        storage_mode=PersistentStoreMode.MEMORY,
        allow_templates=False,
    )
    service = Apprise.instantiate(adres, asset=asset)
    if service is None:
        raise NeedsAttention("Dit Apprise-adres is niet te lezen. Kijk het na in de documentatie van Apprise.")
    service.socket_connect_timeout = timeouts.connect
    service.socket_read_timeout = timeouts.total
    service.redirects = False
    # Matrix tries again by itself and first waits as long as the server says: both are ours to decide.
    vars(service).update(default_retries=1, throttle=_no_wait)
    return service


def _no_wait(last_io: datetime | None = None, wait: float | None = None) -> None:
    """Stands in for the pause that a service takes between calls or when it is told to."""


def _notify(service: "NotifyBase", text: str) -> bool:
    """One try, words only. Whatever the library does wrong, its message may hold the address."""
    title = text.partition("\n")[0][:_TITLE]
    try:
        return bool(service.notify(body=text, title=title, body_format="text"))
    except Exception:
        return False
