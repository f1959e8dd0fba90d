"""SRU: the simulator of the trajectory, and the block that the page of a commune shows with its reasoning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString

from beffroi.domain.sru.modele import AnneeSru, EtatSru, Situation
from beffroi.domain.sru.parametres import PARAMETRES
from beffroi.domain.sru.regles.situation import situation as regle_situation
from beffroi.domain.sru.regles.trajectoire import effet_operations, trajectoire
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import BeffroiError
from beffroi.kernel.figure import FINE, Chiffre
from beffroi.kernel.rule import Constat
from beffroi.reports.chart import Barre, barres
from beffroi.reports.constat import constat_html
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.sru import (
    REGLES_DEPUIS,
    LigneInventaire,
    SituationInventaire,
    inventaire_charge,
    ligne_inventaire,
    situation_inventaire,
)
from beffroi.web.observatoire.champs import ChampChoix, ChampDate, ChampNombre, champ_de, ecrire
from beffroi.web.observatoire.choix import Choix, choisir_commune
from beffroi.web.observatoire.formulaire import Formulaire, Groupe
from beffroi.web.observatoire.operations import TableOperations, lire_operations
from beffroi.web.observatoire.resultat import (
    Colonne,
    Dessin,
    Resultat,
    dit,
    fort,
    mot,
    phrase,
    raisonnement,
    tableau,
)
from beffroi.web.observatoire.territoires import Prerempli, de_commune
from beffroi.web.pilotage.contexte import Situation as SituationProgramme
from beffroi.web.pilotage.rendu import sur

CENSUS_NOTE = "Recensement : la loi compte les résidences principales de l’administration fiscale, à écrire à la place"
STATUT = ("soumise", "exemptee", "carencee", "regime", "couverte_plh", "potentiel_fiscal_habitant")
PARC = ("residence_principale", "logement_social", "taux_legal")
PROJECTION = ("annee_depart", "annees", "solde_residence_principale", "solde_logement_social")


def champ_taux_legal(le: date, initial: Any = None) -> ChampChoix:
    """The legal rate: the two values of the law on that day, and no other."""
    values = {ecrire(p.decimal, "part"): p for p in (PARAMETRES("taux_legal", le), PARAMETRES("taux_legal_reduit", le))}
    champ = ChampChoix(
        "Taux légal",
        [(k, f"{k}{FINE}%") for k in values],
        {k: p.decimal for k, p in values.items()},
        aide="CCH, L. 302-5 : le taux réduit vaut pour les communes de la liste fixée par décret.",
        initial=None if initial is None else ecrire(initial, "part"),
    )
    champ.unite = "part"
    return champ


def proposer(entrepot: Entrepot, code: str | None) -> dict[str, Prerempli]:
    """What the observatory knows for the stock of a commune: inventory first, else census and published rate."""
    if code is None:
        return {}
    line = ligne_inventaire(entrepot, code)
    if line is not None and line.logement_social.valeur is not None:
        out = {
            "logement_social": Prerempli("sru", "Inventaire SRU", line.logement_social),
            "taux_legal": Prerempli("sru", "Inventaire SRU", line.taux_cible),
        }
        bounded = _bornes(line)
        if bounded is not None:
            out["residence_principale"] = bounded
        return out
    return {
        "residence_principale": de_commune(
            entrepot, code, "recensement_logement", "residence_principale", note=CENSUS_NOTE
        ),
        "logement_social": de_commune(
            entrepot, code, "taux_logement_social", "taux", propose=False,
            note="La source publie un taux, pas le nombre de logements sociaux",
        ),
    }  # fmt: skip


def _bornes(line: LigneInventaire) -> Prerempli | None:
    found = situation_inventaire(line, max(line.jour, REGLES_DEPUIS))
    if found is None:
        return None
    low, high = found.bornes.valeur["minimum"], found.bornes.valeur["maximum"]
    figure = replace(line.logement_social, valeur=low)
    note = f"Déduites du taux publié : au moins {dit(low, 'nombre')}" + (
        f", au plus {dit(high, 'nombre')}" if high else ""
    )
    return Prerempli("sru", "Inventaire SRU", figure, note=note)


def formulaire(requete: QueryDict, entrepot: Entrepot, code: str | None, annees: int) -> Formulaire:
    """Fields of the simulator."""
    today = date.today()
    fields: dict[str, forms.Field] = {
        "le": ChampDate("Date de la situation", initial=today, aide="Les règles et les taux de ce jour-là."),
        "residence_principale": champ_de(regle_situation, "residence_principale"),
        "logement_social": champ_de(regle_situation, "logement_social"),
        "taux_legal": champ_taux_legal(today),
    }
    fields |= {n: champ_de(regle_situation, n) for n in STATUT}
    fields["potentiel_fiscal_habitant"].help_text = "Pour le prélèvement ; vide : il n’est pas calculé."
    fields["annee_depart"] = champ_de(trajectoire, "annee_depart", initial=max(2022, today.year))
    fields["annees"] = champ_de(trajectoire, "annees", initial=annees)
    for name, label in (
        ("solde_residence_principale", "Résidences principales en plus par an"),
        ("solde_logement_social", "Logements sociaux en plus par an"),
    ):
        fields[name] = ChampNombre(
            Entree(label, "logement"),
            entier=True,
            initial=0,
            aide="Hors opérations ci-dessous ; sorties déduites, donc parfois négatif.",
        )
    groups = (
        Groupe("Parc à la date", ("le", *PARC)),
        Groupe("Statut de la commune", STATUT),
        Groupe("Projection", PROJECTION),
    )
    return Formulaire(requete, fields, groups, proposer(entrepot, code))


@dataclass(frozen=True, slots=True)
class PageSru:
    """What the page shows."""

    choix: Choix
    form: Formulaire
    operations: TableOperations
    resultat: Resultat | None


def simuler(request: HttpRequest, situation: SituationProgramme) -> PageSru:
    """The simulator: situation, objective, trajectory, effect of operations."""
    choice = choisir_commune(request, situation)
    form = formulaire(
        request.GET,
        situation.entrepot,
        choice.commune.code if choice.commune else None,
        len(situation.programme.exercices()) or 6,
    )
    table = lire_operations(request.GET, controler=form.demande)
    result = None
    if form.demande and not choice.fautif and form.is_valid() and not table.fautes:
        try:
            result = _repondre(form, choice, table)
        except BeffroiError as e:
            if "operations[" in str(e):
                table.message = str(e).partition("» : ")[2] or str(e)
                table.message = _phrase_operation(str(e))
            else:
                form.refuser(e)
    return PageSru(choice, form, table, result)


def _phrase_operation(message: str) -> str:
    head, _, tail = message.partition("] ")
    return f"Ligne {head.rpartition('[')[2]}, {tail}"


def _repondre(form: Formulaire, choice: Choix, table: TableOperations) -> Resultat:
    data, origin = form.cleaned_data, form.provenance()
    le: date = data["le"]
    now = regle_situation(le=le, provenance=origin, **{n: data[n] for n in (*PARC, *STATUT)})
    common: dict[str, Any] = {n: data[n] for n in (*PARC, "annee_depart", "annees")} | {
        n: (data[n],) for n in ("solde_residence_principale", "solde_logement_social")
    }
    if table.operations:
        path = effet_operations(le=le, provenance=origin, operations=table.operations, **common)
        without, with_ = path.valeur["sans_operations"], path.valeur["avec_operations"]
    else:
        path = trajectoire(le=le, provenance=origin, **common)
        without, with_ = None, path.valeur["lignes"]
    return Resultat(
        phrase_situation(now, choice.nom or "La commune"),
        _precision(path, with_),
        _avis(form, choice),
        (_dessin(with_, without),),
        (_tableau(with_, without, data["taux_legal"]),),
        (),
        (
            raisonnement(now, "Situation et objectif triennal"),
            raisonnement(path, "Trajectoire année par année", replie=True),
        ),
    )


def phrase_situation(constat: Constat, nom: str) -> SafeString:
    """The answer: state, missing dwellings, objective, date."""
    s = cast(Situation, constat.valeur)
    rp, lls = constat.entrees["residence_principale"], constat.entrees["logement_social"]
    ratio = (
        f"{dit(lls, 'nombre')} logements sociaux pour {dit(rp, 'nombre')} résidences principales, "
        f"{dit(s.taux, 'part')} pour {dit(s.taux_legal, 'part', 0)}"
    )
    head = f"{mot(nom)}, au {constat.le:%d/%m/%Y} : "
    if s.etat is EtatSru.NON_SOUMISE:
        return phrase(f"{head}la commune n’est pas soumise à la loi SRU ({ratio}).")
    if not s.manquant:
        return phrase(f"{head}le taux légal est atteint ({ratio}).")
    missing = f"il manque {fort(s.manquant, 'logement')} sociaux ({ratio})"
    if s.objectif is None:
        return phrase(f"{head}{missing} ; la commune est exemptée, aucun objectif triennal.")
    return phrase(f"{head}{missing} ; objectif triennal de {fort(s.objectif, 'logement')}.")


def _precision(constat: Constat, lines: list[AnneeSru]) -> SafeString:
    last, reached = lines[-1], constat.valeur["annee_atteinte"]
    if reached is not None:
        told = f"Le taux légal serait atteint au 1er janvier {reached}."
    else:
        told = f"Au 1er janvier {last.annee}, il manquerait encore {dit(last.manquant, 'logement')} sociaux."
    if "effet_manquant" in constat.valeur:
        effect = constat.valeur["effet_manquant"]
        told += (
            f" Effet des opérations sur le manque : {dit(-effect, 'logement', signe=True)}."
            if effect
            else (" Les opérations ne changent pas le manque à cette date.")
        )
    return phrase(told)


def _avis(form: Formulaire, choice: Choix) -> tuple[str, ...]:
    out = []
    origin: Prerempli | None = getattr(form.fields["residence_principale"], "origine", None)
    if origin is not None and origin.source == "recensement_logement" and "residence_principale" in form.provenance():
        out.append(
            "Les résidences principales viennent du recensement. La loi retient celles de l’administration fiscale : "
            "le résultat est un ordre de grandeur tant que ce nombre n’est pas remplacé."
        )
    if choice.commune is not None and origin is not None and origin.source != "sru":
        out.append(
            "Inventaire SRU : source non chargée pour cette commune ; le résultat repose sur les valeurs saisies."
        )
    return tuple(out)


def _dessin(lines: list[AnneeSru], without: list[AnneeSru] | None) -> Dessin:
    bars = [
        Barre(
            str(a.annee),
            Chiffre(a.manquant, "logement"),
            courbe=Chiffre(without[i].manquant, "logement") if without else None,
        )
        for i, a in enumerate(lines)
    ]
    title = "Logements sociaux manquants au 1er janvier"
    key = "Barres : avec les opérations ; ligne : sans elles." if without else "Barres : logements sociaux manquants."
    return Dessin("dessin-sru", title, sur(barres(bars, titre=title, nombres_au_pied=True, identifiant="g-sru")), key)


def _tableau(lines: list[AnneeSru], without: list[AnneeSru] | None, legal: Any) -> Any:
    columns = [Colonne("Résidences principales"), Colonne("Logements sociaux"), Colonne("Taux"), Colonne("Manquants")]
    if without:
        columns.append(Colonne("Manquants sans opérations"))
    columns.append(Colonne("Objectif de la période"))
    rows = []
    for i, a in enumerate(lines):
        cells: list[Any] = [
            Chiffre(a.residence_principale, "logement"),
            Chiffre(a.logement_social, "logement"),
            Chiffre(a.taux, "part") if a.taux is not None else "sans objet",
            Chiffre(a.manquant, "logement"),
        ]
        if without:
            cells.append(Chiffre(without[i].manquant, "logement"))
        cells.append(Chiffre(a.objectif, "logement") if a.objectif is not None else "")
        rows.append((str(a.annee), cells))
    note = (
        f"Au 1er janvier de chaque année, taux légal de {dit(legal, 'part', 0)}. L’objectif n’est écrit que l’année où "
        "une période triennale commence."
    )
    return tableau("t-sru", "Trajectoire", "1er janvier", columns, rows, note=note)


# The block of the commune page


@dataclass(frozen=True, slots=True)
class BlocSru:
    """SRU block of a commune: from the inventory, else from values typed on the page, never guessed.

    ``bornes`` then ``raisonnements``: HTML of each constat; ``haute`` is the sentence of the upper bound.
    """

    inventaire: LigneInventaire | None
    source_chargee: bool
    form: Formulaire | None
    phrase: SafeString | None = None
    haute: SafeString | None = None
    raisonnements: tuple[SafeString, ...] = ()
    adresse: str = ""

    @property
    def hors_perimetre(self) -> bool:
        """The inventory is loaded and does not list the commune."""
        return self.source_chargee and self.inventaire is None


def bloc_sru(requete: QueryDict, entrepot: Entrepot, code: str, nom: str, le: date, adresse: str) -> BlocSru:
    """The block of a commune on the day ``le``: situation, objective and reasoning; ``adresse``: its simulator.

    From the row of the official inventory when the warehouse holds one; otherwise three fields to type, and the answer
    once they are typed. Nothing is deduced from another source.
    """
    loaded = inventaire_charge(entrepot)
    line = ligne_inventaire(entrepot, code) if loaded else None
    if line is not None:
        found = situation_inventaire(line, le)
        if found is not None:
            return _bloc_inventaire(line, found, nom, adresse)
    form = Formulaire(
        requete,
        {
            "residence_principale": champ_de(regle_situation, "residence_principale"),
            "logement_social": champ_de(regle_situation, "logement_social"),
            "taux_legal": champ_taux_legal(le),
        },
        (Groupe("Valeurs de l’inventaire", PARC),),
    )
    if not form.demande or not form.is_valid():
        return BlocSru(line, loaded, form, adresse=adresse)
    try:
        constat = regle_situation(le=le, **form.cleaned_data)
    except BeffroiError as e:
        form.refuser(e)
        return BlocSru(line, loaded, form, adresse=adresse)
    return BlocSru(
        line,
        loaded,
        form,
        phrase_situation(constat, nom),
        None,
        (sur(constat_html(constat, reponse=False)),),
        adresse,
    )


def _bloc_inventaire(line: LigneInventaire, found: SituationInventaire, nom: str, adresse: str) -> BlocSru:
    steps = [sur(constat_html(found.bornes)), sur(constat_html(found.basse, reponse=False))]
    upper = None
    if found.haute is not None:
        s = found.situations[1]
        upper = phrase(
            f"À la borne haute des résidences principales : {dit(s.manquant, 'logement')} manquants"
            + (f", objectif de {dit(s.objectif, 'logement')}." if s.objectif is not None else ".")
        )
    return BlocSru(line, True, None, phrase_situation(found.basse, nom), upper, tuple(steps), adresse)
