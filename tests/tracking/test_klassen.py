"""Who is a person on a link, and who only looks like one."""

import pytest

from hub.tracking.klassen import classify, device
from tests.tracking.bouw import LAPTOP, PHONE, browser

IN_APP = [
    b"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    b"Mobile/15E148 "
    b"[FBAN/FBIOS;FBAV/512.0.0.0;FBDV/iPhone15,2;FBSN/iOS;FBSV/18.5;FBLC/nl_NL]",
    b"Mozilla/5.0 (Linux; Android 15; SM-S921B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    b"Chrome/138.0.0.0 Mobile Safari/537.36 Instagram 385.0.0.0",
    b"Mozilla/5.0 (Linux; Android 16; Pixel 10; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    b"Chrome/146.0.7680.174 Mobile Safari/537.36 MetaIAB Facebook",
    b"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    b"Mobile/15E148 Twitter for iPhone/11.1",
]
PREVIEWS = [
    b"WhatsApp/2.23.20.0 A",
    b"TelegramBot (like TwitterBot)",
    b"Twitterbot/1.0",
    b"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    b"Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
    b"Mastodon/4.4.1 (http.rb/5.3.1; +https://mastodon.example/)",
    b"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    b"Pleroma 2.9; https://pleroma.example",
]
BOTS = [
    b"",
    b"curl/8.14.1",
    b"python-requests/2.32",
    b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    b"Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 HeadlessChrome/138.0.0.0 Safari/537.36",
    b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0 Safari/537.36 SafeLinks",
]


@pytest.mark.parametrize("agent", [PHONE, LAPTOP, *IN_APP])
def test_a_browser_that_navigates_is_a_person(agent: bytes) -> None:
    assert classify("GET", browser(agent)) == "mens"


@pytest.mark.parametrize("agent", PREVIEWS)
def test_a_card_fetcher_is_a_preview_whatever_else_it_sends(agent: bytes) -> None:
    assert classify("GET", {b"user-agent": agent}) == "preview"
    assert classify("GET", browser(agent)) == "preview"


@pytest.mark.parametrize("agent", BOTS)
def test_a_program_is_a_bot(agent: bytes) -> None:
    assert classify("GET", browser(agent)) == "bot"


@pytest.mark.parametrize(
    "anders", [{"sec_purpose": b"prefetch;prerender"}, {"purpose": b"prefetch"}, {"x_moz": b"prefetch"}]
)
def test_fetching_ahead_is_not_a_klik(anders: dict[str, bytes]) -> None:
    assert classify("GET", browser(**anders)) == "prefetch"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_only_get_is_a_person(method: str) -> None:
    assert classify(method, browser()) == "preview"


@pytest.mark.parametrize("anders", [{"sec_fetch_mode": b"cors"}, {"sec_fetch_dest": b"image"}])
def test_what_does_not_navigate_is_unknown(anders: dict[str, bytes]) -> None:
    assert classify("GET", browser(**anders)) == "onbekend"


def test_a_modern_browser_string_alone_is_unknown() -> None:
    assert classify("GET", {b"user-agent": LAPTOP}) == "onbekend"


def test_our_own_people_are_set_apart() -> None:
    assert classify("GET", browser(), eigen=True) == "eigen"
    assert classify("GET", browser(b"Twitterbot/1.0"), eigen=True) == "preview"


def test_devices_are_coarse() -> None:
    tablet = b"Mozilla/5.0 (Linux; Android 15; SM-X910) AppleWebKit/537.36 Chrome/138.0.0.0 Safari/537.36"
    assert [device({b"user-agent": agent}) for agent in (PHONE, tablet, LAPTOP, b"")] == [
        "telefoon",
        "tablet",
        "computer",
        "",
    ]
