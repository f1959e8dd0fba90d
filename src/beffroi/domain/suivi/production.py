"""Production face à l'objectif : une seule table de chiffres pour l'écran, le bilan et les exports.

L'EPCI se mesure à l'objectif de référence du programme, un secteur à son total imprimé (à défaut la somme de ses
communes), une commune à sa propre valeur. Les deux totaux sont gardés quand ils diffèrent.
Source de l'obligation : CCH, art. L. 302-3 (comparaison, pour chaque commune, des objectifs annualisés et des
résultats de l'exercice écoulé).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import overload

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.programme import Periodicite
from beffroi.domain.programme.modele import ObjectifTerritorial, Programme, Secteur, TotalPublie
from beffroi.domain.suivi.appreciation import appreciation, petit_objectif
from beffroi.kernel.errors import NotFound
from beffroi.kernel.figure import Chiffre, Etat, ecart, produit, ratio, somme
from beffroi.kernel.period import Exercice
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.kernel.unit import exact

Mesures = Mapping[tuple[str, int], Chiffre]


@dataclass(frozen=True, slots=True)
class Resultat:
    """Objectif, autorisés, commencés, écart (autorisés − objectif), taux et appréciation sur une période."""

    periode: str
    objectif: Chiffre
    autorises: Chiffre
    commences: Chiffre
    ecart: Chiffre
    taux: Chiffre
    appreciation: Appreciation
    petit_objectif: bool


class Annees(Sequence[Resultat]):
    """Les résultats des exercices écoulés, calculés à la première lecture : une page n'en lit souvent aucun."""

    __slots__ = ("_calculs", "_faits")

    def __init__(self, calculs: Sequence[Callable[[], Resultat]]) -> None:
        self._calculs = calculs
        self._faits: tuple[Resultat, ...] | None = None

    def _tous(self) -> tuple[Resultat, ...]:
        if self._faits is None:
            self._faits = tuple(calcul() for calcul in self._calculs)
        return self._faits

    def __len__(self) -> int:
        return len(self._calculs)

    @overload
    def __getitem__(self, rang: int) -> Resultat: ...

    @overload
    def __getitem__(self, rang: slice) -> tuple[Resultat, ...]: ...

    def __getitem__(self, rang: int | slice) -> Resultat | tuple[Resultat, ...]:
        return self._tous()[rang]

    def __eq__(self, autre: object) -> bool:
        return isinstance(autre, Sequence) and self._tous() == tuple(autre)

    def __hash__(self) -> int:
        return hash(self._tous())


@dataclass(frozen=True, slots=True)
class LigneProduction:
    """Une ligne du suivi : un territoire, chaque exercice jusqu'à la situation, l'exercice et le cumul.

    ``annees`` : un résultat par exercice écoulé ; ``total`` : objectif sur toute la durée ;
    ``somme_objectif`` : somme annuelle des communes quand la ligne est un regroupement (pour « publié | somme »).
    """

    territoire: Territoire
    secteur: str | None
    objectif_annuel: Chiffre
    total: Chiffre
    annees: Sequence[Resultat]
    cumul: Resultat
    somme_objectif: Chiffre | None = None

    @property
    def exercice(self) -> Resultat:
        """Le résultat de l'exercice de la situation."""
        return self.annees[-1]

    @property
    def publie_differe(self) -> bool:
        """Vrai quand le total imprimé et la somme des communes diffèrent."""
        return self.somme_objectif is not None and self.somme_objectif.valeur != self.objectif_annuel.valeur


@dataclass(frozen=True, slots=True)
class SuiviProduction:
    """Tout le suivi de la production d'un programme, à une situation."""

    programme: Programme
    objectif: ObjectifTerritorial
    exercice: Exercice
    nombre_exercices: int
    epci: LigneProduction
    secteurs: tuple[LigneProduction, ...]
    groupes: tuple[LigneProduction, ...]
    communes: tuple[LigneProduction, ...]
    totaux_publies: tuple[TotalPublie, ...]

    @property
    def rang(self) -> int:
        """Rang de l'exercice : n sur N."""
        return self.exercice.rang

    @property
    def reste(self) -> Chiffre:
        """Ce qui manque pour atteindre le total de la période (peut être négatif)."""
        return ecart(self.epci.total, self.epci.cumul.autorises)

    def commune(self, code: str) -> LigneProduction:
        """La ligne d'une commune.

        Raises:
            NotFound: la commune n'est pas dans le programme.
        """
        for ligne in self.communes:
            if ligne.territoire.code == code:
                return ligne
        raise NotFound(f"La commune {code} n'est pas dans le programme « {self.programme.titre_court} ».")

    def decompte(self, lignes: Iterable[LigneProduction] | None = None) -> dict[Appreciation, int]:
        """Nombre de lignes (communes par défaut) par appréciation du cumul ; les nombres font le total."""
        compte = dict.fromkeys(Appreciation, 0)
        for ligne in self.communes if lignes is None else lignes:
            compte[ligne.cumul.appreciation] += 1
        return compte

    def extremes(self, nombre: int = 3) -> tuple[tuple[LigneProduction, ...], tuple[LigneProduction, ...]]:
        """Les communes les plus en retard et les plus en avance, classées par écart cumulé en logements."""
        connues = [c for c in self.communes if c.cumul.ecart.valeur is not None]
        ordre = sorted(connues, key=lambda c: (exact(c.cumul.ecart.valeur or 0), c.territoire.nom))
        retard = tuple(c for c in ordre[:nombre] if (c.cumul.ecart.valeur or 0) < 0)
        avance = tuple(c for c in reversed(ordre[-nombre:]) if (c.cumul.ecart.valeur or 0) > 0)
        return retard, avance


