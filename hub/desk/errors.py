"""What the desk may answer instead of doing what was asked; each carries a sentence for people."""

from collections.abc import Sequence


class DeskError(Exception):
    """Base of the desk's refusals. `status` is the HTTP status that fits."""

    status = 400


class Ongeldig(DeskError):
    """The input has faults; all of them, as (field, sentence)."""

    status = 400

    def __init__(self, fouten: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(melding for _, melding in fouten))
        self.fouten = tuple(fouten)


class Geweigerd(DeskError):
    """A rule forbids it. `regel` is the code of the rule."""

    status = 403

    def __init__(self, regel: str, uitleg: str) -> None:
        super().__init__(uitleg)
        self.regel = regel


class NietGevonden(DeskError):
    """There is no such thing, or it is not yours to see."""

    status = 404


class Conflict(DeskError):
    """It cannot be done in this phase, or it exists already. `actie_id`: the one that is in the way."""

    status = 409

    def __init__(self, uitleg: str, actie_id: str = "") -> None:
        super().__init__(uitleg)
        self.actie_id = actie_id


class SleutelHergebruikt(DeskError):
    """The Idempotency-Key was used before for another request."""

    status = 422
