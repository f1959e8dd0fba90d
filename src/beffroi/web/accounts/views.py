"""Sign in, sign out, account, password."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy

from beffroi.web.accounts.droits import COMPTE, PUBLIC, droit


class FormulaireConnexion(AuthenticationForm):
    """Sign-in form whose error says what to do."""

    error_messages = {
        "invalid_login": "Identifiant ou mot de passe incorrect. Vérifiez la saisie ; les majuscules comptent.",
        "inactive": "Ce compte est désactivé. Demandez à l'administrateur de votre collectivité de le rouvrir.",
    }


connexion = droit(PUBLIC)(
    auth.LoginView.as_view(
        template_name="comptes/connexion.html",
        authentication_form=FormulaireConnexion,
        redirect_authenticated_user=True,
    )
)
deconnexion = droit(PUBLIC)(auth.LogoutView.as_view())
mot_de_passe = droit(COMPTE)(
    auth.PasswordChangeView.as_view(template_name="comptes/mot_de_passe.html", success_url=reverse_lazy("compte"))
)


@droit(COMPTE)
def compte(request: HttpRequest) -> HttpResponse:
    """The person's own account: name, roles, password."""
    return render(request, "comptes/compte.html", {"affectations": request.user.affectations.all()})