def resultat(periode: str, objectif: Chiffre, autorises: Chiffre, commences: Chiffre, le: date) -> Resultat:
    """Met un réalisé en face de son objectif : écart, taux, appréciation à la date ``le``."""
    taux = ratio(autorises, objectif)
    return Resultat(
        periode,
        objectif,
        autorises,
        commences,
        ecart(autorises, objectif),
        taux,
        appreciation(objectif, taux, le),
        petit_objectif(objectif, le),
    )


class _Calcul:
    """Assemble les lignes ; garde ce qui est commun à toutes."""

    def __init__(
        self,
        programme: Programme,
        objectif: ObjectifTerritorial,
        passes: tuple[Exercice, ...],
        autorises: Mesures,
        commences: Mesures,
        noms: Mapping[str, str],
    ) -> None:
        self.programme, self.objectif, self.passes, self.noms = programme, objectif, passes, noms
        self.autorises, self.commences = autorises, commences
        self.le = passes[-1].fin
        self.duree = len(programme.exercices())
        self.origine = f"programme:{programme.id}"
        self.secteur_de = {c: s.id for s in programme.secteurs if not s.groupe for c in s.communes}
        self.valeurs = {v.commune: v for v in objectif.valeurs if v.commune}
        self.totaux = {t.secteur: t for t in objectif.totaux_publies if t.secteur}

    def annuel(self, total: TotalPublie | None, territoire: Territoire) -> Chiffre:
        if total is None:
            return Chiffre.manquant(self.objectif.unite, territoire=territoire, provenance=(self.origine,))
        ligne = f"#L{total.lieu.ligne}" if total.lieu and total.lieu.ligne else ""
        return self._par_an(exact(total.valeur), territoire, ligne)

    def _par_an(self, valeur: object, territoire: Territoire, ligne: str = "") -> Chiffre:
        number = exact(valeur)  # type: ignore[arg-type]
        if self.objectif.periodicite is Periodicite.PERIODE:
            number = number / self.duree
        return self._chiffre(number, territoire, ligne)

    def _chiffre(self, number: Decimal, territoire: Territoire, ligne: str = "") -> Chiffre:
        whole = int(number) if number == number.to_integral_value() else number
        return Chiffre(
            whole,
            self.objectif.unite,
            territoire=territoire,
            provenance=(self.origine + ligne,),
            fictif=self.programme.fictif,
        )

    def objectif_commune(self, code: str, territoire: Territoire) -> Chiffre:
        valeur = self.valeurs.get(code)
        if valeur is None or valeur.valeur is None:
            return Chiffre.manquant(self.objectif.unite, territoire=territoire, provenance=(self.origine,))
        ligne = f"#L{valeur.lieu.ligne}" if valeur.lieu and valeur.lieu.ligne else ""
        return self._par_an(valeur.valeur, territoire, ligne)

    def par_exercice(self, communes: tuple[str, ...], territoire: Territoire) -> Mapping[int, Chiffre] | None:
        """Objectif de chaque exercice, quand celui d'une commune au moins varie d'une année à l'autre."""
        variables = [v.par_annee for c in communes if (v := self.valeurs.get(c)) and v.par_annee]
        if not variables:
            return None
        objectifs = {}
        for e in self.programme.exercices():
            siens = []
            for c in communes:
                valeur = self.valeurs.get(c)
                if valeur and valeur.par_annee:
                    ecrite = valeur.par_annee.get(e.annee)
                    siens.append(self._chiffre(ecrite, territoire) if ecrite is not None else self._absent(territoire))
                else:
                    siens.append(self.objectif_commune(c, territoire))
            objectifs[e.annee] = siens[0] if len(siens) == 1 else self._somme(siens, territoire)
        return objectifs

    def ligne(
        self,
        territoire: Territoire,
        communes: tuple[str, ...],
        annuel: Chiffre,
        secteur: str | None = None,
        somme_objectif: Chiffre | None = None,
        exercices: Mapping[int, Chiffre] | None = None,
    ) -> LigneProduction:
        seule = len(communes) == 1 and territoire.echelle is Echelle.COMMUNE

        def mesure(source: Mesures, annee: int) -> Chiffre:
            valeurs = [source.get((c, annee)) for c in communes]
            if seule and valeurs[0] is not None:
                return valeurs[0]
            absent = Chiffre.manquant(self.objectif.unite, periode=str(annee), territoire=territoire)
            if seule:
                return absent
            connues = [absent if v is None else v for v in valeurs]
            return somme(connues, unite=self.objectif.unite, periode=str(annee), territoire=territoire)

        mesures = [(mesure(self.autorises, e.annee), mesure(self.commences, e.annee)) for e in self.passes]
        annees = Annees(
            [
                partial(resultat, e.libelle, exercices[e.annee] if exercices else annuel, a, c, self.le)
                for e, (a, c) in zip(self.passes, mesures, strict=True)
            ]
        )
        premier, dernier = self.passes[0], self.passes[-1]
        periode = f"{premier.annee}-{dernier.annee}" if len(self.passes) > 1 else premier.libelle
        attendu, total = produit(annuel, len(self.passes)), produit(annuel, self.duree)
        if exercices:
            attendu = self._somme([exercices[e.annee] for e in self.passes], territoire)
            total = self._somme(list(exercices.values()), territoire)
        cumul = resultat(
            periode,
            attendu,
            cumul_exercices([a for a, _ in mesures], periode, territoire),
            cumul_exercices([c for _, c in mesures], periode, territoire),
            self.le,
        )
        return LigneProduction(territoire, secteur, annuel, total, annees, cumul, somme_objectif)

    def groupe(self, secteur: Secteur) -> LigneProduction:
        territoire = Territoire(Echelle.SECTEUR, secteur.id, secteur.nom)
        additionne = self.somme_communes(secteur.communes, territoire)
        imprime = self.totaux.get(secteur.id)
        annuel = self.annuel(imprime, territoire) if imprime else additionne
        exercices = None if imprime else self.par_exercice(secteur.communes, territoire)
        return self.ligne(territoire, secteur.communes, annuel, None, additionne, exercices)

    def somme_communes(self, communes: tuple[str, ...], territoire: Territoire) -> Chiffre:
        return self._somme([self.objectif_commune(c, territoire) for c in communes], territoire)

    def _somme(self, chiffres: list[Chiffre], territoire: Territoire) -> Chiffre:
        return somme(chiffres, unite=self.objectif.unite, territoire=territoire, couverture=False)

    def _absent(self, territoire: Territoire) -> Chiffre:
        return Chiffre.manquant(self.objectif.unite, territoire=territoire, provenance=(self.origine,))


