"""``beffroi compte`` : ouvrir, donner, retirer, renouveler, fermer ; chaque changement de rôle laisse un événement."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from beffroi.cli import main

EPCI = "200072460"


def lancer(*args: str) -> tuple[int, str, str]:
    fait = CliRunner().invoke(main, ["compte", *args])
    return fait.exit_code, fait.output, fait.stderr


@pytest.mark.django_db
def test_ouvrir_entrer_renouveler_fermer() -> None:
    from beffroi.web.tables.models import Evenement

    code, dit, _ = lancer("ouvrir", "alix.essai", EPCI, "charge_mission", "--prenom", "Alix")
    assert code == 0, dit
    passe = re.search(r"mot de passe  (\S+)", dit)
    assert passe is not None and len(passe[1]) >= 16
    from beffroi.web.accounts.models import Utilisateur

    personne = Utilisateur.objects.get(username="alix.essai")
    assert personne.check_password(passe[1]) and not personne.fictif and not personne.is_staff
    assert personne.affectations.get().role == "charge_mission"
    code, dit, _ = lancer("mot-de-passe", "alix.essai")
    personne.refresh_from_db()
    assert code == 0 and not personne.check_password(passe[1])
    assert lancer("role", "alix.essai", EPCI, "administrateur")[0] == 0
    assert "déjà" in lancer("role", "alix.essai", EPCI, "administrateur")[1]
    assert lancer("retirer", "alix.essai", EPCI)[0] == 0
    assert not personne.affectations.exists()
    suite = list(
        Evenement.objects.filter(nature="role_compte").order_by("enregistrement").values_list("avant", "apres")
    )
    assert suite == [
        (None, {"role": "charge_mission"}),
        ({"role": "charge_mission"}, {"role": "administrateur"}),
        ({"role": "administrateur"}, None),
    ]
    assert lancer("fermer", "alix.essai")[0] == 0
    personne.refresh_from_db()
    assert not personne.is_active
    lu = json.loads(lancer("lister", "--format", "json")[1])
    assert [x["ouvert"] for x in lu if x["identifiant"] == "alix.essai"] == ["non"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("args", "phrase"),
    [
        (("ouvrir", "É!", EPCI, "lecteur"), "mal écrit"),
        (("ouvrir", "alix", "2000", "lecteur"), "2000"),
        (("role", "personne", EPCI, "lecteur"), "Aucun compte « personne »"),
    ],
)
def test_une_demande_fautive_est_dite_et_n_ecrit_rien(args: tuple[str, ...], phrase: str) -> None:
    from beffroi.web.accounts.models import Utilisateur

    code, _, erreur = lancer(*args)
    assert code == 2 and phrase in erreur
    assert not Utilisateur.objects.exists()


@pytest.mark.django_db
def test_un_identifiant_pris_est_refuse() -> None:
    lancer("ouvrir", "alix", EPCI, "lecteur")
    code, _, erreur = lancer("ouvrir", "alix", EPCI, "administrateur")
    assert code == 2 and "existe déjà" in erreur


@pytest.mark.django_db
def test_servir_ne_charge_rien_de_fictif_et_dit_d_ouvrir_un_compte(monkeypatch: pytest.MonkeyPatch) -> None:
    from beffroi.cli import servir
    from beffroi.web.accounts.models import Utilisateur
    from beffroi.web.tables.models import ProgrammeVersion

    monkeypatch.setattr(servir, "preparer_entrepot", lambda: None)
    fait = CliRunner().invoke(main, ["servir", "--sans-serveur"])
    assert fait.exit_code == 0 and "./beffroi compte ouvrir" in fait.stderr
    assert not ProgrammeVersion.objects.exists() and not Utilisateur.objects.exists()
    lancer("ouvrir", "alix", EPCI, "administrateur")
    assert "Aucun compte" not in CliRunner().invoke(main, ["servir", "--sans-serveur"]).stderr
