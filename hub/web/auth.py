"""Who is asking, and may they: API key or session, role per route, and proof that a form is our own.

Every route says what it needs: `wie: Annotated[Wie, Depends(auth.wie("meldkamer"))]` for the API,
`Depends(auth.wie("meldkamer", pagina=True))` for a page (a visitor without a session goes to /inloggen).
A test lists all routes and fails on one without such a declaration.
"""

import hmac
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import Response

from hub.toegang import keys, sessions
from hub.toegang.model import MAG, Wie
from hub.toegang.sessions import Sessie
from hub.web.deps import Deps, deps_of

COOKIE = "sessie"
COOKIE_HTTPS = "__Host-sessie"
"""With this prefix a browser refuses the cookie from a neighbouring domain or over plain http."""
VEILIG = ("GET", "HEAD", "OPTIONS")


class NietIngelogd(Exception):
    """Nobody is logged in, or the key is unknown. `pagina`: answer with the log-in page."""

    def __init__(self, pagina: bool = False) -> None:
        super().__init__("Log in, of stuur een geldige sleutel mee.")
        self.pagina = pagina


class MagNiet(Exception):
    """Known, but not allowed; the message says why, `regel` which rule."""

    def __init__(self, melding: str, regel: str) -> None:
        super().__init__(melding)
        self.regel = regel


@dataclass(frozen=True, slots=True)
class Aanvrager:
    """Who asks: with a session (a person in a browser) or without (a key)."""

    wie: Wie
    sessie: Sessie | None


class Recht:
    """A dependency that demands a right and gives the Wie who has it."""

    def __init__(self, recht: str, pagina: bool) -> None:
        if recht not in MAG:
            raise ValueError(f"Er is geen recht {recht}.")
        self.recht, self.pagina = recht, pagina

    async def __call__(self, request: Request) -> Wie:
        """The one who asks; raises NietIngelogd or MagNiet."""
        found = await aanvrager(request)
        if found is None:
            raise NietIngelogd(self.pagina)
        if not found.wie.mag(self.recht):
            raise MagNiet(f"Met de rol {found.wie.rol} mag dit niet.", "rol")
        if found.sessie is not None and request.method not in VEILIG:
            await _own_form(request, found.sessie)
        return found.wie


def wie(recht: str, *, pagina: bool = False) -> Recht:
    """The dependency of a route: `lezer`, `gemeente`, `acties`, `adviseur`, `meldkamer` or `beheerder`."""
    return Recht(recht, pagina)


async def aanvrager(request: Request) -> Aanvrager | None:
    """Who asks, looked up once per request; None for a stranger. For pages that anyone may see."""
    if not hasattr(request.state, "aanvrager"):
        request.state.aanvrager = await _look_up(request)
    found: Aanvrager | None = request.state.aanvrager
    return found


def csrf(request: Request) -> str:
    """The token for the hidden field `csrf` of each form; empty without a session."""
    found: Aanvrager | None = getattr(request.state, "aanvrager", None)
    return found.sessie.csrf if found and found.sessie else ""


def nonce(request: Request) -> str:
    """The value for `nonce=` on each script and style element of this response."""
    return str(getattr(request.state, "nonce", ""))


def own_origin(request: Request) -> None:
    """A dependency for forms without a session (log in): refuses what another site makes a browser send."""
    if _foreign(request, deps_of(request)):
        raise MagNiet("Dit verzoek komt van een andere site.", "herkomst")


async def log_in(request: Request, response: Response, naam: str, wachtwoord: str) -> None:
    """Log in and set the cookie on `response`; raises `hub.toegang.users.InlogGeweigerd`."""
    deps = deps_of(request)
    old = request.cookies.get(cookie_name(deps), "")
    value = await deps.inloggen.login(naam, wachtwoord, _address(request), old)
    response.set_cookie(
        cookie_name(deps),
        value,
        max_age=deps.config.bewaren.sessie_uren * 3600,
        secure=_https(deps),
        httponly=True,
        samesite="lax",
    )


async def log_out(request: Request, response: Response) -> None:
    """End the session in the database and remove the cookie."""
    deps = deps_of(request)
    value = request.cookies.get(cookie_name(deps), "")
    if value:
        await deps.db.write(lambda s: sessions.end(s, value))
    response.delete_cookie(cookie_name(deps), secure=_https(deps), httponly=True, samesite="lax")


def cookie_name(deps: Deps) -> str:
    """Name of the session cookie."""
    return COOKIE_HTTPS if _https(deps) else COOKIE


def login_address(request: Request) -> str:
    """Where to send a visitor who must log in first, with the way back."""
    if request.method not in VEILIG or request.url.path == "/":
        return "/inloggen"
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/inloggen?verder={quote(back, safe='')}"


def safe_way_back(verder: str) -> str:
    """A path on this hub to go to after logging in; anything else becomes the list of acties."""
    plain = verder.startswith("/") and not verder.startswith(("//", "/\\")) and verder.isprintable()
    return verder if plain and not urlsplit(verder).netloc else "/acties"


async def _look_up(request: Request) -> Aanvrager | None:
    deps = deps_of(request)
    header = request.headers.get("authorization", "")
    if header:
        kind, _, key = header.partition(" ")
        if kind.lower() != "bearer":
            return None
        who = await deps.db.read(lambda s: keys.find(s, key.strip()))
        return Aanvrager(who, None) if who else None
    cookie = request.cookies.get(cookie_name(deps))
    if not cookie:
        return None
    now = deps.clock.now()
    session = await deps.db.read(lambda s: sessions.find(s, cookie, now))
    return Aanvrager(session.wie, session) if session else None


async def _own_form(request: Request, sessie: Sessie) -> None:
    """Refuse what a page of another site made this browser send."""
    if _foreign(request, deps_of(request)):
        raise MagNiet("Dit verzoek komt van een andere site.", "herkomst")
    given = request.headers.get("x-csrf", "")
    if not given and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        field = (await request.form()).get("csrf", "")
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), sessie.csrf.encode()):
        raise MagNiet("Dit formulier is verlopen. Laad de pagina opnieuw en probeer het nog eens.", "csrf")


def _foreign(request: Request, deps: Deps) -> bool:
    """Whether the browser says that another origin sent this; a missing Origin leaves it to the token."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return False
    configured = urlsplit(deps.config.adres)
    here = (configured.scheme, configured.netloc)
    given = urlsplit(origin)
    return (given.scheme, given.netloc) != here and given.netloc != request.headers.get("host", "")


def _https(deps: Deps) -> bool:
    return deps.config.adres.startswith("https://")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
