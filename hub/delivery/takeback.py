"""Taking one post back in steps: make it neutral, delete it, read back whether post and file are gone.

Each step that is done is committed before the next begins, so that whoever takes over after a crash continues there.
Every step may be done twice without harm: a post that is already gone counts as removed.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from hub.content import Channel, ChannelError, Corrects, NotNow, Post, Receipt, Refused, Retracts, Unknown, Weg

GENEUTRALISEERD, VERWIJDERD = "geneutraliseerd", "verwijderd"
BERICHT_WEG, BESTAND_WEG, GECONTROLEERD = "bericht-weg", "bestand-weg", "gecontroleerd"
"""What `stappen` of a removal can hold, each with its moment; the last three were read back."""

ZEI_JA = "Het netwerk zei ja, maar het bericht is nog te zien."
BESTAND_OVER = "Het bericht is weg, het bestand is nog te bereiken."
NEUTRAAL_GEBLEVEN = "Het bericht staat er nog, zonder naam en foto: het netwerk laat verwijderen niet toe."
KAN_NIET = "Dit netwerk kan een bericht niet verwijderen."
AL_NEUTRAAL = "Tekst en beeld zijn al neutraal gemaakt."
STAAT_ER_NOG = "Tekst en beeld staan er nog."

Note = Callable[[str, Receipt | None], Awaitable[None]]
"""Commits that a step was done, with the reference the post has from now on (None: unchanged)."""


class StillThere(Exception):
    """Asked for, and not refused, but the post or its file can still be found; `haast`: ask again within a second."""

    def __init__(self, message: str, *, haast: bool) -> None:
        super().__init__(message)
        self.haast = haast


class TakenOver(Exception):
    """Another process holds this bezorging now; what is left of it is its work."""


@dataclass(frozen=True, slots=True)
class Uitslag:
    """A call that ended well: the new reference, who proves it, what a person should know, the steps it reached."""

    receipt: Receipt | None = None
    bewijs: str = "netwerk"
    opmerking: str = ""
    stappen: tuple[str, ...] = ()


def steps_of(channel: Channel) -> tuple[str, ...]:
    """The steps by which this account takes a post back, in order; only those it can do."""
    kan = channel.can()
    wanted = getattr(type(channel), "weg", ("verwijderen",))
    return tuple(s for s in wanted if ("corrigeren" if s == "neutraliseren" else "intrekken") in kan)


async def take_back(
    channel: Channel, receipts: Sequence[Receipt], neutraal: Post, gedaan: Collection[str], note: Note
) -> Uitslag:
    """Take one post back. `receipts`: the reference it has now, then those of before, whose files may live on.

    Raises StillThere while something can be found, and Refused where only a person can do more.
    """
    if VERWIJDERD in gedaan:
        weg = await _read(channel, receipts)
        if weg.bericht is not False:
            return await _concluded(channel, weg, gedaan, note)
    known, neutral, problem = [*receipts], GENEUTRALISEERD in gedaan, None
    steps = steps_of(channel)
    if "neutraliseren" in steps and not neutral and isinstance(channel, Corrects):
        try:
            known.insert(0, await channel.correct(receipts[0], neutraal))
        except (Refused, NotNow, Unknown) as error:
            # Deleting is better than waiting; only when that is refused this step is worth another try.
            problem = error
        else:
            await note(GENEUTRALISEERD, known[0])
            neutral = True
    refusal = await _delete(channel, known) if "verwijderen" in steps else Refused(KAN_NIET)
    if refusal is not None:
        return await _left_neutral(channel, known, neutraal, refusal, problem, neutral=neutral)
    await note(VERWIJDERD, None)
    weg = await _read(channel, known)
    if weg.bericht is False:
        raise StillThere(ZEI_JA, haast=True)
    return await _concluded(channel, weg, gedaan, note)


async def _delete(channel: Channel, receipts: Sequence[Receipt]) -> Refused | None:
    """Delete the post under every number it had; the refusal when the netwerk will never do it."""
    if not isinstance(channel, Retracts):
        return Refused(KAN_NIET)
    try:
        for receipt in {receipt.ref: receipt for receipt in reversed(receipts)}.values():
            await channel.retract(receipt)
    except Refused as error:
        return error
    return None


async def _left_neutral(
    channel: Channel,
    receipts: Sequence[Receipt],
    neutraal: Post,
    refusal: Refused,
    problem: ChannelError | None,
    *,
    neutral: bool,
) -> Uitslag:
    """The netwerk does not delete: it is enough when the neutral words are read back and the file is gone."""
    if not neutral:
        if problem is not None and not isinstance(problem, Refused):
            raise problem
        raise Refused(f"{refusal} {STAAT_ER_NOG}")
    weg = await _read(channel, receipts)
    if weg.bericht is True and weg.bestand is not False:
        return Uitslag(stappen=(BERICHT_WEG, GECONTROLEERD))
    if weg.bericht is False and weg.bestand is True and weg.tekst.split() == neutraal.text.split():
        return Uitslag(opmerking=NEUTRAAL_GEBLEVEN, stappen=(BESTAND_WEG, GECONTROLEERD))
    raise Refused(f"{refusal} {AL_NEUTRAAL}")


async def _concluded(channel: Channel, weg: Weg, gedaan: Collection[str], note: Note) -> Uitslag:
    """Done, unless the file outlives the post: then it is asked for again until it is gone as well."""
    proven = weg.bericht is True or bool(getattr(type(channel), "antwoord_bewijst", False))
    if weg.bestand is False:
        if proven and BERICHT_WEG not in gedaan:
            await note(BERICHT_WEG, None)
        raise StillThere(BESTAND_OVER, haast=False)
    reached = {BERICHT_WEG: proven, BESTAND_WEG: weg.bestand is True, GECONTROLEERD: weg.bericht is True}
    return Uitslag(bewijs="netwerk" if proven else "", stappen=tuple(stap for stap, holds in reached.items() if holds))


async def _read(channel: Channel, receipts: Sequence[Receipt]) -> Weg:
    """Ask for the post and for every file it had."""
    if not isinstance(channel, Retracts):
        return Weg(None, None)
    answers = [await channel.gone(receipt) for receipt in receipts]
    return Weg(_all_gone([a.bericht for a in answers]), _all_gone([a.bestand for a in answers]), answers[0].tekst)


def _all_gone(answers: Sequence[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True
