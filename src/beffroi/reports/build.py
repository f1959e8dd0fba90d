"""The built document: plain data that every renderer reads (HTML, DOCX, JSON today; PPTX, PDF, XLSX later).

All the figures of a document stand once in ``Document.chiffres``; a text refers to one by its id, and carries the words
its ``Chiffre`` printed. The same id with two different figures is refused while building.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import Any

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION, LIBELLE_ETAT_ACTION, Appreciation, EtatAction
from beffroi.domain.suivi.appreciation import texte_taux
from beffroi.kernel.convert import plain
from beffroi.kernel.figure import Chiffre, Provenance
from beffroi.reports.typographie import majuscule, typographier

SIGNES: dict[Appreciation, str] = {
    Appreciation.ATTEINT: "■",
    Appreciation.EN_BONNE_VOIE: "●",
    Appreciation.A_SURVEILLER: "◆",
    Appreciation.EN_RETARD: "▲",
    Appreciation.SANS_DONNEE: "○",
    Appreciation.SANS_OBJECTIF: "",
}


@dataclass(frozen=True, slots=True)
class Morceau:
    """A piece of text: words, or a placed figure (``valeur`` is its id), or an appreciation or state with its sign."""

    texte: str
    gras: bool = False
    italique: bool = False
    valeur: str = ""
    appreciation: Appreciation | None = None
    etat: EtatAction | None = None
    fictif: bool = False


Texte = tuple[Morceau, ...]


def texte_brut(texte: Texte) -> str:
    """The words alone."""
    return "".join(m.texte for m in texte)


def signe(appreciation: Appreciation, *, mot: bool = True) -> Morceau:
    """An appreciation written: « ◆ À surveiller » (« sans objectif » has no sign)."""
    label = LIBELLE_APPRECIATION[appreciation]
    if appreciation is Appreciation.SANS_OBJECTIF:
        return Morceau(label, appreciation=appreciation)
    words = f"{SIGNES[appreciation]}\u00a0{majuscule(label)}" if mot else SIGNES[appreciation]
    return Morceau(words.replace(" ", "\u00a0"), gras=True, appreciation=appreciation)


def etat_saisi(etat: EtatAction, *, fictif: bool = False) -> Morceau:
    """A typed state."""
    return Morceau(LIBELLE_ETAT_ACTION[etat], etat=etat, fictif=fictif)


def phrase(modele: str, **pieces: Morceau | Texte | str) -> Texte:
    """Fill a pattern: ``{name}`` is a piece, ``**…**`` is bold, ``__…__`` is italic. Words take French typography."""
    out: list[Morceau] = []
    bold = italic = False
    for literal, name, _, _ in Formatter().parse(modele):
        for token in re.split(r"(\*\*|__)", literal):
            if token == "**":
                bold = not bold
            elif token == "__":
                italic = not italic
            elif token:
                out.append(Morceau(token, bold, italic))
        if name is None:
            continue
        given = pieces[name]
        for m in (Morceau(given),) if isinstance(given, str) else (given,) if isinstance(given, Morceau) else given:
            out.append(dataclasses.replace(m, gras=m.gras or bold, italique=m.italique or italic))
    return _soigner(out)


def _soigner(morceaux: list[Morceau]) -> Texte:
    """Typography of each piece, knowing the letter before and that something follows; figures stay as printed."""
    out: list[Morceau] = []
    pieces = [m for m in morceaux if m.texte]
    for i, m in enumerate(pieces):
        if m.valeur:
            out.append(m)
            continue
        before = out[-1].texte[-1] if out and not out[-1].texte[-1].isspace() else ""
        after = "x" if i + 1 < len(pieces) else ""
        text = typographier(before + m.texte + after)
        out.append(dataclasses.replace(m, texte=text[len(before) : len(text) - len(after)]))
    return tuple(out)


# --- blocks -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Titre:
    """Heading inside a section (second level). ``annexe``: in the style of the annex, not numbered."""

    texte: str
    annexe: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "texte", typographier(self.texte))


@dataclass(frozen=True, slots=True)
class Intitule:
    """Official title under a short heading."""

    texte: Texte


@dataclass(frozen=True, slots=True)
class PhraseCle:
    """The sentence that answers first."""

    texte: Texte


@dataclass(frozen=True, slots=True)
class Paragraphe:
    """Plain paragraph."""

    texte: Texte


@dataclass(frozen=True, slots=True)
class Liste:
    """List of points, numbered or not."""

    points: tuple[Texte, ...]
    numerotee: bool = False


@dataclass(frozen=True, slots=True)
class Manque:
    """What is missing and who can give it."""

    texte: Texte


@dataclass(frozen=True, slots=True)
class Source:
    """Line of source under a table or a figure."""

    texte: Texte


@dataclass(frozen=True, slots=True)
class Note:
    """Small explanation."""

    texte: Texte


@dataclass(frozen=True, slots=True)
class Cellule:
    """A cell. ``genre``: ``texte``, ``chiffre``, ``appreciation``, ``manque`` (greyed, hatched on screen), ``rien``."""

    texte: Texte
    genre: str = "texte"
    colonnes: int = 1
    alerte: bool = False


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column: relative width, numbers or not."""

    largeur: float
    chiffre: bool = False


