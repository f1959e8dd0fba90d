"""The entry workbook: which cells it holds, its preview, and the values it brings."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.valeur import (
    CleValeur,
    Element,
    NatureElement,
    elements,
    quartier,
    territoires,
    ventilation_fautive,
)
from beffroi.exchange.classeur import lire_classeur
from beffroi.exchange.saisie import COLONNES, Apercu, CaseSaisie, Changement, Cle, Feuille, apercu
from beffroi.web.suivi.grille import mot_unite
from beffroi.web.suivi.saisie import Saisie
from beffroi.web.tables.selectors.valeur import Contenu, contenus, periodes_verrouillees
from beffroi.web.tables.services.lot import sans_ramassage
from beffroi.web.tables.services.valeur import Saisie as Ecriture

PORTEES = (("grille", "la grille affichée"), ("theme", "le thème, toutes les communes et tous les exercices"))
ATTENTE = 24 * 3600
_VIDE: Contenu = (None, "", "", "")


def cles_grille(s: Saisie) -> list[CleValeur]:
    """Keys of the grid shown, row by row."""
    g = s.grille()
    return [s.cle(r.cle, c.cle) for r in g.saisissables for c in g.ouvertes]


def cles_theme(s: Saisie) -> list[CleValeur]:
    """Keys of the theme for every territory and exercice; of the budget, every line and exercice."""
    if s.vue == "budget" or s.theme is None:
        return cles_grille(s)
    years = [str(e.annee) for e in s.programme.exercices()]
    places = [t for t in territoires(s.programme) if not t.startswith("secteur:")]
    return [
        CleValeur(e.id, place, year, m.ventilation)
        for e in s.theme.elements
        for m in e.mesures
        for place in places
        for year in years
    ]


def _montre(v: Decimal | None, unite: str) -> Decimal | None:
    if v is None:
        return None
    shown = v * 100 if unite == "part" else v
    return shown.to_integral_value() if shown == shown.to_integral_value() else shown.normalize()


def cases(
    programme: Programme,
    cles: Iterable[CleValeur],
    noms: dict[str, str],
    tenus: dict[CleValeur, Contenu],
    fermees: set[str],
) -> Iterator[CaseSaisie]:
    """Cells of a workbook, with their present content; a share is written as a percentage."""
    known = elements(programme)
    units: dict[tuple[str, str], str] = {}
    for k in cles:
        e = known[k.element]
        unite = units.get((k.element, k.ventilation))
        if unite is None:
            unite = units[k.element, k.ventilation] = e.unite_de(k.ventilation)
        value, source, evidence, comment = tenus.get(k, _VIDE)
        yield CaseSaisie(
            cle=Cle(*k),
            libelle=e.libelle,
            nom_territoire=noms.get(k.territoire, k.territoire),
            unite=mot_unite(unite) or "nombre",
            valeur=_montre(value, unite),
            source=source,
            piece=evidence,
            commentaire=comment,
            verrouillee=k.periode in fermees,
            minimum=None,
        )


def _colonne(feuille: Feuille, champ: str) -> int | None:
    """Rank of a column, by its title in the first rows."""
    title = COLONNES[champ].casefold()
    for row in feuille.lignes[:30]:
        for i, cell in enumerate(row):
            if isinstance(cell, str) and cell.strip().casefold() == title:
                return i
    return None


def _presents(feuille: Feuille, champ: str) -> set[str]:
    rank = _colonne(feuille, champ)
    if rank is None:
        return set()
    return {str(row[rank]).strip() for row in feuille.lignes if rank < len(row) and row[rank] not in (None, "")}


def _ventilations(e: Element, presentes: set[str]) -> list[str]:
    if e.nature in (NatureElement.BUDGET, NatureElement.MOYEN):
        return sorted(v for v in presentes if "stade=" in v and not ventilation_fautive(v))
    return [m.ventilation for m in e.mesures]


def attendues(programme: Programme, feuille: Feuille) -> list[CleValeur]:
    """Keys that the file may answer: those of its elements, everywhere, every exercice."""
    known = elements(programme)
    present = _presents(feuille, "element")
    found = [e for i, e in known.items() if i in present]
    given = _presents(feuille, "ventilation")
    years = [str(e.annee) for e in programme.exercices()]
    places = list(territoires(programme))
    places += [t for t in sorted(_presents(feuille, "territoire")) if t.startswith("qpv:") and quartier(t[4:])]
    return [
        CleValeur(e.id, place, year, v)
        for e in found
        for v in _ventilations(e, given)
        for place in places
        for year in years
    ]


@dataclass(frozen=True, slots=True)
class Lecture:
    """A workbook read: its preview, its name, its sha256."""

    apercu: Apercu
    nom: str
    empreinte: str

    @property
    def marque(self) -> str:
        """What the person saw: a preview that changed meanwhile is shown again."""
        a = self.apercu
        return f"{len(a.nouvelles)}:{len(a.changees)}:{len(a.rejetees)}"


def lire(programme: Programme, noms: dict[str, str], octets: bytes, nom: str) -> Lecture:
    """Read a workbook and say what it would do; nothing is written.

    Raises:
        InvalidInput: not a workbook, no title row, a column missing, made for another programme.
    """
    with sans_ramassage():
        feuille = lire_classeur(octets, nom)
        keys = attendues(programme, feuille)
        held = contenus(programme.id, {k.element for k in keys})
        expected = cases(programme, keys, noms, held, periodes_verrouillees(programme.id))
        return Lecture(apercu(feuille, expected, programme=programme.id), nom, feuille.empreinte)


def ecritures(programme: Programme, changements: Iterable[Changement]) -> list[Ecriture]:
    """Values to write, in the unit followed."""
    known = elements(programme)
    units: dict[tuple[str, str], str] = {}
    out = []
    for c in changements:
        key = c.cle
        unite = units.get((key.element, key.ventilation))
        if unite is None:
            unite = units[key.element, key.ventilation] = known[key.element].unite_de(key.ventilation)
        value, source, evidence, comment = c.apres
        if value is not None and unite == "part":
            value = value / 100
        out.append(Ecriture(CleValeur(*key), value, None, source[:300], evidence[:300], comment[:500], textes=True))
    return out


# Files waiting for the person to accept their preview.

_JETON = re.compile(r"[0-9a-f]{32}")


def dossier_imports() -> Path:
    """Folder of the files that wait."""
    return Path(settings.DONNEES) / "imports"


def _chemin(programme: str, compte: int, jeton: str) -> Path:
    return dossier_imports() / f"{compte}-{programme}-{jeton}.xlsx"


def garder(programme: str, compte: int, octets: bytes) -> str:
    """Keep a file until it is accepted, a day at most; returns the token that finds it."""
    folder = dossier_imports()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.xlsx"):
        if time.time() - old.stat().st_mtime > ATTENTE:
            old.unlink(missing_ok=True)
    token = uuid4().hex
    path = _chemin(programme, compte, token)
    path.touch(mode=0o600)
    path.write_bytes(octets)
    return token


def reprendre(programme: str, compte: int, jeton: str) -> bytes | None:
    """The file kept under this token by this account, or None."""
    if not _JETON.fullmatch(jeton):
        return None
    path = _chemin(programme, compte, jeton)
    return path.read_bytes() if path.is_file() else None


def oublier(programme: str, compte: int, jeton: str) -> None:
    """Drop a file once written."""
    if _JETON.fullmatch(jeton):
        _chemin(programme, compte, jeton).unlink(missing_ok=True)
