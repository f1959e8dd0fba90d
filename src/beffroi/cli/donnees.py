"""`beffroi donnees`: take, check and build the open data."""

import sys
from pathlib import Path

import click

from beffroi.cli.sortie import Colonne, imprimer, option_format

dossier = click.Path(path_type=Path, file_okay=False)
option_miroir = click.option(
    "--miroir", type=dossier, envvar="BEFFROI_MIROIR", help="Dossier d’un miroir local (avec miroir.toml)."
)
option_donnees = click.option("--donnees", type=dossier, envvar="BEFFROI_DONNEES", help="Dossier des données.")


@click.group()
def commande() -> None:
    """Prendre, contrôler et construire les données ouvertes."""


def _progres(phrase: str) -> None:
    click.echo(f"… {phrase}", err=True)


@commande.command()
@click.argument("sources", nargs=-1)
@option_miroir
@option_donnees
@click.option("--millesime", help="Télécharger ce millésime chez le producteur (sources nommées seulement).")
@click.option("--adresse", help="Adresse du fichier, si le producteur l’a déplacé (une seule source).")
@click.option("--perimetre", default="France", show_default=True, help="Ce que couvre le fichier téléchargé.")
@click.option("--refaire", is_flag=True, help="Reconstruire l’entrepôt même si rien n’a changé (base abîmée).")
def actualiser(
    sources: tuple[str, ...],
    miroir: Path | None,
    donnees: Path | None,
    millesime: str | None,
    adresse: str | None,
    perimetre: str,
    refaire: bool,
) -> None:
    """Prendre ce qui a changé (miroir, ou producteur avec --millesime), nettoyer, mettre en service l’entrepôt."""
    from beffroi.kernel.errors import BeffroiError
    from beffroi.warehouse.build import preparer
    from beffroi.warehouse.folder import Folder, data_folder

    fautes: list[BeffroiError] = []
    if millesime or adresse:
        if not sources or (adresse and len(sources) != 1):
            raise click.UsageError("Nommez la source à télécharger (une seule avec --adresse).")
        from beffroi.warehouse.download import download

        folder = Folder(data_folder(donnees))
        with folder.exclusive():
            for nom in sources:
                try:
                    download(folder, nom, millesime or "", adresse=adresse or "", perimetre=perimetre, progres=_progres)
                except BeffroiError as e:
                    fautes.append(e)
    fait = preparer(donnees=donnees, miroir=miroir, progres=_progres, refaire=refaire)
    for faute in (*fautes, *fait.faults):
        click.echo(f"Refusé\u00a0: {faute}", err=True)
    click.echo(
        "Nouvel entrepôt en service." if fait.rebuilt else "Rien n’a changé\u00a0: l’entrepôt en service reste le même."
    )
    if fautes or fait.faults:
        sys.exit(1)


@commande.command()
@option_donnees
@option_format
def lister(donnees: Path | None, format: str) -> None:
    """Lister les sources déclarées et ce qui en est chargé."""
    from beffroi.sources import sources
    from beffroi.warehouse.query import Entrepot

    entrepot = Entrepot.ouvrir(donnees)
    fichiers = entrepot.lignes(
        "SELECT source, id, millesime, qualite, perimetre, premiere_annee, derniere_annee, communes FROM fichier ORDER BY source, rang"
    )
    chargees = entrepot.sources_chargees()
    lignes: list[tuple[object, ...]] = []
    for s in sources():
        siens = [f for f in fichiers if f[0] == s.id]
        if not siens:
            etat = "dérivée d’une autre" if s.id in chargees else "source non chargée"
            lignes.append((s.id, s.label, s.producer, "", etat, "", None, None, None))
        lignes += [(s.id, s.label, s.producer, f[2], f[3], f[4], f[5], f[6], f[7]) for f in siens]
    colonnes = [
        Colonne("source", "Source"), Colonne("jeu", "Jeu"), Colonne("producteur", "Producteur"),
        Colonne("millesime", "Millésime"), Colonne("qualite", "État"), Colonne("perimetre", "Périmètre"),
        Colonne("de", "De"), Colonne("a", "À"), Colonne("communes", "Communes"),
    ]  # fmt: skip
    imprimer(colonnes, lignes, format)


@commande.command()
@option_donnees
@option_format
def qualite(donnees: Path | None, format: str) -> None:
    """Donner la note de chaque fichier en service, de 0 à 6, et ses quatre parts."""
    from beffroi.warehouse.quality import scores
    from beffroi.warehouse.query import Entrepot

    colonnes = [
        Colonne("fichier", "Fichier"), Colonne("total", "Note /6"), Colonne("autorite", "Autorité /2"),
        Colonne("couverture", "Couverture /2"), Colonne("fraicheur", "Fraîcheur /1"), Colonne("anomalies", "Anomalies /1"),
        Colonne("plafonne", "Plafonnée"), Colonne("communes", "Communes"), Colonne("attendues", "Attendues"),
        Colonne("lignes", "Lignes"), Colonne("rejets", "Rejetées"),
    ]  # fmt: skip
    imprimer(
        colonnes,
        [
            (s.fichier, s.total, s.autorite, s.couverture, s.fraicheur, s.anomalies, s.plafonne, s.communes, s.attendues,
             s.lignes, s.rejets)
            for s in scores(Entrepot.ouvrir(donnees))
        ],
        format,
    )  # fmt: skip


