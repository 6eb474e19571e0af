"""What kind of visitor a request on a link is: a person, a link preview, a prefetch, a bot, or unknown.

Only the headers of this one request are looked at and nothing of them is kept. A person is counted as one
when the browser itself says that somebody navigates (Sec-Fetch); a modern browser string without those
headers is `onbekend`, because mail scanners and scripts borrow such strings.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from crawleruseragents import CRAWLER_USER_AGENTS_DATA, is_crawler
from is_bot import Bots

KLASSEN: Final = ("mens", "preview", "prefetch", "bot", "onbekend", "eigen")

# Fetchers that make the small card under a message: one fetch is about one person who composes a message.
# Beside the list of the package, those it does not know or does not call previews.
PREVIEW: Final = re.compile(
    "|".join(
        [item["pattern"] for item in CRAWLER_USER_AGENTS_DATA if "social-preview" in item.get("tags", ())]
        + [
            r"^WhatsApp",
            r"^Signal",
            r"^Viber",
            r"TelegramBot",
            r"Bluesky Cardyb",
            r"GoogleMessages",
            r"Nextdoor",
            r"Mastodon/",
            r"Pleroma",
            r"Akkoma",
            r"Misskey",
            r"Friendica",
            r"Nextcloud",
            r"SkypeUriPreview",
            r"meta-externalfetcher",
        ]
    ),
    re.IGNORECASE,
)
# In-app browsers hold a person; the packages take this one for a fetcher.
IN_APP: Final = re.compile(r"MetaIAB")
# Mail gateways that follow links before delivery and tell so.
SCANNER: Final = re.compile(r"SafeLinks|Proofpoint|Mimecast|Barracuda|urldefense", re.IGNORECASE)
PHONE: Final = re.compile(r"iphone|ipod|android.*mobile|mobile.*android|windows phone", re.IGNORECASE)
TABLET: Final = re.compile(r"ipad|tablet|android|kindle|silk", re.IGNORECASE)
COMPUTER: Final = re.compile(r"windows nt|macintosh|x11|cros ", re.IGNORECASE)

_bots = Bots()


def classify(method: str, headers: Mapping[bytes, bytes], eigen: bool = False) -> str:
    """The class of one request; `headers` has lower-case names, `eigen`: our own staff is signed in."""
    kind = agent_class(headers.get(b"user-agent", b"").decode("latin-1"))
    if kind != "mens":
        return kind
    if method != "GET":
        # Networks look a link up with HEAD under the name of an ordinary phone.
        return "preview"
    if _prefetches(headers):
        return "prefetch"
    if not _navigates(headers):
        return "onbekend"
    return "eigen" if eigen else "mens"


def device(headers: Mapping[bytes, bytes]) -> str:
    """telefoon, tablet or computer, or empty: as coarse as a report needs."""
    return _device(headers.get(b"user-agent", b"").decode("latin-1"))


@lru_cache(maxsize=4096)
def agent_class(agent: str) -> str:
    """Class by browser string alone: `mens` here means no more than `may be a person`."""
    if not agent.strip():
        return "bot"
    if IN_APP.search(agent):
        return "mens"
    if PREVIEW.search(agent):
        return "preview"
    if SCANNER.search(agent) or _bots.is_bot(agent) or is_crawler(agent):
        return "bot"
    return "mens"


@lru_cache(maxsize=4096)
def _device(agent: str) -> str:
    if PHONE.search(agent):
        return "telefoon"
    if TABLET.search(agent):
        return "tablet"
    return "computer" if COMPUTER.search(agent) else ""


def _prefetches(headers: Mapping[bytes, bytes]) -> bool:
    purpose = headers.get(b"sec-purpose", b"") + headers.get(b"purpose", b"") + headers.get(b"x-purpose", b"")
    return b"prefetch" in purpose or b"preview" in purpose or headers.get(b"x-moz", b"") == b"prefetch"


def _navigates(headers: Mapping[bytes, bytes]) -> bool:
    return (
        headers.get(b"sec-fetch-mode", b"") == b"navigate"
        and headers.get(b"sec-fetch-dest", b"") == b"document"
        and headers.get(b"sec-fetch-user", b"?1") == b"?1"
    )
