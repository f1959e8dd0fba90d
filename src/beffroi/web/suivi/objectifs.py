"""The grid of objectives: territories in rows, objectives and exercices in columns, in the version in force or a scenario.

Totals are computed per sector and for the whole, beside the printed ones where they differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString

from beffroi.domain.nomenclatures.programme import Periodicite
from beffroi.domain.programme.modele import ObjectifTerritorial, Programme
from beffroi.domain.suivi.scenario import (
    CleObjectif,
    comparer,
    grille_de,
    par_exercice,
    periodes_objectif,
    territoires_objectif,
    totaliser,
    unite_objectif,
)
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import Nombre
from beffroi.reports.map import cle_nom
from beffroi.web.pilotage import rendu
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.suivi.grille import Case, Colonne, Grille, Groupe, Rang, ecrit, mot_unite
from beffroi.web.suivi.saisie import noms_territoires
from beffroi.web.tables.models import Scenario
from beffroi.web.tables.selectors.scenario import CaseScenario, cases_scenario

SEPARATEUR = "@"


def cle_colonne(objectif: str, periode: str) -> str:
    """« production_logement@2022 »."""
    return f"{objectif}{SEPARATEUR}{periode}"


def lire_colonne(colonne: str) -> tuple[str, str]:
    """Objective and period of a column."""
    objectif, _, periode = colonne.rpartition(SEPARATEUR)
    return objectif, periode


def _nombre(v: Decimal) -> Nombre:
    return int(v) if v == v.to_integral_value() else v


@lru_cache(maxsize=16_384)
def chiffre(v: Decimal | None, unite: str, fictif: bool = False) -> Chiffre:
    """A plain objective as a figure."""
    return Chiffre.manquant(unite) if v is None else Chiffre(_nombre(v), unite, fictif=fictif)


@lru_cache(maxsize=16_384)
def _deux(somme: Decimal | None, publie: Decimal | None, unite: str) -> SafeString:
    """Computed sum, and the printed total under it where they differ."""
    html = ecrit(chiffre(somme, unite))
    if publie is None or publie == somme:
        return html
    return rendu.sur(f'{html}<span class="bf-deux-totaux">publié {ecrit(chiffre(publie, unite))}</span>')


@dataclass
class GrilleObjectifs:
    """What is shown: the version in force (``scenario`` None) or a scenario, one objective or all."""

    situation: Situation
    scenario: Scenario | None
    objectif: str
    seuls: frozenset[str] | None = None
    """Objectives whose cells are read, when a write needs no more."""

    @property
    def programme(self) -> Programme:
        """The programme in force."""
        return self.situation.programme

    @cached_property
    def objectifs(self) -> tuple[ObjectifTerritorial, ...]:
        """Objectives shown, in the order of the programme."""
        if not self.objectif:
            return self.programme.objectifs
        return tuple(o for o in self.programme.objectifs if o.id == self.objectif)

    @property
    def lus(self) -> list[str]:
        """Objectives whose cells are read."""
        return [o.id for o in self.objectifs if self.seuls is None or o.id in self.seuls]

    @cached_property
    def noms(self) -> dict[str, str]:
        """Id of a territory → name."""
        return noms_territoires(self.situation)

    @cached_property
    def reference(self) -> dict[CleObjectif, Decimal | None]:
        """Cells of the version in force, for the objectives shown."""
        return grille_de(self.programme, self.lus)

    @cached_property
    def cases(self) -> dict[CleObjectif, CaseScenario]:
        """Cells of the scenario for the objectives shown (none for the version in force)."""
        if self.scenario is None:
            return {}
        whole = not self.objectif and self.seuls is None
        return cases_scenario(self.scenario, None if whole else self.lus)

    def relire(self) -> None:
        """Forget the cells: some have just been written."""
        for name in ("cases", "valeurs", "reference"):
            self.__dict__.pop(name, None)

    @cached_property
    def valeurs(self) -> Mapping[CleObjectif, Decimal | None]:
        """Values shown."""
        if self.scenario is None:
            return self.reference
        return {k: c.valeur for k, c in self.cases.items()}

    @cached_property
    def unites(self) -> dict[str, str]:
        """Objective → unit."""
        return {o.id: unite_objectif(self.programme, o.id) for o in self.programme.objectifs}

    @property
    def colonnes(self) -> tuple[Colonne, ...]:
        """Exercices of each objective, then its total."""
        out: list[Colonne] = []
        for o in self.objectifs:
            band = f"{o.libelle} ({mot_unite(self.unites[o.id]) or 'nombre'})"
            if par_exercice(o) and o.periodicite is Periodicite.PERIODE:
                band += ", écrit pour la durée et étalé par exercice"
            for p in periodes_objectif(self.programme, o):
                label = p if par_exercice(o) else "durée"
                out.append(Colonne(cle_colonne(o.id, p), label, f"{o.libelle}, {label}", bandeau=band))
            if par_exercice(o):
                out.append(Colonne(cle_colonne(o.id, "_total"), "Total", "somme des exercices", calculee=True,
                                   bandeau=band))  # fmt: skip
            if self.scenario is not None:
                out.append(Colonne(cle_colonne(o.id, "_ecart"), "Écart", "total moins celui de la référence",
                                   calculee=True, bandeau=band))  # fmt: skip
        return tuple(out)

    @property
    def groupes(self) -> tuple[Groupe, ...]:
        """The whole, then each sector: computed sum, its own value when the programme writes one, its communes."""
        p = self.programme
        epci = f"epci:{p.collectivites[0]}"
        written = {f"secteur:{v.secteur}" for o in self.objectifs for v in o.valeurs if v.secteur}
        sectors = [s for s in p.secteurs if not s.groupe and (s.communes or f"secteur:{s.id}" in written)]
        out = [
            Groupe(
                "",
                (
                    Rang(epci, "Objectif de référence", "valeur retenue pour l’ensemble"),
                    Rang("_somme", "Somme des communes", calcule=True),
                ),
            )
        ]
        for s in sectors:
            rows = [Rang(f"_s:{s.id}", "Somme du secteur", calcule=True)] if s.communes and len(sectors) > 1 else []
            if f"secteur:{s.id}" in written:
                rows.append(Rang(f"secteur:{s.id}", f"{s.nom}, valeur du secteur", "écrite au programme"))
            communes = [(c, self.noms.get(f"commune:{c}", c)) for c in s.communes]
            rows += [Rang(f"commune:{c}", n) for c, n in sorted(communes, key=lambda x: cle_nom(x[1]))]
            out.append(Groupe(f"Secteur {s.nom}" if len(sectors) > 1 else "Communes", tuple(rows)))
        return tuple(out)

    def cle(self, rang: str, colonne: str) -> CleObjectif:
        """Key of a cell."""
        objectif, periode = lire_colonne(colonne)
        return CleObjectif(objectif, rang, periode)

    def axes(self) -> Grille:
        """The grid without its cells: what a write needs to know."""
        columns = self.colonnes
        units = {c.cle: self.unites[lire_colonne(c.cle)[0]] for c in columns}
        return Grille("", columns, self.groupes, units, {}, en_tete="Territoire", par_colonne=True)

    def grille(self, *, calculs: bool = True) -> Grille:
        """The grid; ``calculs=False`` leaves sums out when nobody reads them."""
        cases: dict[tuple[str, str], Case] = {}
        fictif = bool(self.scenario and self.scenario.fictif) or self.programme.fictif
        free = {
            (o.id, f"commune:{v.commune}") for o in self.objectifs for v in o.valeurs if v.libre and v.valeur is None
        }
        if self.scenario is None:
            for k, v in self.reference.items():
                word = "libre" if v is None and (k.objectif, k.territoire) in free else ""
                if v is not None or word:
                    figure = chiffre(v, self.unites[k.objectif], fictif)
                    cases[k.territoire, cle_colonne(k.objectif, k.periode)] = Case(figure, mot=word)
        else:
            for k, c in self.cases.items():
                changed = self.reference.get(k) != c.valeur
                figure = chiffre(c.valeur, self.unites.get(k.objectif, "nombre"), fictif and changed)
                word = "libre" if c.valeur is None and (k.objectif, k.territoire) in free else ""
                cases[k.territoire, cle_colonne(k.objectif, k.periode)] = Case(
                    figure, c.revision, change=changed, mot=word
                )
            for o in self.objectifs:
                places = [t for objectif, t in free if objectif == o.id]
                for p in periodes_objectif(self.programme, o) if places else ():
                    for t in places:
                        cases.setdefault(
                            (t, cle_colonne(o.id, p)), Case(Chiffre.manquant(self.unites[o.id]), mot="libre")
                        )
        title = self.scenario.nom if self.scenario else f"Version en vigueur : {self.programme.version}"
        return replace(self.axes(), titre=title, cases=cases, calcules=self.calculs(self.objectifs) if calculs else {})

    def calculs(
        self, objectifs: Iterable[ObjectifTerritorial], rangs: set[str] | None = None
    ) -> dict[tuple[str, str], SafeString]:
        """Sums of the objectives given; ``rangs`` limits the totals of rows to those just written."""
        out: dict[tuple[str, str], SafeString] = {}
        by_objective: dict[str, dict[str, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
        for k, v in self.valeurs.items():
            if v is not None:
                by_objective[k.objectif][k.territoire][k.periode] = v
        before = totaliser(self.reference) if self.scenario is not None else {}
        for o in objectifs:
            out.update(self._sommes(o, by_objective[o.id], before, rangs))
        return out

    def _sommes(
        self,
        o: ObjectifTerritorial,
        cells: Mapping[str, Mapping[str, Decimal]],
        before: Mapping[tuple[str, str], Decimal | None],
        rangs: set[str] | None,
    ) -> dict[tuple[str, str], SafeString]:
        """Totals of rows, then sums of each sector and of the whole; ``cells``: territory → period → value."""
        unite, out = self.unites[o.id], {}
        total_column, gap_column = cle_colonne(o.id, "_total"), cle_colonne(o.id, "_ecart")
        rows = {t: sum(values.values(), Decimal(0)) for t, values in cells.items() if values}
        for t in territoires_objectif(self.programme, o):
            if rangs is None or t in rangs:
                out[t, total_column] = _deux(rows[t], None, unite) if t in rows else rendu.sur("")
                out[t, gap_column] = self._ecart(rows.get(t), before.get((o.id, t)), unite)
        if not par_exercice(o):
            return out
        columns = [(p, cle_colonne(o.id, p)) for p in periodes_objectif(self.programme, o)]
        sectors = [(f"_s:{s.id}", s.id, s.communes) for s in self.programme.secteurs if not s.groupe]
        for row, sector, communes in [("_somme", None, self.programme.communes()), *sectors]:
            members = [cells[t] for c in communes if (t := f"commune:{c}") in rows]
            yearly, due_total = self._imprimes(o, sector)
            for p, column in columns:
                found = [values[p] for values in members if p in values]
                out[row, column] = _deux(sum(found, Decimal(0)) if found else None, yearly, unite)
            whole = sum((sum(values.values(), Decimal(0)) for values in members), Decimal(0)) if members else None
            out[row, total_column] = _deux(whole, due_total, unite)
            then = [v for c in communes if (v := before.get((o.id, f"commune:{c}"))) is not None]
            out[row, gap_column] = self._ecart(whole, sum(then, Decimal(0)) if then else None, unite)
        return out

    def _imprimes(self, o: ObjectifTerritorial, secteur: str | None) -> tuple[Decimal | None, Decimal | None]:
        """Printed total of a sector or of the whole (the objective of reference): by exercice if so written, in all."""
        total = o.reference if secteur is None else next((t for t in o.totaux_publies if t.secteur == secteur), None)
        if total is None:
            return None, None
        if o.periodicite is Periodicite.PERIODE:
            return None, total.valeur
        return total.valeur, total.valeur * len(self.programme.exercices())

    def _ecart(self, now: Decimal | None, before: Decimal | None, unite: str) -> SafeString:
        if self.scenario is None or now == before:
            return rendu.sur("")
        if now is None or before is None:
            return rendu.sur(f'<span class="bf-nr">{escape("retiré" if now is None else "nouveau")}</span>')
        return rendu.chiffre(chiffre(now - before, unite), signe=True, ton=True)

    def restreindre(self, cells: Iterable[tuple[str, str]]) -> None:
        """Read again, after a write, the objectives written and no other."""
        self.seuls = frozenset(lire_colonne(c)[0] for _, c in cells)
        self.relire()

    def touchees(self, cells: Iterable[tuple[str, str]]) -> dict[tuple[str, str], SafeString]:
        """Computed cells that some writes may have moved: rows written, sectors and whole of their objectives."""
        cells = list(cells)
        ids = {lire_colonne(c)[0] for _, c in cells}
        return self.calculs([o for o in self.objectifs if o.id in ids], {r for r, _ in cells})


def lire_objectifs(request: HttpRequest, situation: Situation, scenario: Scenario | None = None) -> GrilleObjectifs:
    """Grid asked by ``?objectif=``; empty: every objective."""
    asked = request.GET.get("objectif", "")
    known = {o.id for o in situation.programme.objectifs}
    return GrilleObjectifs(situation, scenario, asked if asked in known else "")


@dataclass(frozen=True, slots=True)
class LigneComparee:
    """A territory in a comparison: total in each of the two, gap."""

    nom: str
    libelle: str
    avant: Chiffre
    apres: Chiffre
    ecart: Chiffre | None


def lignes_comparees(
    situation: Situation,
    avant: Mapping[CleObjectif, Decimal | None],
    apres: Mapping[CleObjectif, Decimal | None],
) -> list[LigneComparee]:
    """Territories whose total moves, by objective then name; the sum of the communes of an objective first."""
    p, names = situation.programme, noms_territoires(situation)
    labels = {o.id: o.libelle for o in p.objectifs}
    rank = {o.id: i for i, o in enumerate(p.objectifs)}
    scale = {"epci": 0, "secteur": 1, "commune": 2}
    out: list[tuple[tuple[int, int, str], LigneComparee]] = []
    moved: set[str] = set()
    for t in comparer(avant, apres):
        if t.objectif not in labels:
            continue
        unite = unite_objectif(p, t.objectif)
        gap = None if t.ecart is None else chiffre(t.ecart, unite)
        name = names.get(t.territoire, t.territoire)
        scale_name = t.territoire.partition(":")[0]
        if scale_name == "commune":
            moved.add(t.objectif)
        key = (rank[t.objectif], scale.get(scale_name, 9), cle_nom(name))
        line = LigneComparee(name, labels[t.objectif], chiffre(t.reference, unite), chiffre(t.scenario, unite), gap)
        out.append((key, line))
    a, b = totaliser(avant), totaliser(apres)
    for objectif in moved:
        if not par_exercice(next(o for o in p.objectifs if o.id == objectif)):
            continue
        unite = unite_objectif(p, objectif)
        before, after = (_somme(x, objectif) for x in (a, b))
        gap = None if before is None or after is None else chiffre(after - before, unite)
        line = LigneComparee("Somme des communes", labels[objectif], chiffre(before, unite), chiffre(after, unite), gap)
        out.append(((rank[objectif], -1, ""), line))
    return [line for _, line in sorted(out, key=lambda x: x[0])]


def _somme(totaux: Mapping[tuple[str, str], Decimal | None], objectif: str) -> Decimal | None:
    found = [v for (o, t), v in totaux.items() if o == objectif and t.startswith("commune:") and v is not None]
    return sum(found, Decimal(0)) if found else None
