"""What the tableau de bord says: the sentence, the tiles that have data, what blocks, what moved last."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from beffroi.domain.nomenclatures.avancement import Appreciation, EtatAction
from beffroi.domain.suivi.action import EvenementEtat, SituationAction
from beffroi.domain.suivi.budget import Cout, cout_programme
from beffroi.domain.suivi.production import LigneProduction, Resultat
from beffroi.kernel.figure import Chiffre, produit, ratio, somme
from beffroi.reports.chart import tendance
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.pilotage.rendu import sur

_APPELLENT = (EtatAction.BLOQUEE, EtatAction.EN_PAUSE)
_LONGUE = "logement_vacant_plus_2_ans"
_RANG = {EtatAction.BLOQUEE: 0, EtatAction.EN_PAUSE: 1}


@dataclass(frozen=True, slots=True)
class Tuile:
    """A tile: figure, what it counts, target to date, trend, status, source."""

    titre: str
    chiffre: Chiffre
    precision: str
    objectif: Chiffre | None = None
    sans_objectif: str = "sans objectif chiffré"
    dessin: SafeString | None = None
    sans_dessin: str = ""
    resultat: Resultat | None = None
    mention: str = ""
    libelle_source: str = ""
    par_commune: bool = False

    @property
    def monnaie(self) -> bool:
        """Money carries its symbol; a count is told by the words under it."""
        return self.chiffre.unite == "euro"


@dataclass(frozen=True, slots=True)
class Avancement:
    """Share done of the whole objective, share of time gone."""

    part: Chiffre
    ecoule: Chiffre


def avancement(situation: Situation) -> Avancement:
    """Progress against time at the situation."""
    epci = situation.suivi.epci
    gone = Chiffre(Decimal(situation.suivi.rang) / situation.suivi.nombre_exercices, "part")
    return Avancement(ratio(epci.cumul.autorises, epci.total), gone)


def _tendance(ligne: LigneProduction, nom: str, objectif: Chiffre | None) -> tuple[SafeString | None, str]:
    series = [getattr(a, nom) for a in ligne.annees]
    if sum(c.connu for c in series) < 2:
        return None, "Une seule année : pas de tendance"
    told = ", ".join(c.texte() for c in series)
    title = f"Par exercice : {told}"
    if objectif is not None:
        title += f" ; objectif {objectif.texte()} par an"
    return sur(tendance(series, titre=title, objectif=objectif)), ""


def tuiles(situation: Situation) -> list[Tuile]:
    """Only the tiles that have a figure to show."""
    epci = situation.suivi.epci
    out = []
    cumul = epci.cumul
    if cumul.autorises.connu:
        drawing, without = _tendance(epci, "autorises", epci.objectif_annuel)
        out.append(
            Tuile(
                "Production de logements",
                cumul.autorises,
                f"autorisés, {cumul.periode}",
                cumul.objectif,
                dessin=drawing,
                sans_dessin=without,
                resultat=cumul,
                par_commune=True,
            )
        )
    if cumul.commences.connu:
        drawing, without = _tendance(epci, "commences", None)
        out.append(
            Tuile(
                "Mises en chantier",
                cumul.commences,
                f"commencés, {cumul.periode}",
                sans_objectif="sans objectif : il porte sur les autorisés",
                dessin=drawing,
                sans_dessin=without,
                mention="les chantiers sont déclarés tard",
                par_commune=True,
            )
        )
    vacant = _vacance(situation)
    if vacant is not None:
        out.append(vacant)
    cost = cout_programme(situation.programme)
    if cost.annuel.connu:
        out.append(
            Tuile(
                "Budget prévu",
                cost.annuel,
                "par an, écrits au programme",
                sans_objectif="engagé et payé : non renseignés",
                sans_dessin="Exécution non saisie : pas de tendance",
                mention=_incomplet(cost),
                libelle_source="Programme d’actions",
            )
        )
    return out


def _vacance(situation: Situation) -> Tuile | None:
    """Private dwellings vacant for more than two years, when the source is loaded and something is known of it."""
    read = situation.derniers("lovac", (_LONGUE,))
    if not read:
        return None
    values = read[_LONGUE]
    years = sorted({c.periode for c in values.values()})
    total = somme(values.values(), unite="logement", periode=years[-1] if years else "")
    if not total.connu:
        return None
    cover = total.couverture.texte() if total.couverture and not total.couverture.complete else ""
    return Tuile(
        "Parc existant",
        total,
        f"logements privés vacants depuis plus de deux ans, {total.periode}",
        sans_dessin="Une seule année : pas de tendance",
        mention=cover,
    )


def _incomplet(cost: Cout) -> str:
    return f"hors {Chiffre(cost.unitaires, 'nombre').texte()} aides à l’unité" if cost.unitaires else ""


@dataclass(frozen=True, slots=True)
class Blocage:
    """An action that calls: its situation and, where it was typed, since when and why."""

    situation: SituationAction
    depuis: EvenementEtat | None
    raison: str


def blocages(actions: tuple[SituationAction, ...]) -> list[Blocage]:
    """Actions blocked or paused, then those late by their calendar or their result."""
    typed = [s for s in actions if s.etat is not None and s.etat.etat in _APPELLENT]
    typed.sort(key=lambda s: (_RANG[s.etat.etat], s.etat.effet) if s.etat else (9, None))
    late = [s for s in actions if s not in typed and s.appreciation is Appreciation.EN_RETARD]
    return [Blocage(s, s.etat, s.etat.motif if s.etat else "") for s in typed] + [
        Blocage(s, None, s.raison) for s in late
    ]


def derniers_changements(situation: Situation, nombre: int = 5) -> list[tuple[EvenementEtat, str, str]]:
    """Last changes of state that took effect by the situation: event, number and title of the action."""
    known = {a.id: a for a in situation.programme.actions}
    past = [e for e in situation.evenements if e.effet <= situation.exercice.fin and e.action in known]
    past.sort(key=lambda e: (e.effet, e.enregistrement), reverse=True)
    return [(e, known[e.action].numero, known[e.action].titre or "titre absent") for e in past[:nombre]]


def retard(situation: Situation) -> Chiffre | None:
    """Dwellings missing to be on time, or None when on time or unknown."""
    gap = situation.suivi.epci.cumul.ecart
    return produit(gap, -1) if gap.valeur is not None and gap.valeur < 0 else None
