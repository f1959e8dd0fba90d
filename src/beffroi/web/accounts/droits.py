"""Declared rights: which role may do what, and the decorator that every view carries.

A view without a declared right does not start: ``tests/web/test_droits.py`` reads the routes and checks
URL × role × own or other collectivité. A person outside the collectivité gets 404 (the object is not disclosed),
a person inside without the role gets 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import rules
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from beffroi.web.accounts.models import Role

if TYPE_CHECKING:
    from beffroi.domain.programme.modele import Programme

View = Callable[..., HttpResponse]
F = TypeVar("F", bound=View)

PUBLIC = "public"  # no account needed
COMPTE = "compte"  # any account, nothing of a collectivité is shown

# Right → roles that hold it in their own collectivité.
DROITS: dict[str, frozenset[str]] = {
    "programme.voir": frozenset({Role.ADMINISTRATEUR, Role.CHARGE_MISSION, Role.LECTEUR}),
    # Créer un programme demande le rôle dans cette collectivité même : en être administrateur ailleurs ne suffit pas,
    # sinon il suffirait de créer un programme pour entrer chez une autre.
    "programme.creer": frozenset({Role.ADMINISTRATEUR}),
    "programme.exporter": frozenset({Role.ADMINISTRATEUR, Role.CHARGE_MISSION, Role.LECTEUR}),
    "action.saisir": frozenset({Role.ADMINISTRATEUR, Role.CHARGE_MISSION}),
    "valeur.saisir": frozenset({Role.ADMINISTRATEUR, Role.CHARGE_MISSION}),
    "valeur.valider": frozenset({Role.ADMINISTRATEUR}),
    "periode.verrouiller": frozenset({Role.ADMINISTRATEUR}),
    "objectif.saisir": frozenset({Role.ADMINISTRATEUR, Role.CHARGE_MISSION}),
    "objectif.adopter": frozenset({Role.ADMINISTRATEUR}),
    "correction.saisir": frozenset({Role.ADMINISTRATEUR, Role.CHARGE_MISSION}),
    "jalon.saisir": frozenset({Role.ADMINISTRATEUR, Role.CHARGE_MISSION}),
    "simuler": frozenset(Role),  # écrit rien : toute personne qui a un rôle dans la collectivité
    "bilan.editer": frozenset({Role.ADMINISTRATEUR, Role.CHARGE_MISSION}),
    "compte.administrer": frozenset({Role.ADMINISTRATEUR}),
}


def roles_de(utilisateur: Any) -> dict[str, str]:
    """SIREN → role of a person, read once per request."""
    if not utilisateur.is_authenticated:
        return {}
    cache = getattr(utilisateur, "_roles", None)
    if cache is None:
        cache = dict(utilisateur.affectations.values_list("collectivite", "role"))
        utilisateur._roles = cache
    return cast(dict[str, str], cache)


def _predicate(roles: frozenset[str]) -> rules.Predicate:
    @rules.predicate
    def detient(utilisateur: Any, collectivites: tuple[str, ...]) -> bool:
        held = roles_de(utilisateur)
        return any(held.get(c) in roles for c in collectivites)

    return detient


for _droit, _roles in DROITS.items():
    rules.add_perm(_droit, _predicate(_roles))


def peut(utilisateur: Any, droit: str, collectivites: tuple[str, ...]) -> bool:
    """True when the person holds the right in one of the collectivités."""
    return bool(rules.has_perm(droit, utilisateur, collectivites))


def exiger(utilisateur: Any, droit: str, collectivites: tuple[str, ...]) -> None:
    """Refuse what the person may not do.

    Raises:
        Http404: the person has no role in these collectivités.
        PermissionDenied: the role does not hold the right.
    """
    if not any(c in roles_de(utilisateur) for c in collectivites):
        raise Http404("Page introuvable.")
    if not peut(utilisateur, droit, collectivites):
        raise PermissionDenied("Votre rôle ne permet pas cette action.")


def programme_demande(request: HttpRequest) -> Programme:
    """The programme of the address, read and allowed by ``droit``."""
    return cast("Programme", cast(Any, request).programme)


def droit(nom: str, *, par: str = "programme_id") -> Callable[[F], F]:
    """Declare the right of a view.

    ``PUBLIC`` and ``COMPTE`` aside, the view takes a ``par`` argument (id of a programme) whose signatories decide;
    the programme found is put on ``request.programme`` so that it is read once. With ``par="siren"``, the argument is
    the collectivité itself.
    """
    if nom not in (PUBLIC, COMPTE) and nom not in DROITS:
        raise ValueError(f"droit inconnu : {nom}")

    def decorate(view: F) -> F:
        if nom == PUBLIC:
            inner: View = view
        elif nom == COMPTE:
            inner = login_required(view)
        else:

            @login_required
            @wraps(view)
            def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
                if par == "siren":
                    exiger(request.user, nom, (kwargs[par],))
                    return view(request, *args, **kwargs)
                from beffroi.web.tables.selectors.programme import programme_en_vigueur

                programme = programme_en_vigueur(kwargs[par])
                if programme is None:
                    raise Http404("Ce programme n'existe pas.")
                exiger(request.user, nom, programme.collectivites)
                cast(Any, request).programme = programme
                return view(request, *args, **kwargs)

        inner.droit = nom  # type: ignore[attr-defined]
        return cast(F, inner)

    return decorate
