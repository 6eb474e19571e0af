"""What a text of one kanaal may hold, asked before it is kept: fewer means than a file has, so that it cannot grow.

No loops, variables, macros or other files: one post is one pass over a text of at most `MAX` characters.
"""

from collections.abc import Iterator, Mapping

from jinja2 import TemplateError, nodes

from hub.compose.templates import FILTERS, KINDS, Templates

MAX = 4000
VELDEN: Mapping[str, str] = {
    "titel": "De titel van de actie.",
    "bericht": "Het bericht.",
    "signalement": "Hoe iemand of iets eruitziet. Kan leeg zijn.",
    "laatst_gezien": "Waar en wanneer. Kan leeg zijn.",
    "slottekst": "Waarmee een actie eindigt. Leeg zolang ze loopt.",
    "plaats": "De gemeente.",
    "link": "De korte link van dit kanaal. Kan leeg zijn.",
    "code": "De code van de actie.",
    "afzender": "Uw organisatie.",
    "bel_nu": "Het nummer voor nu.",
    "bel_tip": "Het nummer voor een tip.",
    "bel_later": "Het nummer als het geen haast heeft.",
    "type": "Het type, zoals vermist-persoon.",
    "soort": "De soort, zoals tijdkritisch.",
    "niveau": "lokaal, regionaal of landelijk.",
    "over_persoon": "Of het om een persoon gaat, voor {% if over_persoon %}.",
    "oefening": "Of het een oefening is, voor {% if oefening %}.",
    "voorbeeld": "Of deze hub een voorbeeld is, voor {% if voorbeeld %}.",
}
"""What such a text may show, in the words of the help beside it."""
GROEIT = ("join", "replace")
"""Filters that can make a long text out of a short one."""
MAG = (*(name for name in FILTERS if name not in GROEIT), "zin")
_DELEN = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
    nodes.Block,
    nodes.Extends,
    nodes.Concat,
    nodes.Call,
)
_CALLS = 8


def fault(templates: Templates, stem: str, text: str) -> str:
    """What is wrong with this text in a Dutch sentence that names the line, or an empty string."""
    if not text.strip():
        return "Schrijf een tekst, of ga terug naar de standaard."
    if len(text) > MAX:
        return f"De tekst is te lang: {len(text)} tekens. Er passen er {MAX}."
    try:
        tree = templates.parse(text)
    except TemplateError as error:
        line = getattr(error, "lineno", 1)
        return f"Regel {line}: dit is niet te lezen. Kijk of elke {{{{, {{% en haak weer dicht gaat."
    except RecursionError:
        return "Regel 1: hier staan te veel haken in elkaar."
    files = templates.files()
    found = (f"Regel {node.lineno}: {why}" for node in _every(tree) if (why := _wrong(node, stem, files)))
    return next(found, "") or _whole(tree, stem)


def _every(node: nodes.Node) -> Iterator[nodes.Node]:
    """All parts of a text, in the order in which they stand there."""
    for child in node.iter_child_nodes():
        yield child
        yield from _every(child)


def _wrong(node: nodes.Node, stem: str, files: list[str]) -> str:
    """Why this part cannot be in a text, or an empty string."""
    if not isinstance(node, _DELEN):
        return "dit kan hier niet. Gebruik velden, {% if %} en {% block %}."
    if isinstance(node, nodes.Name):
        known = node.name in VELDEN or node.name in ("eerder", "super")
        return "" if known else f"`{node.name}` bestaat niet. De velden staan naast de tekst."
    if isinstance(node, nodes.Filter):
        return "" if node.name in MAG else f"`|{node.name}` kan niet. Dit kan wel: {', '.join(MAG)}."
    if isinstance(node, nodes.Compare):
        same = all(operand.op in ("eq", "ne") for operand in node.ops)
        return "" if same else "vergelijken kan alleen met == en !=."
    if isinstance(node, nodes.Call):
        own = isinstance(node.node, nodes.Name) and node.node.name == "super" and not (node.args or node.kwargs)
        return "" if own else "hier kan alleen {{ super() }}."
    return _base(node, stem, files) if isinstance(node, nodes.Extends) else ""


def _base(node: nodes.Extends, stem: str, files: list[str]) -> str:
    """A text builds on a file; one of a later post may also build on what was posted before."""
    base = node.template
    if isinstance(base, nodes.Name) and base.name == "eerder" and stem in KINDS.values():
        return ""
    known = isinstance(base, nodes.Const) and base.value in files
    return "" if known else "deze tekst kan niet op iets anders voortbouwen dan op een standaardtekst."


def _whole(tree: nodes.Template, stem: str) -> str:
    """What is wrong with the text as a whole."""
    if sum(1 for _ in tree.find_all(nodes.Call)) > _CALLS:
        return f"Regel 1: {{{{ super() }}}} kan hooguit {_CALLS} keer."
    kop = any(block.name == "kop" for block in tree.find_all(nodes.Block))
    if stem in KINDS.values() or kop or tree.find(nodes.Extends) is not None:
        return ""
    return (
        "Regel 1: zet boven de titel een regel {% block kop %} en eronder een regel {% endblock %}. "
        "Daar komt bij een correctie te staan dat het een correctie is."
    )
