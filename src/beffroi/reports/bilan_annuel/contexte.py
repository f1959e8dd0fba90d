"""What every section of the bilan reads: programme, table of figures, dates, register of figures, missing information."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.programme import Produit
from beffroi.domain.programme.modele import FicheAction, ObjectifTerritorial, Orientation, Programme, Secteur
from beffroi.domain.suivi.action import SituationAction
from beffroi.domain.suivi.production import LigneProduction, Resultat, SuiviProduction
from beffroi.domain.suivi.resultat import fiche_de_objectif
from beffroi.domain.suivi.transmis import Transmission
from beffroi.kernel.figure import Chiffre, Provenance
from beffroi.kernel.unit import Nombre
from beffroi.reports.build import Cellule, Colonne, Entete, Ligne, Morceau, Registre, Source, Texte, phrase, signe
from beffroi.reports.typographie import typographier
from beffroi.warehouse.sru import SituationInventaire


@dataclass(frozen=True, slots=True)
class LigneParc:
    """Existing stock of a sector or of the EPCI.

    ``medianes``: lowest and highest communal median of the standard of living; a median is never averaged.
    """

    nom: str
    id: str
    logements: Chiffre
    residences_principales: Chiffre
    vacants: Chiffre
    taux_vacance: Chiffre
    vacance_longue: Chiffre | None = None
    medianes: tuple[Chiffre, Chiffre] | None = None


@dataclass(frozen=True, slots=True)
class Complements:
    """What open data add to the programme; everything may be absent, and the section then says so.

    ``populations``: population of the EPCI by year; ``parc``: one line per sector, ``parc_epci`` the whole;
    ``taux_sociaux``: code of commune → indicative share of social housing; ``indicateurs``: id of a programme
    indicator → its figure; ``collectif``: authorised dwellings in apartment buildings, cumulated; ``precautions``:
    id of a provenance → cautions of the source; ``adaptation``: text typed by the collectivité; ``sru``: code of
    commune → situation from the official inventory; ``saisies``: values typed for the programme, drafts left out.
    """

    populations: tuple[Chiffre, ...] = ()
    parc: tuple[LigneParc, ...] = ()
    parc_epci: LigneParc | None = None
    taux_sociaux: Mapping[str, Chiffre] = field(default_factory=dict)
    indicateurs: Mapping[str, Chiffre] = field(default_factory=dict)
    collectif: Chiffre | None = None
    precautions: Mapping[str, str] = field(default_factory=dict)
    adaptation: str = ""
    sru: Mapping[str, SituationInventaire] = field(default_factory=dict)
    saisies: Transmission = field(default_factory=Transmission)

    @property
    def renseignes(self) -> Mapping[str, Chiffre]:
        """Programme indicators that have a figure for the exercice: from open data first, else typed."""
        return {**self.saisies.indicateurs, **self.indicateurs}


@dataclass(slots=True)
class Information:
    """A missing piece: what, in which sections, who can give it, whether the law asks for it."""

    texte: Texte
    sections: list[str]
    qui: str
    exigee: bool = False


@dataclass(slots=True)
class Contexte:
    """State shared by the sections while the document is built."""

    programme: Programme
    suivi: SuiviProduction
    situations: Sequence[SituationAction]
    provenances: Mapping[str, Provenance]
    tuiles: Mapping[str, tuple[int, int]]
    connu_le: date
    complements: Complements
    registre: Registre = field(default_factory=Registre)
    manques: dict[str, Information] = field(default_factory=dict)
    sections: dict[str, int] = field(default_factory=dict)

    # dates and words

    @property
    def fin(self) -> date:
        """Last day of the exercice: « situation au »."""
        return self.suivi.exercice.fin

    @property
    def annee(self) -> int:
        """Year of the exercice."""
        return self.suivi.exercice.annee

    @property
    def periode(self) -> str:
        """« 2019-2022 », or « 2019 » for the first exercice."""
        return self.suivi.epci.cumul.periode

    @property
    def premiere_annee(self) -> int:
        """Year of the first exercice."""
        return self.programme.exercices()[0].annee

    @property
    def nom_programme(self) -> str:
        """Short name of the kind of programme: « PLH », « CRTE »."""
        return self.programme.nature.upper() if self.programme.nature != "autre" else "programme"

    # figures

    def nombre(self, identifiant: str, valeur: Nombre, unite: str = "nombre", *, mot: bool = False) -> Morceau:
        """A count made by the document itself (communes, sectors, years…), placed like any figure."""
        return self.registre.placer(identifiant, Chiffre(valeur, unite, fictif=self.programme.fictif), unite=mot)

    def place(self, identifiant: str, chiffre: Chiffre, *, mot: bool = False, signe: bool = False) -> Morceau:
        """A figure in a sentence."""
        return self.registre.placer(identifiant, chiffre, unite=mot, signe=signe)

    def taux(self, identifiant: str, chiffre: Chiffre) -> Morceau:
        """A rate, with the decimal its thresholds ask for."""
        return self.registre.taux(identifiant, chiffre, self.fin)

    def resultat(self, prefixe: str, resultat: Resultat) -> dict[str, Morceau]:
        """Pieces of a result: ``objectif``, ``autorises``, ``commences``, ``ecart``, ``taux``, ``signe``."""
        r = self.registre
        return {
            "objectif": r.placer(f"{prefixe}.objectif", resultat.objectif),
            "autorises": r.placer(f"{prefixe}.autorises", resultat.autorises),
            "commences": r.placer(f"{prefixe}.commences", resultat.commences),
            "ecart": r.placer(f"{prefixe}.ecart", resultat.ecart, signe=True),
            "taux": r.taux(f"{prefixe}.taux", resultat.taux, self.fin),
            "signe": signe(resultat.appreciation),
        }

    def ligne(self, ligne: LigneProduction, *, cumul: bool) -> dict[str, Morceau]:
        """Pieces of the exercice or of the cumulated result of a territory."""
        resultat = ligne.cumul if cumul else ligne.exercice
        return self.resultat(f"{ligne.territoire.id}.{'cumul' if cumul else self.annee}", resultat)

    # missing information

    def manque(self, cle: str, texte: Texte | str, section: str, qui: str, *, exigee: bool = False) -> None:
        """Record a missing piece once; the same key in another section only adds that section."""
        found = self.manques.get(cle)
        if found is None:
            words = phrase("{t}", t=texte) if isinstance(texte, str) else texte
            self.manques[cle] = Information(words, [section], typographier(qui), exigee)
        elif section not in found.sections:
            found.sections.append(section)

    # programme

    def orientations(self) -> tuple[Orientation, ...]:
        """Orientations of the first level, in order."""
        return tuple(o for o in self.programme.orientations if o.parente is None)

    def actions_de(self, orientation: Orientation) -> tuple[FicheAction, ...]:
        """Actions of an orientation and of its children."""
        ids = {orientation.id} | {o.id for o in self.programme.orientations if o.parente == orientation.id}
        return tuple(a for a in self.programme.actions if a.orientation in ids)

    def libelle(self, orientation: Orientation) -> str:
        """Short label of an orientation, its official title if it has none."""
        return typographier(orientation.libelle_court or orientation.titre)

    @property
    def action_production(self) -> FicheAction | None:
        """The action that carries the followed objective."""
        return fiche_de_objectif(self.programme, self.suivi.objectif)

    def objectif_social(self) -> ObjectifTerritorial | None:
        """The objective of social rental housing declined by commune, if the programme has one."""
        return next(
            (
                o
                for o in self.programme.objectifs
                if o.produit is Produit.LOGEMENT_LOCATIF_SOCIAL and sum(v.valeur is not None for v in o.valeurs) > 0
            ),
            None,
        )

    def groupes_complementaires(self) -> tuple[LigneProduction, LigneProduction] | None:
        """Two groups of communes that share the territory without overlap (pôles and others), if there are."""
        members = {s.id: set(s.communes) for s in self.programme.secteurs if s.groupe}
        everyone = set(self.programme.communes())
        lines = list(self.suivi.groupes)
        for i, a in enumerate(lines):
            for b in lines[i + 1 :]:
                one, two = members[a.territoire.code], members[b.territoire.code]
                if one | two == everyone and not one & two:
                    return a, b
        return None

    def secteur(self, identifiant: str) -> Secteur:
        """The sector or group of that id."""
        return next(s for s in self.programme.secteurs if s.id == identifiant)

    def nom_commune(self, code: str) -> str:
        """Name of a commune of the programme."""
        return typographier(self.suivi.commune(code).territoire.nom)

    # sources

    def source(self, *chiffres: Chiffre, fin: str = "", document: str = "") -> Source:
        """« Source : producteur, jeu, millésime, couverture ; document, endroit. » from the figures shown."""
        return Source(self.texte_source(chiffres, fin=fin, document=document))

    def texte_source(self, chiffres: Iterable[Chiffre], *, fin: str = "", document: str = "") -> Texte:
        """The words of a source line."""
        shown = list(chiffres)
        seen: dict[str, None] = {}
        for c in shown:
            seen.update(dict.fromkeys(p.split("#")[0] for p in c.provenance))
        parts = []
        for identifiant in seen:
            known = self.provenances.get(identifiant)
            if known is not None:
                parts.append(known.texte())
            elif identifiant == f"programme:{self.programme.id}":
                parts.append(f"{self.programme.titre_court}{', ' + document if document else ''}")
        cover = next((c.couverture for c in shown if c.couverture and not c.couverture.complete), None)
        words = "Source : " + " ; ".join(parts) + (f" ; {cover.texte()}" if cover else "") + "."
        return phrase("{a} {b}" if fin else "{a}", a=words, b=fin)


# cells

RIEN = Cellule(phrase("—"), "rien")


def texte(valeur: str | Morceau | Texte) -> Cellule:
    """A cell of words."""
    return Cellule(phrase("{v}", v=valeur))


def chiffre(morceau: Morceau, *, alerte: bool = False) -> Cellule:
    """A cell of figure; a missing figure becomes a greyed cell in words."""
    if morceau.texte == "—":
        return RIEN
    return Cellule((morceau,), "manque" if morceau.italique else "chiffre", alerte=alerte)


def avis(appreciation: Appreciation) -> Cellule:
    """A cell of appreciation."""
    return Cellule((signe(appreciation),), "appreciation")


def absent(mots: str = "non transmis", colonnes: int = 1) -> Cellule:
    """A cell whose value nobody gave."""
    return Cellule((Morceau(typographier(mots), italique=True),), "manque", colonnes)


def colonnes(*largeurs: float | tuple[float, bool]) -> tuple[Colonne, ...]:
    """Columns: a width alone is words, ``(width, True)`` is figures."""
    return tuple(Colonne(w) if not isinstance(w, tuple) else Colonne(w[0], w[1]) for w in largeurs)


def entetes(cols: Sequence[Colonne], *titres: str) -> tuple[Entete, ...]:
    """One header row, aligned like its columns."""
    return tuple(Entete(typographier(t), 1, c.chiffre) for t, c in zip(titres, cols, strict=True))


def bande(mots: str, colonnes: int) -> Ligne:
    """A row that names a group."""
    return Ligne((Cellule((Morceau(typographier(mots), gras=True),), colonnes=colonnes),), "bande")


def appreciations_presentes(lignes: Iterable[LigneProduction]) -> dict[Appreciation, list[LigneProduction]]:
    """Lines by appreciation of the cumulated result, in the order of the closed list, empty ones left out."""
    found: dict[Appreciation, list[LigneProduction]] = {}
    for a in Appreciation:
        matching = [line for line in lignes if line.cumul.appreciation is a]
        if matching:
            found[a] = matching
    return found