def cumul_exercices(chiffres: list[Chiffre], periode: str, territoire: Territoire) -> Chiffre:
    """Additionne des exercices : un exercice manquant rend le cumul « au moins », jamais complet à tort."""
    total = somme(chiffres, periode=periode, territoire=territoire, couverture=False)
    covers = [c.couverture for c in chiffres if c.couverture]
    worst = min(covers, key=lambda c: c.renseignes) if covers else None
    state = total.etat
    if total.valeur is not None and any(c.etat is Etat.NON_RENSEIGNE for c in chiffres):
        state = Etat.PARTIEL
    return Chiffre(total.valeur, total.unite, state, periode, territoire, worst, total.provenance, total.fictif)


def suivi_production(
    programme: Programme,
    exercice: Exercice,
    autorises: Mesures,
    commences: Mesures,
    noms: Mapping[str, str],
    *,
    objectif: str | None = None,
) -> SuiviProduction:
    """Calcule le suivi de la production à la fin d'un exercice.

    Args:
        programme: le programme et ses objectifs territoriaux.
        exercice: la situation ; les exercices suivants n'entrent pas.
        autorises, commences: ``(code INSEE, année) → Chiffre`` en logements.
        noms: code INSEE → nom de la commune.
        objectif: id d'un objectif territorial ; par défaut l'objectif de référence.

    Raises:
        NotFound: le programme n'a pas cet objectif territorial.
    """
    choisi = programme.objectif(objectif)
    if choisi is None:
        raise NotFound(f"Le programme « {programme.titre_court} » n'a pas d'objectif territorial à suivre.")
    passes = tuple(e for e in programme.exercices() if e.rang <= exercice.rang)
    calcul = _Calcul(programme, choisi, passes, autorises, commences, noms)
    codes = programme.communes()
    agglo = Territoire(Echelle.EPCI, programme.collectivites[0], noms.get(programme.collectivites[0], ""))
    total_communes = calcul.somme_communes(codes, agglo)
    annuel = calcul.annuel(choisi.reference, agglo) if choisi.reference else total_communes
    lignes = []
    for code in codes:
        territoire = Territoire(Echelle.COMMUNE, code, noms.get(code, code))
        lignes.append(
            calcul.ligne(
                territoire,
                (code,),
                calcul.objectif_commune(code, territoire),
                calcul.secteur_de.get(code),
                exercices=calcul.par_exercice((code,), territoire),
            )
        )
    return SuiviProduction(
        programme,
        choisi,
        exercice,
        len(programme.exercices()),
        calcul.ligne(
            agglo,
            codes,
            annuel,
            None,
            total_communes,
            None if choisi.reference else calcul.par_exercice(codes, agglo),
        ),
        tuple(calcul.groupe(s) for s in programme.secteurs if not s.groupe),
        tuple(calcul.groupe(s) for s in programme.secteurs if s.groupe),
        tuple(lignes),
        choisi.totaux_publies,
    )