@dataclass(frozen=True, slots=True)
class Entete:
    """A header cell over one or several columns."""

    texte: str
    colonnes: int = 1
    chiffre: bool = False


@dataclass(frozen=True, slots=True)
class Ligne:
    """A row. ``genre``: ``normale``, ``bande`` (title of a group), ``total``, ``somme`` (second line of a total)."""

    cellules: tuple[Cellule, ...]
    genre: str = "normale"


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table with its caption; ``alternative`` says what it holds. ``dense`` for long landscape tables."""

    id: str
    legende: str
    colonnes: tuple[Colonne, ...]
    entetes: tuple[tuple[Entete, ...], ...]
    lignes: tuple[Ligne, ...]
    alternative: str
    dense: bool = False


@dataclass(frozen=True, slots=True)
class TuileChiffre:
    """One tile: label, value, target to date, appreciation, source."""

    libelle: str
    valeur: Texte
    cible: Texte
    appreciation: Appreciation
    source: Texte


@dataclass(frozen=True, slots=True)
class Tuiles:
    """A row of tiles."""

    tuiles: tuple[TuileChiffre, ...]
    alternative: str


@dataclass(frozen=True, slots=True)
class Serie:
    """A series of a chart: name, ids of its figures in the order of the categories.

    ``role``: ``principale``, ``seconde``, ``or``, ``manque`` (hatched), ``objectif`` (line), ``ecart`` (sign colours).
    """

    nom: str
    valeurs: tuple[str, ...]
    role: str = "principale"


@dataclass(frozen=True, slots=True)
class Graphique:
    """A chart. ``genre``: ``colonnes``, ``barres`` (horizontal, first category on top), ``barres_empilees``."""

    id: str
    legende: str
    genre: str
    categories: tuple[str, ...]
    series: tuple[Serie, ...]
    alternative: str
    unite: str
    decimales: int = 0
    signe: bool = False
    hauteur: float = 7.5  # centimètres


@dataclass(frozen=True, slots=True)
class CaseCarte:
    """A commune of the map. ``valeur``: id of the figure shown; ``sigle``: letters inside."""

    code: str
    nom: str
    cellule: tuple[int, int]
    secteur: str
    appreciation: Appreciation | None
    valeur: str = ""
    sigle: str = ""


@dataclass(frozen=True, slots=True)
class CarteTuiles:
    """The carte en tuiles, with the counts of its legend and the communes that have no position."""

    id: str
    legende: str
    cases: tuple[CaseCarte, ...]
    decompte: tuple[tuple[Appreciation, int], ...]
    alternative: str
    sans_position: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SautDePage:
    """Page break inside a section."""


Bloc = (
    Titre
    | Intitule
    | PhraseCle
    | Paragraphe
    | Liste
    | Manque
    | Source
    | Note
    | Tableau
    | Tuiles
    | Graphique
    | CarteTuiles
    | SautDePage
)


@dataclass(frozen=True, slots=True)
class Section:
    """A section: numbered unless it is an annex; ``paysage`` for wide tables; ``numero`` is 0 when not numbered."""

    id: str
    titre: str
    blocs: tuple[Bloc, ...]
    numero: int = 0
    paysage: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "titre", typographier(self.titre))

    @property
    def annexe(self) -> bool:
        """True for a section that carries no number."""
        return self.numero == 0


@dataclass(frozen=True, slots=True)
class Meta:
    """Cover and running lines. ``situation`` and ``connu_le``: the two dates; ``fictif``: fictitious entries inside."""

    surtitre: str
    titre: str
    sous_titre: str
    complement: str
    mentions: tuple[Texte, ...]
    entete: str
    pied: str
    sujet: str
    situation: date
    connu_le: date
    programme: str
    annee: int
    carte: CarteTuiles | None = None
    fictif: bool = False
    preambule: tuple[Bloc, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A built document: cover, sections, the single table of figures, provenances used."""

    meta: Meta
    sections: tuple[Section, ...]
    chiffres: Mapping[str, Chiffre]
    provenances: Mapping[str, Provenance] = field(default_factory=dict)

    def blocs(self) -> Iterator[Bloc]:
        """Every block, in order."""
        yield from self.meta.preambule
        for s in self.sections:
            yield from s.blocs

    def textes(self) -> Iterator[Texte]:
        """Every text with pieces, in order: sentences, cells, tiles."""
        yield from self.meta.mentions
        for bloc in self.blocs():
            yield from textes_bloc(bloc)


