"""Hygiene of the committed files: what must never be written in them. Used by `beffroi check` and by the tests."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

# Écrits de façon que ce fichier ne contienne pas lui-même ce qu'il cherche.
INTERDITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "hôte d’un index de paquets",
        re.compile(r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|deb\.debian\.org)\b"),
    ),
    ("chemin propre à une machine", re.compile(r"(?<![\w.$}<>/-])/(?:work|tmp|root|home/\w+|Users/\w+)/")),
    ("travail non fini", re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")),
    ("marque de conflit", re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)),
    ("mention de fabrication", re.compile(r"(?i)co-authored[-]by|generated[ ]with\b|généré[ ]par une ia")),
)
DOSSIERS_INTERDITS = {"utils", "helpers", "common", "core", "old", "legacy", "v2"}
BINAIRES = {
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".woff2",
    ".ico",
    ".docx",
    ".pptx",
    ".xlsx",
    ".pdf",
    ".parquet",
    ".mo",
    ".zip",
    ".gz",
}
# Textes repris tels quels d'ailleurs, ou produits par un outil : leur contenu n'est pas le nôtre.
REPRIS = {"LICENSE"}


def fichiers(racine: Path) -> list[Path]:
    """Files of the repository (tracked, or new and not ignored), as paths relative to `racine`."""
    sortie = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=racine,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return sorted({Path(nom) for nom in sortie.split("\0") if nom and (racine / nom).is_file()})


def fautes(racine: Path) -> list[str]:
    """Every fault found, one sentence each with file and line; empty when all is clean."""
    if not (racine / ".git").exists():
        return []  # une archive sans historique : rien ne distingue ses fichiers de ceux de la machine
    trouvees: list[str] = []
    for relatif in fichiers(racine):
        mauvais = DOSSIERS_INTERDITS.intersection(relatif.parts[:-1])
        if mauvais:
            trouvees.append(f"{relatif}\u00a0: dossier fourre-tout « {mauvais.pop()} », à nommer par son métier.")
        if relatif.suffix not in BINAIRES and str(relatif) not in REPRIS:
            trouvees += _fautes_du_texte(racine, relatif)
    return trouvees


def _fautes_du_texte(racine: Path, relatif: Path) -> Iterator[str]:
    try:
        texte = (racine / relatif).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        if "tests" not in relatif.parts:  # des extraits au format exact d'un producteur ne sont pas en UTF-8
            yield f"{relatif}\u00a0: ce texte n’est pas en UTF-8."
        return
    for quoi, motif in INTERDITS:
        for trouve in motif.finditer(texte):
            ligne = texte.count("\n", 0, trouve.start()) + 1
            yield f"{relatif}:{ligne}\u00a0: {quoi} (« {trouve.group().strip()} »)."
