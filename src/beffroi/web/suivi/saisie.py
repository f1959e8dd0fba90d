"""The three grids of entry: a territory over the exercices, the communes in one exercice, one element everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.timezone import localtime

from beffroi.domain.nomenclatures.programme import NatureDepense
from beffroi.domain.nomenclatures.saisie import StadeBudget
from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.execution import financeurs, lignes_suivies, moyens_suivis
from beffroi.domain.suivi.valeur import (
    CleValeur,
    Element,
    NatureElement,
    ValeurSuivie,
    elements,
    quartier,
    territoires,
)
from beffroi.domain.suivi.valeur import ventilation as ventiler
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.suivi.grille import Case, Colonne, Grille
from beffroi.web.tables.selectors.valeur import periodes_verrouillees, valeurs

VUES = (
    ("exercices", "Un territoire, tous les exercices"),
    ("communes", "Un exercice, toutes les communes"),
    ("element", "Un élément, communes et exercices"),
    ("budget", "Le budget, ligne par ligne"),
)
SEPARATEUR = "~"
NATURES = (NatureDepense.INVESTISSEMENT, NatureDepense.FONCTIONNEMENT)
_SUIVIS = (NatureElement.OBJECTIF_ACTION, NatureElement.INDICATEUR)


def cle_element(element: str, ventilation: str) -> str:
    """Key of an element in a grid: « a03-indicateur-1~mesure=euro »."""
    return f"{element}{SEPARATEUR}{ventilation}" if ventilation else element


def lire_cle(cle: str) -> tuple[str, str]:
    """Element and breakdown of such a key."""
    element, _, ventilation = cle.partition(SEPARATEUR)
    return element, ventilation


@dataclass(frozen=True, slots=True)
class Theme:
    """What is typed together: the territorial objectives, an orientation, an action."""

    cle: str
    libelle: str
    elements: tuple[Element, ...]


def themes(programme: Programme) -> list[Theme]:
    """Themes that hold at least one element, in the order of the programme."""
    known = elements(programme)
    out = [
        Theme(
            "objectifs",
            "Objectifs par territoire",
            tuple(e for e in known.values() if e.nature is NatureElement.OBJECTIF),
        )
    ]
    by_action: dict[str, list[Element]] = {}
    for e in known.values():
        if e.nature in _SUIVIS and e.fiche:
            by_action.setdefault(e.fiche, []).append(e)
    for o in programme.orientations:
        actions = [a for a in programme.actions if a.orientation == o.id]
        whole = tuple(e for a in actions for e in by_action.get(a.id, ()))
        out.append(Theme(f"orientation:{o.id}", f"Orientation {o.numero} : {o.libelle_court or o.titre}", whole))
        out += [
            Theme(f"action:{a.id}", f"Action {a.numero} : {a.titre or 'titre absent'}", tuple(by_action.get(a.id, ())))
            for a in actions
        ]
    return [t for t in out if t.elements]


@dataclass
class Saisie:
    """What the address asks, and the grid that answers it; read once per request."""

    situation: Situation
    vue: str
    theme: Theme | None
    themes: list[Theme]
    territoire: Territoire
    exercice: str
    element: str
    au: str = ""
    """Situation asked in the address, kept in every link."""
    stade: StadeBudget = StadeBudget.ENGAGE
    financeur: str = ""
    nature: str = ""

    @property
    def programme(self) -> Programme:
        """The programme in force."""
        return self.situation.programme

    @property
    def a_un_budget(self) -> bool:
        """True when the programme writes money or human resources."""
        return any(a.budget or a.moyens_humains for a in self.programme.actions)

    @property
    def etroite(self) -> bool:
        """True when rows are territories: their names are short."""
        return self.vue in ("communes", "element")

    @cached_property
    def noms(self) -> dict[str, str]:
        """Id of a territory → name."""
        return noms_territoires(self.situation)

    @cached_property
    def verrous(self) -> set[str]:
        """Periods closed."""
        return periodes_verrouillees(self.programme.id)

    def cle(self, rang: str, colonne: str) -> CleValeur:
        """Key of the value that a cell holds."""
        if self.vue == "exercices":
            element, ventilation = lire_cle(rang)
            return CleValeur(element, self.territoire.id, colonne, ventilation)
        if self.vue == "communes":
            element, ventilation = lire_cle(colonne)
            return CleValeur(element, rang, self.exercice, ventilation)
        if self.vue == "budget":
            return CleValeur(rang, self.territoire.id, colonne, self.ventilation(rang))
        element, ventilation = lire_cle(self.element)
        return CleValeur(element, rang, colonne, ventilation)

    def ventilation(self, element: str) -> str:
        """Breakdown of the budget view: stage, and for money the funder and nature when the person says them."""
        if element in self.moyens:
            return ventiler({"stade": self.stade.value})
        return ventiler({"stade": self.stade.value, "financeur": self.financeur, "nature": self.nature})

    @cached_property
    def moyens(self) -> set[str]:
        """Ids of human resources, counted in full-time equivalents."""
        return {m.id for m, _ in moyens_suivis(self.programme)}

    def place(self, cle: CleValeur) -> tuple[str, str]:
        """Row and column of a value."""
        if self.vue == "budget":
            return cle.element, cle.periode
        key = cle_element(cle.element, cle.ventilation)
        if self.vue == "exercices":
            return key, cle.periode
        return (cle.territoire, key) if self.vue == "communes" else (cle.territoire, cle.periode)

    @property
    def parametres(self) -> dict[str, str]:
        """What the address must keep to show the same grid."""
        kept = {"vue": self.vue, "theme": self.theme.cle if self.theme else ""}
        if self.vue == "exercices":
            kept["territoire"] = self.territoire.id
        elif self.vue == "communes":
            kept["exercice"] = self.exercice
        elif self.vue == "budget":
            kept |= {"stade": self.stade.value, "financeur": self.financeur, "nature": self.nature}
        else:
            kept["element"] = self.element
        return kept

    def adresse(self, **plus: str) -> str:
        """Query string of this grid."""
        return urlencode({**self.parametres, **({"au": self.au} if self.au else {}), **plus})

    @cached_property
    def mesures(self) -> list[tuple[str, Element, str, str]]:
        """(key, element, breakdown, unit) of each quantity of the theme, or of the only element of the view."""
        if self.vue == "budget":
            known = elements(self.programme)
            ids = [x.ligne.id for x in lignes_suivies(self.programme)] + sorted(self.moyens)
            return [(i, known[i], self.ventilation(i), known[i].unite) for i in ids]
        out = self.mesures_du_theme
        return [x for x in out if x[0] == self.element] if self.vue == "element" else out

    @property
    def mesures_du_theme(self) -> list[tuple[str, Element, str, str]]:
        """Same, of the whole theme: the choice of an element."""
        shown = self.theme.elements if self.theme else ()
        return [(cle_element(e.id, m.ventilation), e, m.ventilation, m.unite) for e in shown for m in e.mesures]

    @cached_property
    def valeurs(self) -> dict[CleValeur, ValeurSuivie]:
        """Values that the grid needs, in one query."""
        wanted = {e.id for _, e, _, _ in self.mesures}
        places = [self.territoire.id] if self.vue in ("exercices", "budget") else None
        times = [self.exercice] if self.vue == "communes" else None
        found = {v.cle: v for v in valeurs(self.programme.id, wanted, territoires=places, periodes=times)}
        if self.vue != "budget":
            return found
        return {k: v for k, v in found.items() if k.ventilation == self.ventilation(k.element)}

    def relire(self) -> None:
        """Forget what was read: something has just been written."""
        self.__dict__.pop("valeurs", None)

    def grille(self) -> Grille:
        """The grid."""
        from beffroi.web.suivi.budget import grille_budget
        from beffroi.web.suivi.tableur import par_commune, par_element, par_exercice

        build = {
            "exercices": par_exercice, "communes": par_commune, "element": par_element, "budget": grille_budget,
        }[self.vue]  # fmt: skip
        return build(self)


def noms_territoires(situation: Situation) -> dict[str, str]:
    """Id of each territory of the programme → name."""
    p, out = situation.programme, {}
    for siren in p.collectivites:
        out[f"epci:{siren}"] = situation.entrepot.epci(siren).nom
        out.update((f"commune:{c.code}", c.nom) for c in situation.entrepot.communes_epci(siren))
    out.update((f"commune:{code}", name) for code, name in p.noms_communes.items() if f"commune:{code}" not in out)
    out.update((f"secteur:{s.id}", s.nom) for s in p.secteurs)
    out.update((f"qpv:{code}", f"QPV {name} ({code})") for code, name in situation.quartiers)
    return out


def lire_saisie(request: HttpRequest, situation: Situation) -> Saisie:
    """What ``?vue=&theme=&territoire=&exercice=&element=`` asks; unknown values give way to the first of their list."""
    p, ask = situation.programme, request.GET
    known = themes(p)
    theme = next((t for t in known if t.cle == ask.get("theme")), known[0] if known else None)
    view = ask.get("vue") if ask.get("vue") in {v for v, _ in VUES} else "exercices"
    places = territoires(p)
    place = places.get(ask.get("territoire", "")) or places[f"epci:{p.collectivites[0]}"]
    asked = ask.get("quartier", "").strip() or ask.get("territoire", "").removeprefix("qpv:")
    if (district := quartier(asked)) is not None:
        place = district
    years = [str(e.annee) for e in p.exercices()]
    year = ask.get("exercice") if ask.get("exercice") in years else str(situation.exercice.annee)
    keys = [cle_element(e.id, m.ventilation) for e in (theme.elements if theme else ()) for m in e.mesures]
    element = ask.get("element", "")
    chosen = element if element in keys else (keys[0] if keys else "")
    au = ask.get("au", "")
    stage = ask.get("stade", "")
    funder, nature = ask.get("financeur", ""), ask.get("nature", "")
    if view == "budget" and place.echelle is not Echelle.EPCI:
        place = places[f"epci:{p.collectivites[0]}"]
    return Saisie(
        situation,
        str(view),
        theme,
        known,
        place,
        str(year),
        chosen,
        au if au.isdigit() else "",
        StadeBudget(stage) if stage in set(StadeBudget) else StadeBudget.ENGAGE,
        funder if funder in financeurs(p) else "",
        nature if nature in {n.value for n in NATURES} else "",
    )


def _case(p: Programme, v: ValeurSuivie | None) -> Case | None:
    if v is None:
        return None
    when = f"le {localtime(v.enregistrement):%d/%m/%Y}" if v.enregistrement else ""
    by = f"par {v.auteur}" if v.auteur else ""
    return Case(v.chiffre(p.id), v.revision, v.statut, " ".join(x for x in (when, by) if x))


def cases_saisies(s: Saisie) -> dict[tuple[str, str], Case]:
    """Cells of the values read."""
    out = {}
    for key, v in s.valeurs.items():
        found = _case(s.programme, v)
        if found is not None:
            out[s.place(key)] = found
    return out


def colonnes_exercices(s: Saisie) -> list[Colonne]:
    """One column for each exercice, locked ones marked."""
    return [
        Colonne(str(e.annee), str(e.annee), "" if e.libelle == str(e.annee) else e.libelle,
                fermee=str(e.annee) in s.verrous)
        for e in s.programme.exercices()
    ]  # fmt: skip


def sans_statut(c: Chiffre) -> Chiffre:
    """A computed figure rests on drafts or not: the cells say it, the sums need not repeat it."""
    from beffroi.kernel.figure import Etat

    return replace(c, etat=Etat.CONNU) if c.etat is Etat.PROVISOIRE else c
