"""The plan of the house holds: layers, folders, dependencies, hygiene, start-up script."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from beffroi.cli import proprete
from greffon_sauts import exiger


def test_les_imports_suivent_les_contrats(racine: Path) -> None:
    lint_imports = Path(sys.executable).parent / "lint-imports"
    fini = subprocess.run([lint_imports, "--no-cache"], cwd=racine, capture_output=True, text=True, check=False)
    assert fini.returncode == 0, fini.stdout
    assert "4 kept, 0 broken" in fini.stdout


def test_le_noyau_ne_connait_que_la_bibliotheque_standard(racine: Path) -> None:
    fichiers = list((racine / "src/beffroi/kernel").rglob("*.py"))
    assert fichiers
    for fichier in fichiers:
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            noms = [a.name for a in noeud.names] if isinstance(noeud, ast.Import) else []
            if isinstance(noeud, ast.ImportFrom):
                noms = [noeud.module or ""]
            for nom in noms:
                assert nom.startswith("beffroi.kernel") or nom.split(".")[0] in sys.stdlib_module_names, (
                    f"{fichier}: {nom}"
                )


def test_les_fichiers_sont_propres(racine: Path) -> None:
    exiger("git")
    assert proprete.fautes(racine) == []


@pytest.mark.parametrize(
    ("chemin", "texte", "attendu"),
    [
        ("a.md", "voir https://py" + "pi.org/simple", "index de paquets"),
        ("a.py", "CHEMIN = '/wo" + "rk/shared'", "machine"),
        ("a.sh", "cat /tm" + "p/x", "machine"),
        ("a.py", "# TO" + "DO finir", "non fini"),
        ("src/uti" + "ls/a.py", "", "fourre-tout"),
        ("a.csv", b"\xe9t\xe9", "UTF-8"),
    ],
)
def test_la_proprete_voit_la_faute(tmp_path: Path, chemin: str, texte: str | bytes, attendu: str) -> None:
    exiger("git")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    fichier = tmp_path / chemin
    fichier.parent.mkdir(parents=True, exist_ok=True)
    fichier.write_bytes(texte if isinstance(texte, bytes) else texte.encode())
    (faute,) = proprete.fautes(tmp_path)
    assert attendu in faute
    assert chemin in faute


def test_chaque_dependance_dit_pourquoi(racine: Path) -> None:
    texte = (racine / "pyproject.toml").read_text(encoding="utf-8")
    projet = tomllib.loads(texte)
    directes = projet["project"]["dependencies"]
    declarees = [*directes, *(d for groupe in projet["dependency-groups"].values() for d in groupe)]
    lignes = dict(re.findall(r'^ {4}"([^"]+)",[ ]*(#.*\w.*)?$', texte, re.MULTILINE))
    assert [d for d in declarees if not lignes.get(d)] == []
    assert len(directes) <= 40


def test_les_verrous_couvrent_les_dependances(racine: Path) -> None:
    """Every declared dependency is locked with a hash, and the development lock contains the base lock."""
    projet = tomllib.loads((racine / "pyproject.toml").read_text(encoding="utf-8"))

    def verrouilles(nom: str) -> set[str]:
        texte = (racine / "requirements" / nom).read_text(encoding="utf-8")
        assert not re.search(r"^[^\s#][^\\]*$", texte, re.MULTILINE), f"{nom} : une ligne sans empreinte"
        return set(re.findall(r"^([\w.-]+==[^\s;\\]+)", texte, re.MULTILINE))

    base, dev = verrouilles("base.lock"), verrouilles("dev.lock")
    assert base <= dev

    def noms(lignes: list[str] | set[str]) -> set[str]:
        return {re.split(r"[\[<>=~!; ]", ligne)[0].lower().replace("_", "-") for ligne in lignes}

    assert noms(projet["project"]["dependencies"]) <= noms(base)
    assert noms(projet["build-system"]["requires"]) <= noms(base)
    assert noms(projet["dependency-groups"]["dev"]) <= noms(dev)


@pytest.mark.parametrize("shell", ["sh", "dash"])
@pytest.mark.parametrize("script", ["beffroi"])
def test_le_script_est_du_shell_portable(racine: Path, shell: str, script: str) -> None:
    programme = exiger("dash") if shell == "dash" else "sh"
    fini = subprocess.run([programme, "-n", racine / script], capture_output=True, text=True, check=False)
    assert fini.returncode == 0, fini.stderr
    assert (racine / script).stat().st_mode & 0o111, "le script n'est pas exécutable"


def test_le_script_seul_dit_quoi_faire_sans_rien_installer(racine: Path, tmp_path: Path) -> None:
    fini = subprocess.run(
        ["sh", racine / "beffroi"],
        env={"PATH": "/usr/bin:/bin", "BEFFROI_DOSSIER": str(tmp_path / "vide")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert fini.returncode == 0
    assert "./beffroi demo" in fini.stderr
    assert not (tmp_path / "vide").exists()


def test_le_script_sans_python_dit_comment_l_installer(racine: Path, tmp_path: Path) -> None:
    """With a PATH that has a shell and no Python, the script stops with one sentence and the package to install."""
    outils = tmp_path / "bin"
    outils.mkdir()
    for nom in ("sh", "cat", "cksum", "dirname", "readlink"):
        (outils / nom).symlink_to(Path("/usr/bin") / nom)
    fini = subprocess.run(
        [outils / "sh", racine / "beffroi", "demo"],
        env={"PATH": str(outils), "BEFFROI_DOSSIER": str(tmp_path / "vide")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert fini.returncode == 1
    assert "aucun Python 3.11" in fini.stderr
    assert "apt install python3" in fini.stderr


def test_la_licence_est_le_texte_officiel(racine: Path) -> None:
    texte = (racine / "LICENSE").read_text(encoding="utf-8")
    assert texte.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert all(f"\n{n}.{titre}" in texte for n, titre in [(1, "Definitions"), (15, "Applicable Law")])
