"""`beffroi regle`: list the rules, read one, apply it to a situation or to a whole file, list what is to be verified."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from beffroi.cli.sortie import Colonne, brut, imprimer, option_format

if TYPE_CHECKING:
    from beffroi.exchange.entree_regle import Situation
    from beffroi.kernel.rule import Constat, Rule


def _jour(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Callback of an option: a civil date, AAAA-MM-JJ or JJ/MM/AAAA."""
    if value is None:
        return None
    parts = value.split("/")
    try:
        return date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else value)
    except ValueError as erreur:
        raise click.BadParameter(f"« {value} » n’est pas une date\u00a0: écrire AAAA-MM-JJ ou JJ/MM/AAAA.") from erreur


@click.group()
def commande() -> None:
    """Appliquer une règle et lire son raisonnement."""


@commande.command()
@click.option("--domaine", help="Ne montrer que les règles d’un domaine (sru, aides…).")
@option_format
def lister(domaine: str | None, format: str) -> None:
    """Lister les règles, leur texte et leur date d’effet."""
    from beffroi.catalogue import all_rules

    versions = [v for regles in all_rules().values() for v in regles if domaine in (None, v.area)]
    if not versions:
        domaines = sorted({v[0].area for v in all_rules().values()})
        raise click.BadParameter(
            f"aucune règle dans ce domaine. Domaines\u00a0: {', '.join(domaines)}.", param_hint="--domaine"
        )
    colonnes = [
        Colonne("id", "Identifiant"),
        Colonne("libelle", "Règle"),
        Colonne("texte", "Texte"),
        Colonne("depuis", "Depuis", lambda d: f"{d:%d/%m/%Y}" if d.year > 1900 else "toujours"),
        Colonne("unite", "Unité"),
    ]
    imprimer(colonnes, [(v.id, v.label, str(v.legal), v.since, v.unite) for v in versions], format)


@commande.command()
@click.argument("identifiant")
@click.option("--le", callback=_jour, help="Version en vigueur ce jour (aujourd’hui par défaut).")
@option_format
def fiche(identifiant: str, le: date | None, format: str) -> None:
    """Lire une règle\u00a0: ce qu’elle dit, ses textes, les champs qu’elle attend."""
    from beffroi.kernel.convert import type_words

    regle = _regle(identifiant, le or date.today())
    champs = [
        (
            nom,
            regle.entree(nom).label,
            type_words(annotation),
            regle.entree(nom).attendu(),
            nom not in regle.defauts,
        )
        for nom, annotation in regle.entrees.items()
    ]
    noms = ("champ", "sens", "type", "attendu", "obligatoire")
    if format == "json":
        objet = {
            "id": regle.id,
            "libelle": regle.label,
            "texte": str(regle.legal),
            "adresse": regle.legal.url,
            "depuis": regle.since.isoformat(),
            "unite": regle.unite,
            "description": regle.description,
            "champs": [dict(zip(noms, c, strict=True)) for c in champs],
        }
        click.echo(json.dumps(objet, ensure_ascii=False, indent=2))
        return
    if format == "table":
        click.echo(f"{regle.label} ({regle.id})\n{regle.legal}, depuis le {regle.since:%d/%m/%Y}. {regle.legal.url}\n")
        click.echo(f"{regle.description}\n")
    titres = ("Champ", "Sens", "Type", "Attendu", "Obligatoire")
    imprimer([Colonne(n, t) for n, t in zip(noms, titres, strict=True)], champs, format)


