"""Load the demonstration: packaged programmes, fictitious people and events, all marked as such."""

from __future__ import annotations

import secrets
import tomllib
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from django.conf import settings
from django.db import transaction

from beffroi import demo
from beffroi.domain.nomenclatures.avancement import EtatAction
from beffroi.domain.programme.modele import Programme
from beffroi.exchange import lire
from beffroi.kernel.convert import plain
from beffroi.kernel.errors import InvalidInput
from beffroi.web.accounts.models import Affectation, Role, Utilisateur
from beffroi.web.tables.models import Evenement
from beffroi.web.tables.selectors.programme import programme_en_vigueur
from beffroi.web.tables.services.action import changer_etat
from beffroi.web.tables.services.programme import charger, empreinte

# These people do not exist: « Démo » is their family name and they have no e-mail address.
PERSONNES = (
    ("demo", "Camille", "Démo", Role.CHARGE_MISSION),
    ("demo-admin", "Sacha", "Démo", Role.ADMINISTRATEUR),
    ("demo-lecture", "Alix", "Démo", Role.LECTEUR),
)


@dataclass(frozen=True, slots=True)
class Compte:
    """Account printed at start: identifier, password, role."""

    identifiant: str
    mot_de_passe: str
    role: str


def _mot_de_passe() -> str:
    """Password of this installation's demonstration, drawn once and kept in the data folder."""
    path = Path(settings.DONNEES) / "demonstration.txt"
    if not path.is_file():
        path.write_text(f"beffroi-{secrets.token_hex(4)}", encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


def charger_demonstration() -> list[Compte]:
    """Load everything; running it again changes nothing."""
    with transaction.atomic():
        sirens: set[str] = set()
        for path in demo.programmes():
            programme = lire(path)
            _charger_livre(programme)
            sirens.update(programme.collectivites)
        password = _mot_de_passe()
        for identifiant, prenom, nom, role in PERSONNES:
            person, new = Utilisateur.objects.get_or_create(
                username=identifiant, defaults={"first_name": prenom, "last_name": nom, "fictif": True}
            )
            if new or not person.check_password(password):
                person.set_password(password)
                person.save()
            for siren in sorted(sirens):
                Affectation.objects.get_or_create(utilisateur=person, collectivite=siren, defaults={"role": role})
        _evenements()
    return [Compte(p[0], password, p[3].label) for p in PERSONNES]


def _charger_livre(programme: Programme) -> None:
    """Load a packaged programme; a file re-read since the last start comes as one more version, the old one stays."""
    try:
        charger(programme)
    except InvalidInput:
        mark = empreinte(plain(programme))[:8]
        charger(replace(programme, version=f"{programme.version}, relecture {mark}"))


def _evenements() -> None:
    data = tomllib.loads((resources.files(demo) / "evenements.toml").read_text(encoding="utf-8"))
    programme = programme_en_vigueur(data["programme"])
    if programme is None or Evenement.objects.filter(programme=programme.id, fictif=True).exists():
        return
    author = Utilisateur.objects.get(username=PERSONNES[0][0])
    for e in data["evenement"]:
        changer_etat(
            programme,
            e["action"],
            EtatAction(e["etat"]),
            e["effet"],
            auteur=author,
            motif=e.get("motif", ""),
            fictif=True,
        )
