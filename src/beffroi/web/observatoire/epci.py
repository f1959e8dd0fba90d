"""« Votre EPCI en une minute » on the web: search, rows of the portrait, its file, the form that creates an empty PLH."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.utils import timezone

from beffroi.domain.programme.ebauche import TITRE_MAXIMAL, titre_propose
from beffroi.kernel.errors import BeffroiError, InvalidInput
from beffroi.kernel.figure import Chiffre, Provenance, nombre
from beffroi.kernel.source import Csv, GeoJson
from beffroi.kernel.unit import unit
from beffroi.sources import source
from beffroi.warehouse.figures import NOTE_SANS_SOURCE
from beffroi.warehouse.observatory import Observatoire, Valeur, situation
from beffroi.warehouse.portrait import Portrait, portrait, sources_absentes, sources_nommees, themes
from beffroi.warehouse.query import Entrepot, Epci
from beffroi.web.pilotage.export import Cellule

SANS_COLONNE = " : colonne absente du fichier chargé"
# Mots d'un décompte, dans l'ordre de lecture : situation → (un, plusieurs).
SITUATIONS = {
    "valeur": ("avec une valeur", "avec une valeur"),
    "secret": ("secret", "secrets"),
    "sans objet": ("sans objet", "sans objet"),
    "non renseigné": ("non renseigné", "non renseignés"),
    NOTE_SANS_SOURCE: ("dont la source n’est pas chargée", "dont la source n’est pas chargée"),
}


@dataclass(frozen=True, slots=True)
class Reponse:
    """An answer of the search: an EPCI, and the communes asked for that lead to it."""

    epci: Epci
    communes: tuple[str, ...] = ()


def chercher(entrepot: Entrepot, texte: str) -> list[Reponse]:
    """EPCI that answer a name, a SIREN, a commune or a post code, the best first."""
    found: dict[str, tuple[Epci, list[str]]] = {}
    for t in entrepot.rechercher(texte, 30):
        siren = t.siren if isinstance(t, Epci) else t.siren_epci
        if not siren:
            continue
        if siren not in found:
            found[siren] = (t if isinstance(t, Epci) else entrepot.epci(siren), [])
        if not isinstance(t, Epci):
            found[siren][1].append(t.nom)
    return [Reponse(e, tuple(names)) for e, names in found.values()]


@dataclass(frozen=True, slots=True)
class Ligne:
    """An indicator on the page. ``mot`` tells why there is no value; ``qualite`` is the lowest of its sources."""

    valeur: Valeur
    mot: str
    couverture: str
    qualite: int | None

    @property
    def chiffre(self) -> Chiffre:
        """The figure."""
        return self.valeur.chiffre

    @property
    def note(self) -> str:
        """What the figure says of itself, when it is more than the word already written."""
        text = self.chiffre.note.removeprefix(self.mot).strip(" ()")
        if self.mot != NOTE_SANS_SOURCE:
            return text
        named = [source(x).label.partition(",")[0] for x in sources_nommees(self.chiffre.note)]
        return ", ".join(dict.fromkeys(named)) + (SANS_COLONNE if "sans «" in text else "") if named else text

    @property
    def decimales(self) -> int | None:
        """Decimals of the indicator, when they are not those of its unit."""
        return self.valeur.indicateur.decimals


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and its indicators; those that wait for a source are told together, by what they wait for."""

    libelle: str
    lignes: tuple[Ligne, ...]

    @property
    def dites(self) -> list[Ligne]:
        """Rows that the loaded sources tell something of."""
        return [x for x in self.lignes if x.mot != NOTE_SANS_SOURCE]

    @property
    def attendues(self) -> list[tuple[str, list[Ligne]]]:
        """Rows that wait for a source: what is missing, rows."""
        groups: dict[str, list[Ligne]] = {}
        for x in self.lignes:
            if x.mot == NOTE_SANS_SOURCE:
                groups.setdefault(x.note, []).append(x)
        return list(groups.items())


@dataclass(frozen=True, slots=True)
class Manque:
    """A source to load, and the command that takes it from its publisher (none when it has no address)."""

    id: str
    libelle: str
    page: str
    commande: str


@lru_cache(maxsize=32)
def _portrait(generation: str, siren: str, jour: Any) -> Portrait:
    """A portrait asks a hundred questions: it is kept as long as the warehouse in service does not change."""
    observatoire = Observatoire(Entrepot.ouvrir())
    return portrait(observatoire, observatoire.entrepot.epci(siren), jour)


