"""How long to wait before the next try: pure functions, randomness is an argument."""

from hub.content import NotNow

BASIS = 0.25
MAXIMUM = 30.0
LANGSTE_WACHT = 900.0
LANGSTE_WACHT_WEG = 60.0
"""A netwerk that makes a removal wait longer is asked again each minute: a face that stays weighs more than that."""
KORTSTE_WACHT = 0.5
SNEL_WACHT, SNELLE_POGINGEN = 1.0, 5


def backoff(poging: int, willekeur: float) -> float:
    """Seconds to wait after failed try number `poging` (from 1): full jitter, `willekeur` in 0..1.

    Full jitter spreads tries of many rows over time; a floor keeps an unlucky draw from hammering.
    """
    return max(KORTSTE_WACHT * min(poging, 4) / 4, willekeur * min(MAXIMUM, BASIS * 2.0 ** min(poging, 10)))


def still_there(poging: int, willekeur: float, *, haast: bool) -> float:
    """Seconds to wait when a post that was removed can still be found; `haast`: the post itself, not only its file.

    The first tries follow each other fast. After that the netwerk itself is slow, and to go on like that would use up
    what the account may do for its other removals.
    """
    return SNEL_WACHT if haast and poging <= SNELLE_POGINGEN else backoff(poging, willekeur)


def asked(after: float, willekeur: float) -> float:
    """Seconds to wait when the netwerk named a time: clamped, because Retry-After may be negative or absurd.

    Equal jitter on top: never earlier than asked, unless that is longer than an actie can bear.
    """
    wait = max(after, KORTSTE_WACHT)
    return min(LANGSTE_WACHT, wait + willekeur * min(wait * 0.1, 5.0))


def too_many(poging: int, willekeur: float) -> float:
    """Seconds to wait when the netwerk said too many calls without a time: equal jitter, which never comes near 0."""
    half = min(MAXIMUM, 2.0 ** min(poging, 10)) / 2
    return half + willekeur * half


def not_now(error: NotNow, poging: int, willekeur: float, *, weg: bool) -> float:
    """Seconds to wait after this answer to try number `poging`; `weg`: it was the removal of a post."""
    if error.after is not None:
        wait = asked(error.after, willekeur)
    else:
        wait = too_many(poging, willekeur) if error.limited else backoff(poging, willekeur)
    return min(wait, LANGSTE_WACHT_WEG) if weg else wait
