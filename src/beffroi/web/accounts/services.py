"""The single writer of roles."""

from __future__ import annotations

from django.db import transaction

from beffroi.kernel.errors import NotFound
from beffroi.web.accounts.models import Affectation, Role, Utilisateur


@transaction.atomic
def donner_role(identifiant: str, siren: str, role: str) -> str:
    """Give an account a role in a collectivité; a person has one role there, the new one replaces it.

    Returns:
        The role held before, or nothing.

    Raises:
        NotFound: no such account.
    """
    person = Utilisateur.objects.filter(username=identifiant).first()
    if person is None:
        raise NotFound(f"Aucun compte n’a l’identifiant « {identifiant} ».")
    held = Affectation.objects.filter(utilisateur=person, collectivite=siren).first()
    Affectation.objects.update_or_create(utilisateur=person, collectivite=siren, defaults={"role": Role(role).value})
    return held.role if held else ""