@commande.command("a-verifier")
@option_format
def a_verifier(format: str) -> None:
    """Lister les valeurs de textes qui restent à vérifier avant de s’en servir."""
    from beffroi.catalogue import all_parameters
    from beffroi.domain.aides.lecture import reglements_a_verifier
    from beffroi.domain.aides.plafonds import plafonds_a_verifier
    from beffroi.kernel.rule import valeur_texte

    lignes = [
        (p.id, p.label, valeur_texte(p.valeur, p.unite), p.du, str(p.legal), p.legal.url, p.note)
        for p in all_parameters()
        if p.a_verifier
    ]
    lignes += [
        (f"aides.reglement.{r.id}", r.label, "", r.du, r.document or r.financeur, r.url, r.a_verifier)
        for r in reglements_a_verifier()
    ]
    lignes += [
        (
            f"aides.plafond.{p.table}.{p.annee}.{p.zone}.{p.serie}.{p.rang}",
            f"Plafond de ressources {p.table}, {p.serie}, rang {p.rang}, {p.zone}".replace("_", " "),
            valeur_texte(p.plafond, "euro"),
            date(p.annee, 1, 1),
            p.source,
            p.adresse,
            "Plafond de l’année, dont le texte n’a pas été relu.",
        )
        for p in plafonds_a_verifier()
    ]
    colonnes = [
        Colonne("id", "Paramètre"),
        Colonne("libelle", "Sens"),
        Colonne("valeur", "Valeur"),
        Colonne("du", "Depuis"),
        Colonne("texte", "Texte"),
        Colonne("adresse", "Adresse"),
        Colonne("note", "Pourquoi"),
    ]
    imprimer(colonnes, lignes, format)


@commande.command()
@click.argument("identifiant")
@click.option("--le", callback=_jour, required=True, help="Jour auquel la règle s’applique.")
@click.option(
    "--entree",
    type=click.Path(path_type=Path),
    help="Situation (objet JSON), ou plusieurs (liste JSON, CSV, Parquet).",
)
@click.option("--champ", "champs", multiple=True, metavar="NOM=VALEUR", help="Un champ de la situation, sans fichier.")
@click.option("--cle", "cles", multiple=True, help="Colonne gardée telle quelle dans le résultat (code, nom…).")
@click.option(
    "--sortie", type=click.Path(path_type=Path), help="Fichier à écrire (.json, .csv, .html, .txt, .parquet)."
)
@click.option(
    "--format",
    "format",
    type=click.Choice(("table", "json", "csv", "html")),
    default="table",
    show_default=True,
    help="Forme du résultat\u00a0: tableau à lire, JSON, CSV, ou page HTML avec le raisonnement.",
)
def calculer(
    identifiant: str,
    le: date,
    entree: Path | None,
    champs: tuple[str, ...],
    cles: tuple[str, ...],
    sortie: Path | None,
    format: str,
) -> None:
    """Appliquer une règle\u00a0: chaque réponse vient avec son raisonnement.

    Une faute, une seule, dans un fichier de plusieurs situations, et rien n’est écrit.
    """
    from beffroi.exchange.entree_regle import Lecture, Situation, appliquer, lire

    regle = _regle(identifiant, le)
    if (entree is None) == (not champs):
        raise click.UsageError("donner une situation\u00a0: --entree FICHIER, ou --champ NOM=VALEUR, l’un des deux.")
    if entree is not None:
        lecture = lire(entree, regle, cles)
    else:
        lecture = Lecture("--champ", (Situation(_champs(champs)),), unique=True)
    reponses = appliquer(regle, le, lecture)
    if sortie is None:
        _montrer(regle, reponses, format, lecture.unique)
    else:
        _ecrire(regle, reponses, sortie, lecture.unique)
        click.echo(f"{sortie}\u00a0: {len(reponses)} réponse{'s' if len(reponses) > 1 else ''}.", err=True)


def _regle(identifiant: str, le: date) -> Rule:
    from beffroi.catalogue import all_rules
    from beffroi.kernel.rule import resolve

    all_rules()
    return resolve(identifiant, le)


def _champs(champs: tuple[str, ...]) -> dict[str, Any]:
    valeurs: dict[str, Any] = {}
    for champ in champs:
        nom, egal, texte = champ.partition("=")
        if not egal:
            raise click.BadParameter(f"« {champ} »\u00a0: écrire NOM=VALEUR.", param_hint="--champ")
        try:
            valeurs[nom.strip()] = json.loads(texte, parse_float=str)
        except json.JSONDecodeError:
            valeurs[nom.strip()] = texte
    return valeurs


