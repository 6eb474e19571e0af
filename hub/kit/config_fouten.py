"""What is wrong in config.yaml, said in Dutch: which line, which setting, and what to do about it."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import yaml
from pydantic import BaseModel

Plaats = tuple[str | int, ...]

SENTENCES: Mapping[str, str] = {
    "missing": "ontbreekt. Vul deze instelling in",
    "string_type": "moet tekst zijn. Zet er aanhalingstekens omheen",
    "int_type": "moet een geheel getal zijn",
    "int_parsing": "moet een geheel getal zijn",
    "int_from_float": "moet een geheel getal zijn",
    "float_type": "moet een getal zijn; gebruik een punt voor de decimalen",
    "float_parsing": "moet een getal zijn; gebruik een punt voor de decimalen",
    "bool_type": "moet true (ja) of false (nee) zijn",
    "bool_parsing": "moet true (ja) of false (nee) zijn",
    "tuple_type": "moet een lijst zijn, met op elke regel een streepje",
    "dict_type": "moet instellingen als `naam: waarde` hebben",
    "model_type": "moet instellingen als `naam: waarde` hebben",
    "literal_error": "heeft een waarde die niet bestaat. Kies uit: {expected}",
    "greater_than": "moet groter zijn dan {gt:g}",
    "greater_than_equal": "moet minstens {ge:g} zijn",
    "less_than_equal": "mag hoogstens {le:g} zijn",
    "string_pattern_mismatch": "heeft niet de goede vorm ({pattern})",
    "value_error": "klopt niet: {error}",
}
"""Per kind of fault what is said after the name of the setting; the rest falls back on `klopt niet`."""

GEMEENTE = "is geen CBS-code. Die ziet eruit als GM0344; `hub gemeenten zoek NAAM` vindt hem"
NAAM = "mag alleen kleine letters, cijfers en streepjes hebben, 2 tot 40 tekens"
PATTERNS: Mapping[str, str] = {r"^GM\d{4}$": GEMEENTE, "^[a-z0-9][a-z0-9-]{1,39}$": NAAM}


def explain(model: type[BaseModel], path: Path, tree: Any, item: Mapping[str, Any]) -> str:
    """One fault that pydantic found, as a sentence with its line and what to do. Never shows the value itself."""
    loc = tuple(item["loc"])
    where = ".".join(str(part) for part in loc)
    start = f"{path.name}, regel {line_of(tree, loc)}:"
    if item["type"] == "extra_forbidden":
        known = known_keys(model, loc[:-1])
        close = get_close_matches(str(loc[-1]), known, 1)
        hint = f"Bedoelt u `{close[0]}`?" if close else f"Hier mag: {', '.join(known)}."
        return f"{start} onbekende instelling `{where}`. {hint}"
    limits = item.get("ctx", {})
    sentence = SENTENCES.get(item["type"], "klopt niet. Zie docs/instellingen.md").format_map(limits)
    if item["type"] == "string_pattern_mismatch":
        sentence = PATTERNS.get(str(limits["pattern"]), sentence)
    return f"{start} `{where}` {sentence.replace(' or ', ' of ')}."


def line_of(node: Any, loc: Plaats) -> int:
    """Line of the deepest node on the way to `loc`."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in loc:
        found = None
        if isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                if key.value == str(part):
                    found, line = child, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = node.value[part]
            line = found.start_mark.line + 1
        if found is None:
            return line
        node = found
    return line


def double_keys(node: Any) -> Iterator[tuple[int, str]]:
    """Keys that stand twice in one section: YAML would silently keep the last one."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from double_keys(child)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                yield line, f"`{key.value}` staat ook op regel {seen[key.value]}. Laat er een staan."
            seen[key.value] = line
            yield from double_keys(child)


def known_keys(model: type[BaseModel], loc: Plaats) -> list[str]:
    """The keys that may stand at this place."""
    for part in loc:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[str(part)].annotation
        inner = get_args(annotation)[0] if get_origin(annotation) in (tuple, Annotated) else annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return [name for name, field in model.model_fields.items() if not field.exclude]
