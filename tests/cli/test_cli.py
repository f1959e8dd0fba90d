"""The command: lazy list, French sentences, one way out for errors."""

import ast
import gettext
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import beffroi.cli as cli
from beffroi.kernel.errors import InvalidInput, Problem

PHRASES = Path(cli.__file__).parent / "langue/fr/LC_MESSAGES"


def module(monkeypatch: pytest.MonkeyPatch, commande: click.Command) -> None:
    """Put a command in the place of `verifier`, for one test."""
    monkeypatch.setattr("beffroi.cli.verifier.commande", commande)


def test_l_aide_ne_charge_rien_de_lourd() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom beffroi.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\nprint(*sys.modules)"
    )
    fini = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    charges = set(fini.stdout.split())
    assert "beffroi.cli" in charges
    assert charges.isdisjoint({"django", "duckdb", "httpx", "docx", "sqlglot", "numpy", "shapely"})
    assert {m for m in charges if m.startswith("beffroi.")} == {"beffroi.cli"}


def test_l_aide_liste_les_commandes_presentes_et_elles_seules() -> None:
    sortie = CliRunner().invoke(cli.main, ["--help"]).output
    listees = set(re.findall(r"^  ([a-z]+)  ", sortie.split("Commandes:")[1], re.MULTILINE))
    assert listees == {nom for nom, entree in cli.COMMANDES.items() if cli.existe(entree)}
    assert {"verifier", "test", "check", "fix", "bench"} <= listees


@pytest.mark.parametrize("nom", [nom for nom, entree in cli.COMMANDES.items() if cli.existe(entree)])
def test_chaque_commande_presente_donne_son_aide_en_francais(nom: str) -> None:
    option = "--aide" if nom == "test" else "--help"
    resultat = CliRunner().invoke(cli.main, [nom, option])
    assert resultat.exit_code == 0, resultat.output
    assert "Utilisation\u00a0:" in resultat.output
    assert not re.search(r"Usage:|Show this message|default:|required", resultat.output)


def test_une_commande_sans_module_n_existe_pas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDES, "futur", cli.Entree("pas_encore", "Plus tard."))
    resultat = CliRunner().invoke(cli.main, ["futur"])
    assert resultat.exit_code == 2
    assert "La commande «\u00a0futur\u00a0» n’existe pas." in resultat.output


def test_une_erreur_de_beffroi_est_une_phrase_sans_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def fautive() -> None:
        raise InvalidInput(Problem("le montant « entre 200 et 500 » n’est pas un nombre.", "plh.yaml", 12, "montant"))

    module(monkeypatch, fautive)
    resultat = CliRunner().invoke(cli.main, ["verifier"])
    assert resultat.exit_code == 2
    assert resultat.stdout == ""
    assert resultat.stderr.startswith("Erreur\u00a0: plh.yaml, ligne 12, colonne « montant »")
    assert "Traceback" not in resultat.output


def test_une_panne_imprevue_garde_sa_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def cassee() -> None:
        raise ZeroDivisionError

    module(monkeypatch, cassee)
    assert isinstance(CliRunner().invoke(cli.main, ["verifier"]).exception, ZeroDivisionError)


def test_verifier_dit_ce_qui_manque(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BEFFROI_MODULES", str(tmp_path))
    resultat = CliRunner().invoke(cli.main, ["verifier", "--format", "json"])
    assert resultat.exit_code == 1
    points = {p["point"]: p for p in json.loads(resultat.stdout)}
    assert points["Python"]["etat"] == "bon"
    assert points["bootstrap"] == {"point": "bootstrap", "etat": "manque", "detail": f"absent de {tmp_path}"}
    assert "bootstrap" in resultat.stderr


def test_la_traduction_compilee_est_celle_du_texte() -> None:
    """`messages.mo` says exactly what `messages.po` says."""
    paires: dict[str, list[str]] = {}
    for bloc in (PHRASES / "messages.po").read_text(encoding="utf-8").split("\n\n")[1:]:
        champs = re.findall(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$', bloc, re.MULTILINE)
        textes = {cle: ast.literal_eval(texte) for cle, texte in champs}
        paires[textes["msgid"]] = [texte for cle, texte in textes.items() if cle.startswith("msgstr")]
    with (PHRASES / "messages.mo").open("rb") as fichier:
        compilees = gettext.GNUTranslations(fichier)
    for original, traductions in paires.items():
        if len(traductions) == 1:
            assert compilees.gettext(original) == traductions[0]
        else:
            assert [compilees.ngettext(original, "", n) for n in (1, 2)] == traductions
    assert len(paires) > 30


def test_click_parle_francais_meme_sous_un_autre_reglage() -> None:
    env = {**os.environ, "LANG": "en_US.UTF-8", "LC_ALL": "C"}
    env.pop("LANGUAGE", None)
    fini = subprocess.run(
        [sys.executable, "-m", "beffroi", "verifier", "--format", "xml"], env=env, capture_output=True, check=False
    )
    assert fini.returncode == 2
    assert "n’est pas dans la liste" in fini.stderr.decode("utf-8")
