"""`beffroi indicateur`: list the catalogue, read an entry, get values."""

from typing import Any

import click

from beffroi.cli.sortie import Colonne, imprimer, option_format


@click.group()
def commande() -> None:
    """Lister les indicateurs, lire leur fiche, obtenir leurs valeurs."""


@commande.command()
@click.option("--calcules", is_flag=True, help="Seulement ceux qu’une formule calcule.")
@click.option("--programme", help="Seulement ceux d’un programme (CABBALR, CALL, CAVM, CRTE).")
@option_format
def lister(calcules: bool, programme: str | None, format: str) -> None:
    """Lister le catalogue, puis les deux totaux : déclarés et réellement calculés."""
    from beffroi.catalogue import all_indicators

    choisis = [
        i
        for _, i in sorted(all_indicators().items())
        if (not calcules or i.computed) and (not programme or i.programme == programme)
    ]
    colonnes = [
        Colonne("id", "Identifiant"),
        Colonne("libelle", "Indicateur"),
        Colonne("unite", "Unité"),
        Colonne("alimentation", "Alimentation"),
        Colonne("source", "Source"),
    ]
    imprimer(colonnes, [(i.id, i.label, i.unit, alimentation(i), i.source) for i in choisis], format)
    if format == "table":
        click.echo(decompte())


def alimentation(indicateur: Any) -> str:
    """How an indicator gets its values, in words."""
    if indicateur.formula is not None:
        return "calculé"
    if indicateur.computed_by:
        return f"calculé par {indicateur.computed_by}"
    return f"registre {indicateur.register}" if indicateur.register else "saisi"


def decompte() -> str:
    """The two totals: declared is not computed."""
    from beffroi.catalogue import all_indicators

    tous = all_indicators().values()
    programmes = [i for i in tous if i.programme]
    calcules = [i for i in programmes if i.computed]
    ouverts = [i for i in programmes if i.open_data]
    registres = [i for i in programmes if i not in calcules and i.register]
    diagnostic = [i for i in tous if not i.programme]
    return (
        f"Indicateurs des programmes : {len(programmes)} déclarés, dont {len(calcules)} calculés ; "
        f"{len(registres)} attendent un registre, {len(programmes) - len(calcules) - len(registres)} une saisie. "
        f"Indicateurs du diagnostic : {len(diagnostic)}, tous calculés. "
        f"Un jeu ouvert est attendu pour {len(ouverts)} indicateurs des programmes : "
        f"{sum(i.computed for i in ouverts)} en sont calculés, la fiche des autres dit pourquoi."
    )


@commande.command()
@click.argument("identifiant")
@option_format
def fiche(identifiant: str, format: str) -> None:
    """Montrer la fiche d’un indicateur : définition, unité, sens, formule, source, précautions, texte."""
    from beffroi.kernel.formula import text
    from beffroi.warehouse.observatory import Observatoire

    i = Observatoire.indicateur(identifiant)
    lignes = [
        ("identifiant", i.id),
        ("libellé", i.label),
        ("définition", i.definition),
        ("unité", i.unit),
        ("sens", i.sense.value),
        ("échelle", i.scope.value),
        ("fréquence", i.frequency.value),
        ("représentation", ", ".join(r.value for r in i.representation)),
        ("alimentation", alimentation(i)),
        ("formule", text(i.formula) if i.formula is not None else ""),
        ("source", i.source),
        ("jeu ouvert attendu", i.open_data),
        ("pourquoi sans calcul", i.not_computed),
        ("programme", f"{i.programme}, {i.action}" if i.programme else ""),
        ("texte", str(i.legal) if i.legal else ""),
        ("précautions", i.cautions),
    ]
    imprimer([Colonne("champ", "Champ"), Colonne("valeur", "Valeur")], lignes, format)


@commande.command()
@click.argument("identifiant")
@click.option("--territoire", "territoires", multiple=True, required=True, help="SIREN, code INSEE ou nom ; répétable.")
@click.option("--de", type=int, help="Première année.")
@click.option("--a", type=int, help="Dernière année.")
@click.option("--communes", is_flag=True, help="Détailler les communes de l’EPCI.")
@option_format
def valeurs(
    identifiant: str, territoires: tuple[str, ...], de: int | None, a: int | None, communes: bool, format: str
) -> None:
    """Donner les valeurs d’un indicateur, avec leur état, leur couverture, leur qualité et leur provenance."""
    from beffroi.warehouse import Observatoire

    observatoire = Observatoire.ouvrir()
    choisis: list[Any] = [observatoire.territoire(t) for t in territoires]
    if communes:
        choisis = [c for t in choisis for c in observatoire.communes(t)]
    trouvees = observatoire.valeurs(identifiant, choisis, de=de, a=a)
    imprimer(COLONNES, [ligne(observatoire, v) for v in trouvees], format)


COLONNES = [
    Colonne("territoire", "Territoire"),
    Colonne("periode", "Période"),
    Colonne("valeur", "Valeur brute"),
    Colonne("texte", "Valeur"),
    Colonne("etat", "État"),
    Colonne("couverture", "Couverture"),
    Colonne("qualite", "Qualité"),
    Colonne("provenance", "Provenance"),
    Colonne("note", "Note"),
]


def ligne(observatoire: Any, v: Any) -> tuple[Any, ...]:
    """One value as a row of output."""
    c = v.chiffre
    notes = [observatoire.entrepot.provenance(p).qualite for p in c.provenance]
    connues = [n for n in notes if n is not None]
    return (
        v.territoire.nom or v.territoire.code,
        v.periode,
        c.valeur,
        c.texte(v.indicateur.decimals, avec_unite=True),
        c.etat.value,
        couverture(c),
        min(connues) if connues else None,
        ", ".join(c.provenance),
        c.note,
    )


def couverture(chiffre: Any) -> str:
    """« 99 communes sur 100 », « n = 48 ventes »."""
    if chiffre.couverture is None:
        return ""
    if chiffre.couverture.membre == "vente":
        return f"n = {chiffre.couverture.renseignes}\u00a0ventes"
    return str(chiffre.couverture.texte())
