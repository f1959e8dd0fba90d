"""Search over territories, actions, indicators, objectives and the glossary: words in any order, accents ignored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

import beffroi
from beffroi.domain.suivi.valeur import NatureElement, elements
from beffroi.reports.glossaire import Terme, lire_glossaire
from beffroi.reports.map import cle_nom
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.suivi.saisie import noms_territoires

LIMITE = 40


@dataclass(frozen=True, slots=True)
class Reponse:
    """An answer: words, address (none for a definition), what is said under it; ``rang`` 0 for a whole name."""

    libelle: str
    adresse: str
    sous: str = ""
    rang: int = 1


@dataclass(frozen=True, slots=True)
class GroupeReponses:
    """Answers of one kind, and how many there are in all."""

    cle: str
    libelle: str
    reponses: tuple[Reponse, ...]
    nombre: int


@lru_cache(maxsize=1)
def glossaire() -> tuple[Terme, ...]:
    """Terms of the glossary, when the documentation stands beside the program."""
    path = Path(beffroi.__file__).parents[2] / "docs" / "glossaire.md"
    return tuple(lire_glossaire(path)) if path.is_file() else ()


def rechercher(s: Situation, demande: str, lien: Callable[..., str]) -> list[GroupeReponses]:
    """Answers by kind; a kind without any is left out. ``lien(nom, *args)``: address of a page of the programme."""
    words = cle_nom(demande).split()
    if not words:
        return []
    whole = cle_nom(demande)

    def rang(*textes: str) -> int | None:
        key = cle_nom(" ".join(textes))
        if not all(w in key for w in words):
            return None
        return 0 if cle_nom(textes[0]) == whole else 1

    kinds: list[tuple[str, str, Iterable[Reponse]]] = [
        ("territoires", "Territoires", _territoires(s, rang, lien)),
        ("actions", "Actions", _actions(s, rang, lien)),
        ("objectifs", "Objectifs", _elements(s, rang, lien, (NatureElement.OBJECTIF, NatureElement.OBJECTIF_ACTION))),
        ("indicateurs", "Indicateurs", _elements(s, rang, lien, (NatureElement.INDICATEUR,))),
        ("glossaire", "Glossaire", _termes(rang)),
    ]
    out = []
    for key, label, answers in kinds:
        found = sorted(answers, key=lambda r: (r.rang, cle_nom(r.libelle)))
        if found:
            out.append(GroupeReponses(key, label, tuple(found[:LIMITE]), len(found)))
    return out


def seule(groupes: list[GroupeReponses]) -> str:
    """Address to open at once: the only answer, or the commune or action whose whole name was asked."""
    every = [r for g in groupes for r in g.reponses]
    if len(every) == 1 and groupes[0].nombre == 1:
        return every[0].adresse
    named = [r for g in groupes if g.cle in ("territoires", "actions") for r in g.reponses if r.rang == 0 and r.adresse]
    return named[0].adresse if len(named) == 1 else ""


def _territoires(s: Situation, rang: Callable[..., int | None], lien: Callable[..., str]) -> Iterable[Reponse]:
    p = s.programme
    names = noms_territoires(s)
    sector = {c: x.nom for x in p.secteurs if not x.groupe for c in x.communes}
    followed = p.objectif() is not None
    for code in p.communes():
        name = names.get(f"commune:{code}", code)
        if (r := rang(name, code)) is not None:
            address = lien("commune", code) if followed else lien("corrections", code)
            yield Reponse(name, address, f"commune {code}, secteur {sector.get(code, '')}", r)
    for x in p.secteurs:
        if (r := rang(x.nom, "secteur" if not x.groupe else "groupe")) is not None:
            yield Reponse(
                x.nom,
                f"{lien('saisie').partition('?')[0]}?{urlencode({'territoire': f'secteur:{x.id}'})}",
                "secteur",
                1,
            )
    for siren in p.collectivites:
        name = names.get(f"epci:{siren}", siren)
        if (r := rang(name, siren)) is not None:
            yield Reponse(name, lien("tableau_de_bord"), f"intercommunalité {siren}", r)


def _actions(s: Situation, rang: Callable[..., int | None], lien: Callable[..., str]) -> Iterable[Reponse]:
    for a in s.programme.actions:
        title = a.titre or "titre absent du document"
        if (r := rang(title, f"action {a.numero}")) is not None:
            yield Reponse(f"Action {a.numero}. {title}", lien("fiche_action", a.id), ", ".join(a.pilotes), r)


def _elements(
    s: Situation, rang: Callable[..., int | None], lien: Callable[..., str], natures: tuple[NatureElement, ...]
) -> Iterable[Reponse]:
    by_id = {a.id: a for a in s.programme.actions}
    for e in elements(s.programme).values():
        if e.nature not in natures or (r := rang(e.libelle)) is None:
            continue
        action = by_id.get(e.fiche or "")
        if action is not None:
            yield Reponse(e.libelle, f"{lien('fiche_action', action.id)}#valeurs", f"action {action.numero}", r)
        else:
            page = lien("objectifs_grille").partition("?")[0]
            yield Reponse(e.libelle, f"{page}?{urlencode({'objectif': e.id})}", "par territoire", r)


def _termes(rang: Callable[..., int | None]) -> Iterable[Reponse]:
    for t in glossaire():
        if (r := rang(t.nom, *t.identifiants)) is not None:
            yield Reponse(t.nom, "", t.definition + (f" ({t.texte})" if t.texte else ""), r)