@commande.command()
@click.argument("fichier", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--source", "nom", help="Source dont ce fichier serait un millésime.")
@click.option("--millesime", default="", help="Millésime du fichier.")
@option_donnees
@option_format
def verifier(fichier: Path | None, nom: str | None, millesime: str, donnees: Path | None, format: str) -> None:
    """Contrôler un fichier sans rien charger ; sans fichier, contrôler les octets déjà pris contre leur empreinte."""
    if fichier is None:
        _verifier_brut(donnees, format)
        return
    if not nom:
        raise click.UsageError("Dites de quelle source est ce fichier\u00a0: --source NOM.")
    import tempfile

    import duckdb

    from beffroi.sources import source
    from beffroi.warehouse.clean import clean

    with tempfile.TemporaryDirectory() as essai:
        cible = Path(essai) / "x.parquet"
        fait = clean(fichier, source(nom), millesime or "2000", cible, name=fichier.name, sample=True)
        rejets = cible.with_name("x.rejets.parquet")
        lignes = (
            duckdb.execute("SELECT _ligne, _rejet FROM read_parquet(?) ORDER BY 1", [str(rejets)]).fetchall()
            if rejets.is_file()
            else []
        )
    lignes += [(None, f"{f['libelle']} : {f['cas']} cas, par exemple {f['exemple']}") for f in fait.failures]
    imprimer([Colonne("ligne", "Ligne"), Colonne("motif", "Motif")], lignes, format)
    click.echo(f"{fait.rows} lignes bonnes, {fait.rejected} refusées.", err=True)
    if lignes:
        sys.exit(1)


def _verifier_brut(donnees: Path | None, format: str) -> None:
    from beffroi.warehouse.folder import Folder, data_folder
    from beffroi.warehouse.lock import digest, read_lock

    folder = Folder(data_folder(donnees))
    lignes = []
    for e in read_lock(folder).values():
        brut = folder.root / e.raw
        etat = "absent" if not brut.is_file() else "intact" if digest(brut) == e.sha256 else "changé depuis"
        lignes.append((e.source, e.vintage, e.origin, etat))
    imprimer(
        [
            Colonne("source", "Source"),
            Colonne("millesime", "Millésime"),
            Colonne("origine", "Origine"),
            Colonne("etat", "État"),
        ],
        lignes,
        format,
    )
    if any(e != "intact" for *_, e in lignes):
        sys.exit(1)


@commande.command()
@click.option("--garder", default=1, show_default=True, metavar="N", help="Fichiers remplacés à garder, par source.")
@click.option("--essai", is_flag=True, help="Dire ce qui serait effacé, avec sa taille, sans rien effacer.")
@option_donnees
@option_format
def nettoyer(garder: int, essai: bool, donnees: Path | None, format: str) -> None:
    """Effacer les fichiers bruts qu’un millésime plus récent a remplacés ; jamais ceux du verrou ni de l’entrepôt en service."""
    from beffroi.warehouse.folder import Folder, data_folder
    from beffroi.warehouse.purge import leftovers, purge

    folder = Folder(data_folder(donnees))
    if essai:
        restes = leftovers(folder, garder)
    else:
        with folder.exclusive():
            restes = purge(folder, garder)
    colonnes = [Colonne("fichier", "Fichier"), Colonne("octets", "Octets", _octets), Colonne("motif", "Motif")]
    imprimer(colonnes, [(r.path, r.size, r.reason) for r in restes], format)
    total = _octets(sum(r.size for r in restes))
    if not restes:
        dit = "Rien à effacer."
    elif essai:
        dit = f"{len(restes)} fichier(s) seraient effacés, {total}\u00a0octets. Sans --essai, ils le seront."
    else:
        dit = f"{len(restes)} fichier(s) effacés, {total}\u00a0octets rendus."
    click.echo(dit, err=True)


def _octets(valeur: int) -> str:
    from beffroi.kernel.figure import nombre

    return nombre(valeur)


@commande.command("extraire-demo")
@click.option("--miroir", type=dossier, envvar="BEFFROI_MIROIR", required=True, help="Dossier du miroir local.")
@click.option("--sortie", type=dossier, help="Dossier où écrire (par défaut celui de la démonstration).")
@option_format
def extraire_demo(miroir: Path, sortie: Path | None, format: str) -> None:
    """Refaire les petites tables de la démonstration à partir d’un miroir."""
    import tempfile

    from beffroi.warehouse.build import preparer
    from beffroi.warehouse.demonstration import TABLES
    from beffroi.warehouse.extract import extract
    from beffroi.warehouse.query import Entrepot

    with tempfile.TemporaryDirectory() as essai:
        fait = preparer(Path(essai), miroir=miroir, demonstration=False)
        for faute in fait.faults:
            raise faute
        entrepot = Entrepot.ouvrir(Path(essai))
        communes = [r[0] for r in entrepot.lignes("SELECT code_commune FROM tuile ORDER BY code_commune")]
        ecrits = extract(entrepot, communes, sortie or TABLES)
    imprimer([Colonne("fichier", "Fichier écrit")], [(p.name,) for p in ecrits], format)