def _montrer(regle: Rule, reponses: list[tuple[Situation, Constat]], format: str, unique: bool) -> None:
    if format == "json":
        click.echo(_json(reponses, unique))
    elif format == "html":
        click.echo(_texte(regle, reponses, ".html", unique), nl=False)
    elif format == "table" and unique:
        click.echo(reponses[0][1].texte())
    else:
        lignes = [_ligne(s, c, avec_raisonnement=format == "csv") for s, c in reponses]
        noms = list(dict.fromkeys(k for ligne in lignes for k in ligne))
        imprimer(
            [Colonne(n, afficher=_afficher) for n in noms], [[ligne.get(n) for n in noms] for ligne in lignes], format
        )
        if format == "table":
            click.echo(
                f"{len(reponses)} réponses ({regle.label}). Raisonnement de chacune\u00a0: --format csv ou json.",
                err=True,
            )


def _afficher(valeur: Any) -> str:
    """A cell of the table: four decimals are enough for the eye; JSON and CSV keep the exact value."""
    from beffroi.kernel.rule import valeur_texte

    if valeur is None:
        return ""
    return valeur if isinstance(valeur, str) and not hasattr(valeur, "libelle") else valeur_texte(valeur)


def _ligne(situation: Situation, constat: Constat, *, avec_raisonnement: bool) -> dict[str, Any]:
    from beffroi.exchange.entree_regle import a_plat

    ligne = {**situation.cles, **a_plat(constat.valeur), "avertissements": " | ".join(constat.avertissements)}
    if avec_raisonnement:
        ligne["raisonnement"] = " | ".join(e.texte() for e in constat.etapes)
    return ligne


def _json(reponses: list[tuple[Situation, Constat]], unique: bool) -> str:
    objets = [{**({"cles": _brut_table(s.cles)} if s.cles else {}), **c.as_json()} for s, c in reponses]
    return json.dumps(objets[0] if unique else objets, ensure_ascii=False, indent=2)


def _brut_table(table: Any) -> dict[str, Any]:
    """Raw values of a mapping, ready for JSON."""
    return {k: brut(v) for k, v in table.items()}


def _ecrire(regle: Rule, reponses: list[tuple[Situation, Constat]], sortie: Path, unique: bool) -> None:
    """Write beside the target, then put in place: a failure leaves the former file untouched."""
    forme = sortie.suffix.lower()
    if forme not in (".json", ".csv", ".html", ".txt", ".parquet"):
        raise click.BadParameter(
            "le fichier à écrire est en .json, .csv, .html, .txt ou .parquet.", param_hint="--sortie"
        )
    provisoire = sortie.with_name(f".{sortie.name}.provisoire")
    try:
        if forme == ".parquet":
            _parquet([_ligne(s, c, avec_raisonnement=True) for s, c in reponses], provisoire)
        else:
            provisoire.write_text(_texte(regle, reponses, forme, unique), encoding="utf-8")
        provisoire.replace(sortie)
    except OSError as erreur:
        raise click.FileError(str(sortie), hint=erreur.strerror or "écriture impossible") from erreur
    finally:
        provisoire.unlink(missing_ok=True)


def _texte(regle: Rule, reponses: list[tuple[Situation, Constat]], forme: str, unique: bool) -> str:
    if forme == ".json":
        return _json(reponses, unique) + "\n"
    if forme == ".txt":
        return "\n\n".join(c.texte() for _, c in reponses) + "\n"
    if forme == ".html":
        from beffroi.reports.constat import document_html

        return document_html(regle.label, (c for _, c in reponses))
    with contextlib.redirect_stdout(io.StringIO()) as tampon:
        _montrer(regle, reponses, "csv", unique)
    return tampon.getvalue()


def _parquet(lignes: list[dict[str, Any]], chemin: Path) -> None:
    import duckdb

    noms = list(dict.fromkeys(k for ligne in lignes for k in ligne))
    jsonl = chemin.with_suffix(".jsonl")
    try:
        with jsonl.open("w", encoding="utf-8") as flux:
            for ligne in lignes:
                flux.write(json.dumps({n: brut(ligne.get(n)) for n in noms}, ensure_ascii=False) + "\n")
        with duckdb.connect() as base:
            relation = base.from_query("SELECT * FROM read_json_auto(?)", params=[str(jsonl)])
            relation.write_parquet(str(chemin))
    finally:
        jsonl.unlink(missing_ok=True)