def textes_bloc(bloc: Bloc) -> Iterator[Texte]:
    """Texts of one block."""
    if isinstance(bloc, (Intitule, PhraseCle, Paragraphe, Manque, Source, Note)):
        yield bloc.texte
    elif isinstance(bloc, Liste):
        yield from bloc.points
    elif isinstance(bloc, Tableau):
        for row in bloc.lignes:
            for cell in row.cellules:
                yield cell.texte
    elif isinstance(bloc, Tuiles):
        for t in bloc.tuiles:
            yield from (t.valeur, t.cible, t.source)


class Registre:
    """Collects the figures of a document while it is built, and prints each one."""

    def __init__(self) -> None:
        self.chiffres: dict[str, Chiffre] = {}

    def noter(self, identifiant: str, chiffre: Chiffre) -> str:
        """Record a figure and return its id.

        Raises:
            ValueError: the id already stands for another figure.
        """
        if self.chiffres.setdefault(identifiant, chiffre) != chiffre:
            raise ValueError(f"« {identifiant} » désigne déjà un autre chiffre")
        return identifiant

    def placer(
        self,
        identifiant: str,
        chiffre: Chiffre,
        *,
        decimales: int | None = None,
        signe: bool = False,
        unite: bool = False,
        gras: bool = False,
    ) -> Morceau:
        """Record a figure and write it where the text needs it."""
        text = chiffre.texte(decimales, signe=signe, avec_unite=unite)
        return Morceau(text, gras, not chiffre.connu, self.noter(identifiant, chiffre), fictif=chiffre.fictif)

    def taux(self, identifiant: str, chiffre: Chiffre, le: date, *, gras: bool = False) -> Morceau:
        """Record a rate and write it with the decimal that its thresholds ask for."""
        text = texte_taux(chiffre, le)
        return Morceau(text, gras, False, self.noter(identifiant, chiffre), fictif=chiffre.fictif)


def provenances_de(chiffres: Iterable[Chiffre]) -> tuple[str, ...]:
    """Ids of the provenances of those figures, without the line of the document (``#L…``), in order of appearance."""
    seen: dict[str, None] = {}
    for c in chiffres:
        seen.update(dict.fromkeys(p.split("#")[0] for p in c.provenance))
    return tuple(seen)


def en_json(document: Document) -> dict[str, Any]:
    """The built document as plain JSON data; every block says its type, every figure its state and provenance."""

    def walk(value: Any) -> Any:
        if isinstance(value, Chiffre):
            return {
                "valeur": plain(value.valeur),
                "unite": value.unite,
                "etat": str(value.etat),
                "texte": value.texte(),
                "periode": value.periode,
                "territoire": value.territoire.id if value.territoire else "",
                "couverture": value.couverture.texte() if value.couverture else "",
                "provenance": list(value.provenance),
                "fictif": value.fictif,
            }
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            body = {f.name: walk(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return {"type": type(value).__name__, **body} if isinstance(value, Bloc) else body
        if isinstance(value, Mapping):
            return {str(k): walk(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [walk(v) for v in value]
        return plain(value)

    data: dict[str, Any] = walk(document)
    return data
