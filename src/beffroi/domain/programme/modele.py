"""Le modèle du programme, tel qu'un document l'écrit et tel qu'il s'échange.

Chaque valeur porte sa ligne ou sa page dans le document ; ce que le document contredit ou tait reste en note,
jamais réparé. Les identifiants sont permanents : ils survivent aux avenants.
Sources : CCH, art. R. 302-1-3 (programme d'actions) et R. 302-1-4 (observatoire).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from beffroi.domain.nomenclatures.programme import (
    BaseMontant,
    Borne,
    ModeExercice,
    NatureActe,
    NatureDepense,
    NatureNote,
    NatureProgramme,
    NatureSection,
    Periodicite,
    PlacementAnnee,
    Produit,
)
from beffroi.domain.programme.inventaire import InventaireSru
from beffroi.kernel.period import Exercice, civil_years, years_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Lieu:
    """Endroit d'une valeur dans le document source : lignes (comprises) ou page. ``document`` si plusieurs."""

    ligne: int | None = None
    fin: int | None = None
    page: int | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSource:
    """Document lu : identifiant, titre, fichier ou adresse."""

    id: str
    titre: str
    fichier: str | None = None
    adresse: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acte:
    """Acte de la vie du programme ; ``date`` absente = inconnue, dite à l'écran."""

    nature: NatureActe
    date: date | None = None
    libelle: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoupage:
    """Découpage en exercices : années civiles depuis ``debut``, ou douze mois depuis la date exécutoire.

    ``mention`` dit à l'écran pourquoi ce découpage est retenu.
    """

    mode: ModeExercice
    debut: date
    nombre: int
    mention: str | None = None

    def exercices(self) -> tuple[Exercice, ...]:
        """Les exercices, dans l'ordre."""
        if self.mode is ModeExercice.ANNEES_CIVILES:
            return civil_years(self.debut.year, self.nombre)
        return years_from(self.debut, self.nombre)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secteur:
    """Secteur du programme, ou groupe de communes (pôles, autres). ``communes`` : codes INSEE."""

    id: str
    nom: str
    communes: tuple[str, ...]
    groupe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """Orientation (PLH), volet ou axe (CRTE). ``libelle_court`` sert aux titres ; ``parente`` aux volets d'axes."""

    id: str
    numero: str
    titre: str
    libelle_court: str | None = None
    parente: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesure:
    """Mesure d'une fiche-action."""

    id: str
    titre: str
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectifAction:
    """Objectif écrit dans une fiche : texte et, s'il y en a, quantité. ``perimetre`` en toutes lettres.

    ``borne`` dit si la quantité est un minimum, un maximum, une cible ou un ordre de grandeur.
    """

    id: str
    texte: str
    quantite: Decimal | None = None
    quantite_maximale: Decimal | None = None
    unite: str | None = None
    borne: Borne | None = None
    periodicite: Periodicite | None = None
    perimetre: str | None = None
    echeance: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneBudgetaire:
    """Ligne budgétaire d'une fiche. ``montant`` en euros, ``None`` = non renseigné (jamais 0).

    ``identique_a`` : id de la ligne dont celle-ci est la répétition ; une répétition ne compte qu'une fois.
    ``comprise_dans`` : id de la ligne dont celle-ci est une part (« dont »), comptée avec elle.
    ``moyenne_annuelle`` : euros par an quand le document donne un total « soit … par an en moyenne ».
    ``par_annee`` : année → euros, quand le document ventile. ``plafond`` : plafond en euros par ``plafond_base``
    (une aide unitaire plafonnée par an engage au plus ce plafond).
    """

    id: str
    libelle: str
    montant: Decimal | None = None
    montant_maximal: Decimal | None = None
    base: BaseMontant = BaseMontant.NON_PRECISEE
    nature: NatureDepense = NatureDepense.NON_PRECISEE
    financeur: str | None = None
    taxe: str | None = None
    periode: str | None = None
    plafond: Decimal | None = None
    plafond_base: BaseMontant = BaseMontant.NON_PRECISEE
    moyenne_annuelle: Decimal | None = None
    par_annee: dict[int, Decimal] | None = None
    identique_a: str | None = None
    comprise_dans: str | None = None
    statut: str | None = None
    note: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoyenHumain:
    """Moyen humain d'une fiche ; ``etp`` en équivalents temps plein, ``None`` si le document ne le dit pas.

    ``identique_a`` : id du moyen dont celui-ci est la répétition (un même poste cité dans plusieurs fiches).
    """

    id: str
    libelle: str
    etp: Decimal | None = None
    identique_a: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Jalon:
    """Échéance d'une fiche : une date, une année, ou une récurrence (nombre attendu par an)."""

    id: str
    libelle: str
    date: date | None = None
    annee: int | None = None
    annee_fin: int | None = None
    par_an: Decimal | None = None
    texte: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicateurProgramme:
    """Indicateur tel que la fiche l'écrit. ``catalogue`` : identifiants du catalogue auxquels il répond."""

    id: str
    libelle: str
    unite: str | None = None
    cible: Decimal | None = None
    periodicite: Periodicite | None = None
    frequence: str | None = None
    catalogue: tuple[str, ...] = ()
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FicheAction:
    """Fiche-action : contenu de l'article R. 302-1-3 et de la pratique.

    ``numero`` est celui du document (texte) ; ``titre`` peut être absent du document (« titre absent »).
    ``liens`` : ids d'autres fiches, du même programme ou d'un autre (``programme#fiche``). ``depend_de`` : fiches à
    mener avant celle-ci. ``identique_a`` : la même action dans un autre programme (``programme#fiche``), comptée une
    seule fois.
    ``lieux`` : endroit des rubriques dont les valeurs ne portent pas leur propre ``lieu`` (clé = nom du champ).
    """

    id: str
    numero: str
    titre: str | None
    orientation: str
    contexte: tuple[str, ...] = ()
    objectifs: tuple[ObjectifAction, ...] = ()
    mesures: tuple[Mesure, ...] = ()
    perimetre: tuple[str, ...] = ()
    pilotes: tuple[str, ...] = ()
    pilote_implicite: bool = False
    partenaires: tuple[str, ...] = ()
    moyens_humains: tuple[MoyenHumain, ...] = ()
    budget: tuple[LigneBudgetaire, ...] = ()
    calendrier: tuple[Jalon, ...] = ()
    indicateurs: tuple[IndicateurProgramme, ...] = ()
    liens: tuple[str, ...] = ()
    depend_de: tuple[str, ...] = ()
    identique_a: str | None = None
    notes: tuple[str, ...] = ()
    lieux: dict[str, Lieu] = field(default_factory=dict)
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValeurTerritoire:
    """Valeur d'un objectif ou d'une série pour une commune (``commune``) ou un secteur (``secteur``).

    ``valeur`` ``None`` = objectif libre ou non renseigné ; ``libre`` dit lequel. ``taux`` est une fraction, ``borne``
    dit s'il est un minimum, un maximum ou une cible. ``par_annee`` : année de l'exercice → valeur, quand elles
    diffèrent ; elle prévaut, et ``valeur`` en est le total (objectif de période) ou la moyenne (objectif annuel).
    """

    valeur: Decimal | None
    commune: str | None = None
    secteur: str | None = None
    taux: Decimal | None = None
    borne: Borne | None = None
    libre: bool = False
    par_annee: dict[int, Decimal] | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalPublie:
    """Total imprimé dans le document : pour l'EPCI (``secteur`` absent) ou un secteur. ``libelle`` : où on le lit."""

    valeur: Decimal
    secteur: str | None = None
    libelle: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectifTerritorial:
    """Objectif quantifié décliné par commune (CCH, art. R. 302-1-3 b).

    ``reference`` est la valeur retenue pour l'EPCI (« objectif de référence »), qui seule nourrit les taux de
    l'EPCI ; les communes gardent la leur. Unité : ``unite`` par exercice ou pour la période.
    """

    id: str
    libelle: str
    unite: str
    produit: Produit
    periodicite: Periodicite
    reference: TotalPublie | None = None
    valeurs: tuple[ValeurTerritoire, ...] = ()
    totaux_publies: tuple[TotalPublie, ...] = ()
    notes: tuple[str, ...] = ()
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriePubliee:
    """Série de constats imprimée dans le document (livraisons passées, indices…), gardée telle quelle.

    ``sommable`` est faux pour un indice ou une part : ses valeurs ne s'additionnent pas entre territoires.
    """

    id: str
    libelle: str
    unite: str
    periode: str | None = None
    sommable: bool = True
    valeurs: tuple[ValeurTerritoire, ...] = ()
    totaux_publies: tuple[TotalPublie, ...] = ()
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Instance de gouvernance ; ``minimum_par_an`` : réunions dues par an."""

    id: str
    nom: str
    role: str | None = None
    frequence: str | None = None
    minimum_par_an: Decimal | None = None
    membres: tuple[str, ...] = ()
    fiche: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegleFinancement:
    """Règle d'aide écrite dans le document : montant en euros par ``base``, conditions et plafond en clair."""

    id: str
    libelle: str
    montant: Decimal | None = None
    montant_maximal: Decimal | None = None
    base: BaseMontant = BaseMontant.NON_PRECISEE
    conditions: str | None = None
    plafond: str | None = None
    fiche: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMatrice:
    """Case d'une matrice de mixité : classes de population et de taux, taux demandé (fraction) ou « libre »."""

    population: str
    taux_actuel: str
    taux: Decimal | None = None
    libre: bool = False
    communes: int | None = None
    logements: int | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Engagement écrit d'un contrat (CRTE) : texte court, qui s'engage, où il se rattache.

    ``engages`` : qui s'engage (État, agglomérations…), vide si le texte ne le dit pas ; ``orientation`` : axe ou volet.
    """

    id: str
    texte: str
    engages: tuple[str, ...] = ()
    orientation: str | None = None
    fiche: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneCalendrier:
    """Ligne du calendrier et budget prévisionnel d'ensemble, distinct des montants des fiches.

    ``numero`` est celui imprimé ; ``fiche`` l'action dont parle la ligne (elles peuvent différer). ``montants`` en
    euros, dans l'ordre imprimé ; ``par_annee`` n'est rempli que si l'année se lit ou se déduit (``placement``).
    ``lignes_fiche`` : lignes budgétaires des fiches sur le même objet ; ``conflit`` dit en quoi elles diffèrent.
    """

    id: str
    libelle: str
    numero: str | None = None
    fiche: str | None = None
    montants: tuple[Decimal, ...] = ()
    par_annee: dict[int, Decimal] | None = None
    placement: PlacementAnnee | None = None
    taxe: str | None = None
    recurrence: str | None = None
    lignes_fiche: tuple[str, ...] = ()
    conflit: str | None = None
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Note de lecture : contradiction du document, lacune, contexte. ``concerne`` : ids d'éléments."""

    id: str
    nature: NatureNote
    texte: str
    concerne: tuple[str, ...] = ()
    lieux: tuple[Lieu, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Partie que la loi demande au programme : ``texte`` est l'article qui la demande, ``contenu`` ses paragraphes.

    ``contenu`` vide : partie à écrire.
    """

    id: str
    nature: NatureSection
    titre: str
    texte: str
    contenu: tuple[str, ...] = ()
    lieu: Lieu | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Un programme entier, dans une version donnée.

    ``sections`` : parties que la loi demande ; ``inventaire_sru`` : absent = inventaire non chargé à la création.
    ``collectivites`` : SIREN des EPCI signataires ; ``objectif_reference`` : id de l'objectif territorial dont le
    suivi ouvre les pages. ``noms_communes`` : code INSEE → nom tel que le document l'écrit.
    ``fictif`` est vrai pour un programme inventé pour la démonstration.
    """

    id: str
    nature: NatureProgramme
    titre: str
    titre_court: str
    collectivites: tuple[str, ...]
    decoupage: Decoupage
    version: str = "adoptée"
    fictif: bool = False
    documents: tuple[DocumentSource, ...] = ()
    actes: tuple[Acte, ...] = ()
    secteurs: tuple[Secteur, ...] = ()
    noms_communes: dict[str, str] = field(default_factory=dict)
    orientations: tuple[Orientation, ...] = ()
    actions: tuple[FicheAction, ...] = ()
    objectif_reference: str | None = None
    objectifs: tuple[ObjectifTerritorial, ...] = ()
    series: tuple[SeriePubliee, ...] = ()
    matrice_mixite: tuple[CaseMatrice, ...] = ()
    instances: tuple[Instance, ...] = ()
    regles_financement: tuple[RegleFinancement, ...] = ()
    calendrier_budgetaire: tuple[LigneCalendrier, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    notes: tuple[Note, ...] = ()
    sections: tuple[Section, ...] = ()
    inventaire_sru: InventaireSru | None = None

    def exercices(self) -> tuple[Exercice, ...]:
        """Les exercices du programme, dans l'ordre."""
        return self.decoupage.exercices()

    def communes(self) -> tuple[str, ...]:
        """Codes INSEE des communes des secteurs (hors groupes), dans l'ordre du programme."""
        return tuple(c for s in self.secteurs if not s.groupe for c in s.communes)

    def objectif(self, identifiant: str | None = None) -> ObjectifTerritorial | None:
        """L'objectif territorial de cet identifiant, ou l'objectif de référence."""
        cherche = identifiant or self.objectif_reference
        return next((o for o in self.objectifs if o.id == cherche), None)

    def action(self, identifiant: str) -> FicheAction | None:
        """La fiche-action de cet identifiant."""
        return next((a for a in self.actions if a.id == identifiant), None)
