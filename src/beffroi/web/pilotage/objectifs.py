"""The table of objectives: rows by sector, cells written quickly (a thousand of them), and its exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION, Appreciation
from beffroi.domain.nomenclatures.programme import Produit
from beffroi.domain.programme.modele import ObjectifTerritorial, Programme, Secteur
from beffroi.domain.suivi.appreciation import texte_taux
from beffroi.domain.suivi.production import LigneProduction, Resultat, SuiviProduction
from beffroi.kernel.figure import LIBELLE_ETAT, Chiffre
from beffroi.kernel.territory import Echelle
from beffroi.reports.map import cle_nom
from beffroi.web.pilotage import rendu

CLES = ("commune", "objectif", "autorises", "ecart", "taux", "appreciation")
_RANG_APPRECIATION = {
    a: i
    for i, a in enumerate(
        (Appreciation.EN_RETARD, Appreciation.A_SURVEILLER, Appreciation.EN_BONNE_VOIE, Appreciation.ATTEINT)
    )
}
TRIS: dict[str, Any] = {
    "commune": lambda x: cle_nom(x.territoire.nom),
    "objectif": lambda x: x.objectif_annuel.valeur,
    "autorises": lambda x: x.cumul.autorises.valeur,
    "ecart": lambda x: x.cumul.ecart.valeur,
    "taux": lambda x: x.cumul.taux.valeur,
    "appreciation": lambda x: _RANG_APPRECIATION.get(x.cumul.appreciation),
}


@dataclass(frozen=True, slots=True)
class Groupe:
    """A sector (or none when the table is sorted across sectors) and its communes."""

    secteur: LigneProduction | None
    lignes: tuple[LigneProduction, ...]


def groupes(suivi: SuiviProduction, secteur: str, appreciation: str) -> list[Groupe]:
    """Communes by sector, filtered; a sector left without a commune goes away."""
    out = []
    for s in suivi.secteurs:
        if secteur and s.territoire.code != secteur:
            continue
        kept = [c for c in suivi.communes if c.secteur == s.territoire.code]
        if appreciation:
            kept = [c for c in kept if c.cumul.appreciation.value == appreciation]
        kept.sort(key=lambda c: cle_nom(c.territoire.nom))
        if kept:
            out.append(Groupe(s, tuple(kept)))
    return out


def objectif_social(programme: Programme) -> ObjectifTerritorial | None:
    """The objective of social housing over the whole duration, when the programme writes one by commune."""
    return next(
        (o for o in programme.objectifs if o.produit is Produit.LOGEMENT_LOCATIF_SOCIAL and len(o.valeurs) > 1), None
    )


def _resultat(r: Resultat) -> str:
    if r.ecart.valeur is None:
        return f'<td class="bf-num bf-ord">{rendu.chiffre(r.autorises)}</td>'
    tone = "bf-moins" if r.ecart.valeur < 0 else "bf-plus" if r.ecart.valeur > 0 else "bf-gris"
    return (
        f'<td class="bf-num bf-ord">{rendu.chiffre(r.autorises)}'
        f'<span class="bf-note d-block {tone}">{r.ecart.texte(signe=True)}</span></td>'
    )


def _cellules(x: LigneProduction, le: date) -> str:
    c = x.cumul
    published = ""
    if x.somme_objectif is not None and x.somme_objectif.connu:
        published = (
            f'<span class="bf-deux-totaux">somme {x.somme_objectif.texte()}</span>'
            if x.publie_differe
            else '<span class="bf-deux-totaux">= somme</span>'
        )
    rate = rendu.taux(c, le) if c.appreciation is not Appreciation.SANS_OBJECTIF else ""
    started = f"{c.commences.texte()} commencés" if c.commences.connu else ""
    if c.autorises.connu and not c.commences.connu:
        started = "commencés :<br>non renseigné"
    return (
        f'<td class="bf-num bf-ord">{rendu.chiffre(x.objectif_annuel)}{published}</td>'
        + "".join(_resultat(a) for a in x.annees)
        + f'<td class="bf-num bf-cumul">{rendu.chiffre(c.objectif)}</td>'
        f'<td class="bf-num bf-fort">{rendu.chiffre(c.autorises)}'
        f'<span class="bf-note d-block bf-ord fw-normal">{started}</span></td>'
        f'<td class="bf-num bf-fort">{rendu.chiffre(c.ecart, signe=True, ton=True)}</td>'
        f'<td class="bf-ord bf-nob">{rendu.appreciation(c.appreciation)} <span class="bf-gris">{rate}</span></td>'
    )


def rang(x: LigneProduction, le: date, lien: str, sous: str = "") -> str:
    """One commune."""
    below = f'<span class="bf-note d-block fw-normal">{escape(sous)}</span>' if sous else ""
    chip = f'<span class="bf-tel mt-1">{rendu.appreciation(x.cumul.appreciation)}</span>'
    name = escape(x.territoire.nom)
    return f'<tr><th scope="row"><a href="{escape(lien)}">{name}</a>{below}{chip}</th>{_cellules(x, le)}</tr>'


def rang_total(x: LigneProduction, le: date, libelle: str, sous: str = "") -> str:
    """A sector, a group or the EPCI."""
    below = f'<span class="bf-note d-block fw-normal">{escape(sous)}</span>' if sous else ""
    chip = f'<span class="bf-tel mt-1">{rendu.appreciation(x.cumul.appreciation)}</span>'
    return f'<tr class="est-cumul"><th scope="row">{escape(libelle)}{below}{chip}</th>{_cellules(x, le)}</tr>'


def corps(groupes: Sequence[Groupe], le: date, lien: Any) -> SafeString:
    """Bodies of the table, one per sector."""
    out = []
    for g in groupes:
        head = rang_total(g.secteur, le, g.secteur.territoire.nom, "secteur") if g.secteur else ""
        out.append(f"<tbody>{head}{''.join(rang(x, le, lien(x.territoire.code)) for x in g.lignes)}</tbody>")
    return rendu.sur("".join(out))


def corps_trie(lignes: Iterable[LigneProduction], le: date, lien: Any, secteurs: dict[str, str]) -> SafeString:
    """One body, the sector under each name."""
    rows = (rang(x, le, lien(x.territoire.code), secteurs.get(x.secteur or "", "")) for x in lignes)
    return rendu.sur(f"<tbody>{''.join(rows)}</tbody>")


def corps_communes(lignes: Iterable[LigneProduction], lien: Any, secteurs: dict[str, str]) -> SafeString:
    """Body of the table beside the map: the cumulated result of each commune."""
    rows = []
    for x in lignes:
        c, sector = x.cumul, escape(secteurs.get(x.secteur or "", ""))
        rows.append(
            f'<tr><th scope="row"><a href="{escape(lien(x.territoire.code))}">{escape(x.territoire.nom)}</a>'
            f'<span class="bf-tel mt-1">{rendu.appreciation(c.appreciation)}</span></th>'
            f'<td class="bf-ord">{sector}</td><td class="bf-num bf-ord">{rendu.chiffre(x.objectif_annuel)}</td>'
            f'<td class="bf-num">{rendu.chiffre(c.objectif)}</td>'
            f'<td class="bf-num bf-fort">{rendu.chiffre(c.autorises)}</td>'
            f'<td class="bf-num bf-ord">{rendu.chiffre(c.commences)}</td>'
            f'<td class="bf-num bf-fort">{rendu.chiffre(c.ecart, signe=True, ton=True)}</td>'
            f'<td class="bf-ord">{rendu.appreciation(c.appreciation)}</td></tr>'
        )
    return rendu.sur(f"<tbody>{''.join(rows)}</tbody>")


def pied(x: LigneProduction, le: date, libelle: str) -> SafeString:
    """The EPCI."""
    return rendu.sur(f"<tfoot>{rang_total(x, le, libelle)}</tfoot>")


# --- exports ------------------------------------------------------------------------------------------------------

_NIVEAU = {Echelle.COMMUNE: "commune", Echelle.SECTEUR: "secteur", Echelle.EPCI: "EPCI"}
Cellule = str | int | Decimal | None


def _valeur(c: Chiffre) -> Cellule:
    """Value of a cell: a number, or the word of its state (never 0 for a missing one)."""
    return c.valeur if c.valeur is not None else LIBELLE_ETAT[c.etat]


def entetes(suivi: SuiviProduction) -> list[str]:
    """Column names of the exports."""
    names = ["niveau", "code", "territoire", "secteur", "objectif_annuel", "somme_communes_objectif_annuel"]
    for a in suivi.epci.annees:
        names += [f"{k}_{a.periode}" for k in ("autorises", "commences", "ecart")]
    return [
        *names,
        "cumul_objectif",
        "cumul_autorises",
        "cumul_commences",
        "cumul_ecart",
        "cumul_taux",
        "cumul_appreciation",
        "objectif_logement_social_duree",
    ]


def rangs_export(suivi: SuiviProduction, groupes: Sequence[Groupe], le: date) -> list[list[Cellule]]:
    """Rows of the exports: EPCI, sectors, communes (groups of communes aside), values exact."""
    noms: dict[str, Secteur] = {s.id: s for s in suivi.programme.secteurs}
    social = objectif_social(suivi.programme)
    by_commune = {v.commune: v for v in social.valeurs if v.commune} if social else {}
    by_sector = {t.secteur: t for t in social.totaux_publies} if social else {}

    def lls(x: LigneProduction) -> Cellule:
        if x.territoire.echelle is Echelle.COMMUNE:
            v = by_commune.get(x.territoire.code)
            return ("libre" if v.libre else v.valeur) if v else None
        if x.territoire.echelle is Echelle.SECTEUR:
            t = by_sector.get(x.territoire.code)
            return t.valeur if t else None
        return social.reference.valeur if social and social.reference else None

    lines = [suivi.epci, *(y for g in groupes for y in ((g.secteur,) if g.secteur else ()) + g.lignes)]
    out = []
    for x in lines:
        c = x.cumul
        secteur = noms.get(x.secteur or "")
        row: list[Cellule] = [
            _NIVEAU.get(x.territoire.echelle, x.territoire.echelle.value),
            x.territoire.code,
            x.territoire.nom,
            secteur.nom if secteur else "",
            _valeur(x.objectif_annuel),
            None if x.somme_objectif is None else x.somme_objectif.valeur,
        ]
        for a in x.annees:
            row += [_valeur(a.autorises), _valeur(a.commences), _valeur(a.ecart)]
        row += [_valeur(c.objectif), _valeur(c.autorises), _valeur(c.commences), _valeur(c.ecart)]
        rate = texte_taux(c.taux, le) if c.taux.valeur is not None else LIBELLE_ETAT[c.taux.etat]
        out.append([*row, rate, LIBELLE_APPRECIATION[c.appreciation], lls(x)])
    return out
