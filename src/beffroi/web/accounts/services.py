"""Accounts and roles: create, give, take back, close. Each change of a role is an event of the collectivité."""

from __future__ import annotations

import re
import secrets
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from beffroi.kernel.errors import InvalidInput, NotFound, Problem
from beffroi.web.accounts.models import Affectation, Role, Utilisateur

NATURE_ROLE = "role_compte"
_IDENTIFIANT = re.compile(r"[a-z][a-z0-9._-]{2,59}")
_SIREN = re.compile(r"\d{9}")


class Ouverture(NamedTuple):
    """A new account and its password, shown once."""

    compte: Utilisateur
    mot_de_passe: str


def _refus(message: str, colonne: str, conseil: str = "") -> InvalidInput:
    return InvalidInput(Problem(message, colonne=colonne, conseil=conseil))


def compte(identifiant: str) -> Utilisateur:
    """The account of this identifier.

    Raises:
        NotFound: there is none.
    """
    found = Utilisateur.objects.filter(username=identifiant).first()
    if found is None:
        raise NotFound(f"Aucun compte « {identifiant} ». Listez-les : ./beffroi compte lister")
    return found


def _verifier(collectivite: str, role: str) -> None:
    if not _SIREN.fullmatch(collectivite):
        raise _refus(f"« {collectivite} » n’est pas un SIREN.", "collectivité", "Écrivez neuf chiffres.")
    if role not in Role.values:
        raise _refus(f"« {role} » n’est pas un rôle.", "rôle", f"Rôles : {', '.join(Role.values)}.")


def _tirer() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(4))


@transaction.atomic
def ouvrir(
    identifiant: str,
    collectivite: str,
    role: str,
    *,
    prenom: str = "",
    nom: str = "",
    courriel: str = "",
    auteur: str = "ligne de commande",
) -> Ouverture:
    """Create an account with a role in a collectivité; the password is drawn, and never kept in clear.

    Raises:
        InvalidInput: identifier badly written or taken, SIREN or role unknown.
    """
    _verifier(collectivite, role)
    if not _IDENTIFIANT.fullmatch(identifiant):
        raise _refus(
            f"l’identifiant « {identifiant} » est mal écrit.",
            "identifiant",
            "Trois caractères au moins : minuscules sans accent, chiffres, point, tiret.",
        )
    if Utilisateur.objects.filter(username=identifiant).exists():
        raise _refus(
            f"le compte « {identifiant} » existe déjà.", "identifiant", "Donnez-lui un rôle : ./beffroi compte role"
        )
    password = _tirer()
    person = Utilisateur.objects.create_user(
        identifiant, email=courriel, password=password, first_name=prenom[:150], last_name=nom[:150]
    )
    donner_role(person, collectivite, role, auteur=auteur)
    return Ouverture(person, password)


@transaction.atomic
def donner_role(person: Utilisateur, collectivite: str, role: str | None, *, auteur: str = "ligne de commande") -> bool:
    """Give a role in a collectivité, or take it back (``None``). False when nothing changes.

    Raises:
        InvalidInput: SIREN or role unknown.
    """
    from beffroi.web.tables.models import Evenement

    _verifier(collectivite, role or Role.LECTEUR)
    held = Affectation.objects.filter(utilisateur=person, collectivite=collectivite).first()
    before = held.role if held else None
    if before == role:
        return False
    if role is None:
        Affectation.objects.filter(utilisateur=person, collectivite=collectivite).delete()
    else:
        Affectation.objects.update_or_create(utilisateur=person, collectivite=collectivite, defaults={"role": role})
    Evenement.objects.create(
        collectivite=collectivite,
        element=person.username[:80],
        nature=NATURE_ROLE,
        avant={"role": before} if before else None,
        apres={"role": role} if role else None,
        effet=timezone.localdate(),
        enregistrement=timezone.now(),
        auteur_nom=auteur[:150],
        fictif=person.fictif,
    )
    return True


def renouveler(person: Utilisateur) -> str:
    """Draw a new password, shown once; the former one and the open sessions stop working."""
    password = _tirer()
    person.set_password(password)
    person.save(update_fields=["password"])
    return password


def fermer(person: Utilisateur, *, ouvert: bool = False) -> None:
    """Close an account (or open it again): it stays in the history, nobody enters with it."""
    person.is_active = ouvert
    person.save(update_fields=["is_active"])
