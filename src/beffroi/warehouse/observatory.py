"""``Observatoire``: the open data of any territory of France in the words of the catalogue.

from beffroi.warehouse import Observatoire

observatoire = Observatoire.ouvrir()
bethune = observatoire.territoire("Béthune-Bruay")
for v in observatoire.valeurs("production.logement_autorise", [bethune], de=2019, a=2022):
    print(v.periode, v.chiffre.texte(avec_unite=True))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from beffroi.catalogue import all_indicators
from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.kernel.formula import atoms
from beffroi.kernel.indicator import Indicator
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.warehouse.figures import NOTE_SANS_SOURCE, Place, columns, compute, missing
from beffroi.warehouse.query import Commune, Entrepot, Epci
from beffroi.warehouse.relations import RegisterView

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation


@dataclass(frozen=True, slots=True)
class Valeur:
    """One value of an indicator: territory, period, value of the dimension when one was asked, figure."""

    indicateur: Indicator
    territoire: Territoire
    periode: str
    chiffre: Chiffre
    modalite: str = ""


@dataclass(frozen=True, slots=True)
class Totaux:
    """The two totals of a catalogue: what is declared, and what a formula really computes."""

    declares: int
    calcules: int
    par_registre: int
    saisis: int


class Observatoire:
    """Indicators of any commune, EPCI, département, région, of France, or of sectors made of communes."""

    def __init__(self, entrepot: Entrepot, registres: Mapping[str, RegisterView] | None = None) -> None:
        self.entrepot = entrepot
        self.registres = dict(registres or {})

    @classmethod
    def ouvrir(cls, donnees: Path | None = None) -> Observatoire:
        """Open the warehouse in service.

        Raises:
            NotLoaded: nothing was built yet.
        """
        return cls(Entrepot.ouvrir(donnees))

    # Territories

    def territoire(self, texte: str) -> Commune | Epci:
        """A commune or an EPCI by code, SIREN or name (accents and case do not matter).

        Raises:
            NotFound: nothing answers, or several do and none has that very name; the sentence lists them.
        """
        coded = self._by_code(texte.strip().upper())
        if coded is not None:
            return coded
        found = self.entrepot.rechercher(texte, 6)
        if not found:
            raise NotFound(
                f"Aucun territoire ne répond à « {texte} ». Essayez un mot du nom, un code INSEE ou un SIREN."
            )
        asked = texte.strip().casefold()
        exact = [t for t in found if asked in (t.nom.casefold(), t.territoire.code.casefold(), (t.siren or ""))]
        epci = [t for t in found if isinstance(t, Epci)]
        if len(exact) == 1 or len(found) == 1:
            return (exact or found)[0]
        if not exact and len(epci) == 1:
            return epci[0]
        names = " ; ".join(f"{t.nom} ({t.territoire.code})" for t in (exact or found))
        raise NotFound(f"Plusieurs territoires répondent à « {texte} » : {names}. Donnez le code.")

    def _by_code(self, code: str) -> Commune | Epci | None:
        """The territory of this very code, without searching among names."""
        try:
            if len(code) == 9 and code.isdigit():
                return self.entrepot.epci(code)
            if len(code) == 5 and any(c.isdigit() for c in code):
                commune = self.entrepot.commune(code)
                return commune if commune.code == code else None  # une commune associée se cherche par son nom
        except NotFound:
            pass
        return None

    def communes(self, territoire: Commune | Epci) -> list[Commune]:
        """Communes of a territory."""
        return [territoire] if isinstance(territoire, Commune) else self.entrepot.communes_epci(territoire.siren)

    # Catalogue

    def indicateurs(self, *, calcules: bool = False) -> list[Indicator]:
        """Indicators of the catalogue, by id; only those with a formula when ``calcules``."""
        return [i for _, i in sorted(all_indicators().items()) if i.formula is not None or not calcules]

    @staticmethod
    def indicateur(identifiant: str) -> Indicator:
        """An indicator by its id; that of a programme leads to its own entry.

        Raises:
            NotFound: no such indicator.
        """
        found = all_indicators().get(identifiant)
        if found is None:
            import difflib

            near = difflib.get_close_matches(identifiant, all_indicators(), 3, 0.4)
            hint = f" Proches : {', '.join(near)}." if near else ""
            raise NotFound(
                f"L'indicateur « {identifiant} » n'est pas au catalogue.{hint} Liste : beffroi indicateur lister."
            )
        return found

    def calcul(self, indicateur: Indicator) -> Indicator:
        """The indicator that computes this one (itself when it has a formula).

        Raises:
            NotFound: nothing computes it: it is typed, or fed by a register.
        """
        if indicateur.formula is not None:
            return indicateur
        if indicateur.computed_by:
            return self.indicateur(indicateur.computed_by)
        how = f"alimenté par le registre « {indicateur.register} »" if indicateur.register else "saisi"
        raise NotFound(
            f"L'indicateur « {indicateur.label} » ({indicateur.id}) est {how} : aucune source ouverte ne le calcule. "
            f"{indicateur.not_computed}".strip()
        )

    def totaux(self) -> Totaux:
        """The two totals of the catalogue of programmes, and how the others are fed."""
        published = [i for i in all_indicators().values() if i.programme]
        return Totaux(
            len(published),
            sum(1 for i in published if i.computed),
            sum(1 for i in published if i.register and not i.computed),
            sum(1 for i in published if not i.register and not i.computed),
        )

    # Values

    def valeurs(
        self,
        indicateur: str | Indicator,
        territoires: Iterable[Commune | Epci | str],
        *,
        de: int | None = None,
        a: int | None = None,
        dimension: str = "",
    ) -> list[Valeur]:
        """Values of an indicator for some territories, by territory then period.

        ``territoires``: communes, EPCI, or their codes. Every asked territory has at least one line: without any row, it
        says *source non chargée*, *sans objet* or *non renseigné*.

        Raises:
            NotFound: unknown indicator or territory, or nothing computes it.
            InvalidInput: the period ends before it starts.
        """
        asked = self.indicateur(indicateur) if isinstance(indicateur, str) else indicateur
        one = self.calcul(asked)
        assert one.formula is not None
        if de is not None and a is not None and a < de:
            raise InvalidInput(
                Problem(
                    f"la période finit ({a}) avant de commencer ({de}).",
                    colonne="--a",
                    conseil="Échangez les deux années.",
                )
            )
        years = self._years(one, de, a)
        chosen = [self.territoire(t) if isinstance(t, str) else t for t in territoires]
        out: list[Valeur] = []
        for scale in (Echelle.COMMUNE, Echelle.EPCI):
            here = [t for t in chosen if t.territoire.echelle is scale]
            if not here:
                continue
            place = Place(scale, tuple(t.territoire.code for t in here))
            found = compute(
                self.entrepot, one.formula, one.unit, place, years, dimension=dimension, registers=self.registres
            )
            for t in here:
                mine = {k[1:]: c for k, c in found.items() if k[0] == t.territoire.code}
                if not mine:
                    period = str(years[-1]) if years else ""
                    codes = [c.code for c in self.communes(t)]
                    none = missing(self.entrepot, one.formula, one.unit, place, t.territoire.code, period, codes)
                    mine = {(period,): none}
                out += [
                    Valeur(asked, t.territoire, key[0], c.sur(t.territoire), key[1] if len(key) > 1 else "")
                    for key, c in sorted(mine.items())
                ]
        return out

    def _years(self, one: Indicator, de: int | None, a: int | None) -> list[int] | None:
        if de is None and a is None:
            return None
        assert one.formula is not None
        main = next(iter(atoms(one.formula)))
        known = self.entrepot.annees(main.source) or [de or a or 0]
        return list(range(de if de is not None else known[0], (a if a is not None else known[-1]) + 1))

    def derniere(self, indicateur: str | Indicator, territoire: Commune | Epci) -> Valeur:
        """Latest value of an indicator for a territory: the last period that says something."""
        values = self.valeurs(indicateur, [territoire])
        spoken = [v for v in values if v.chiffre.etat is not Etat.NON_RENSEIGNE]
        return (spoken or values)[-1]

    def secteurs(
        self, indicateur: str | Indicator, secteurs: Mapping[str, Sequence[str]], annees: Sequence[int] | None = None
    ) -> Mapping[tuple[str, ...], Chiffre]:
        """Values of an indicator for sectors, each given as a list of communes, by (sector, period)."""
        one = self.calcul(self.indicateur(indicateur) if isinstance(indicateur, str) else indicateur)
        assert one.formula is not None
        place = Place(Echelle.SECTEUR, secteurs=tuple((n, tuple(c)) for n, c in secteurs.items()))
        return compute(self.entrepot, one.formula, one.unit, place, annees, registers=self.registres)

    def echelle(
        self, indicateur: Indicator, echelle: Echelle, annees: Sequence[int] | None = None
    ) -> Mapping[tuple[str, ...], Chiffre]:
        """Values of an indicator for every territory of a scale, by (code, period), in one query."""
        one = self.calcul(indicateur)
        assert one.formula is not None
        return compute(self.entrepot, one.formula, one.unit, Place(echelle), annees, registers=self.registres)

    def colonnes(self, indicateur: Indicator, echelle: Echelle) -> DuckDBPyRelation:
        """The same values for every territory and every period, as columns (see ``figures.columns``)."""
        one = self.calcul(indicateur)
        assert one.formula is not None
        return columns(self.entrepot, one.formula, echelle, registers=self.registres)


def situation(chiffre: Chiffre) -> str:
    """One word for a count: *valeur*, *secret*, *sans objet*, *source non chargée* or *non renseigné*."""
    if chiffre.connu:
        return "valeur"
    if chiffre.note.startswith(NOTE_SANS_SOURCE):
        return NOTE_SANS_SOURCE
    return {Etat.SECRET: "secret", Etat.NON_APPLICABLE: "sans objet"}.get(chiffre.etat, "non renseigné")