def portrait_epci(entrepot: Entrepot, siren: str) -> Portrait:
    """Portrait of an EPCI.

    Raises:
        NotFound: no such EPCI.
    """
    return _portrait(entrepot.generation, siren, timezone.localdate())


def par_theme(entrepot: Entrepot, p: Portrait) -> list[Theme]:
    """Rows by theme, those that have a value first."""
    return [
        Theme(label, tuple(_ligne(entrepot, v) for v in sorted(values, key=lambda v: not v.chiffre.connu)))
        for label, values in themes(p)
    ]


def _ligne(entrepot: Entrepot, v: Valeur) -> Ligne:
    c = v.chiffre
    marks = [q for q in (entrepot.provenance(i).qualite for i in c.provenance) if q is not None]
    cover = ""
    if c.couverture is not None and situation(c) != NOTE_SANS_SOURCE:
        n = c.couverture.renseignes
        cover = (
            f"{nombre(n)}\u00a0{unit('vente').accorde(n)}" if c.couverture.membre == "vente" else c.couverture.texte()
        )
    return Ligne(v, situation(c), cover, min(marks) if marks else None)


def decompte(p: Portrait) -> list[tuple[str, int]]:
    """Counts of indicators by word, zeros left out."""
    return [(words[n > 1], n) for key, words in SITUATIONS.items() if (n := p.decompte.get(key, 0))]


def manques(p: Portrait) -> list[Manque]:
    """Sources that the portrait waits for."""
    out = []
    for identifier in sources_absentes(p):
        s = source(identifier)
        known = bool(s.address) and isinstance(s.format, Csv | GeoJson)
        command = f"beffroi donnees actualiser {s.id} --millesime AAAA" if known else ""
        out.append(Manque(s.id, s.label, s.page, command))
    return out


ENTETES = ("theme", "indicateur", "libelle", "valeur", "unite", "texte", "situation", "periode", "couverture",
           "qualite_sur_6", "sources", "note")  # fmt: skip


def rangs(entrepot: Entrepot, p: Portrait) -> Iterable[list[Cellule]]:
    """Rows of the file: exact value, and the word of its state when there is none."""
    for theme in par_theme(entrepot, p):
        for x in theme.lignes:
            c, i = x.chiffre, x.valeur.indicateur
            told = [_texte(entrepot.provenance(j)) for j in c.provenance]
            yield [
                theme.libelle,
                i.id,
                i.label,
                c.valeur,
                c.unite,
                c.texte(i.decimals, avec_unite=True) if c.connu else x.mot,
                x.mot,
                c.periode,
                x.couverture,
                x.qualite,
                " ; ".join(told),
                c.note,
            ]


def _texte(p: Provenance) -> str:
    return p.texte() + (f", {p.licence}" if p.licence else "")


class FormulairePlh(forms.Form):
    """Title and first year of an empty PLH; the duration is that of the law."""

    annee = forms.IntegerField(
        label="Première année",
        help_text="Année civile du premier exercice.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4", "size": "6", "autocomplete": "off"}),
        error_messages={
            "required": "Écrivez la première année, comme 2027.",
            "invalid": "Écrivez une année en quatre chiffres, comme 2027.",
        },
    )
    titre = forms.CharField(
        label="Titre",
        required=False,
        max_length=TITRE_MAXIMAL,
        help_text="Laissé tel quel, il suit la première année.",
        error_messages={"max_length": f"Raccourcissez le titre : {TITRE_MAXIMAL} caractères au plus."},
    )

    _CHAMPS = {"première année": "annee", "titre": "titre"}

    def __init__(self, nom: str, data: Any = None) -> None:
        annee = timezone.localdate().year + 1
        self.propose = titre_propose(nom, annee)
        super().__init__(data, label_suffix="", initial={"annee": annee, "titre": self.propose}, prefix="plh")

    @property
    def choisi(self) -> tuple[int, str]:
        """Year and title, once valid; a title left as proposed is worked out again from the year."""
        typed = self.cleaned_data["titre"].strip()
        return self.cleaned_data["annee"], "" if typed == self.propose else typed

    def refuser(self, erreur: BeffroiError) -> None:
        """Put each fault of the service beside its field."""
        for p in erreur.problems if isinstance(erreur, InvalidInput) else ():
            text = p.message[:1].upper() + p.message[1:] + (f" {p.conseil}" if p.conseil else "")
            self.add_error(self._CHAMPS.get(str(p.colonne)), text)
