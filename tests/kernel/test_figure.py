"""Le chiffre : manquant n'est pas zéro, secret ne se montre pas, les nombres s'écrivent à la française."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beffroi.kernel.figure import Chiffre, Couverture, Etat, ecart, nombre, ratio, somme
from beffroi.kernel.unit import half_up_int


def _n(valeur: int | None, etat: Etat = Etat.CONNU) -> Chiffre:
    return Chiffre(valeur, "logement", etat)


def test_somme_de_rien_n_est_pas_zero() -> None:
    assert somme([], unite="logement").etat is Etat.NON_RENSEIGNE
    assert somme([_n(None, Etat.NON_RENSEIGNE)]).valeur is None


def test_un_secret_rend_la_somme_partielle() -> None:
    total = somme([_n(20), _n(None, Etat.SECRET), _n(None, Etat.NON_RENSEIGNE)])
    assert total.texte() == "au moins\u00a020"
    assert total.couverture == Couverture(1, 3, 1)
    assert total.couverture.texte() == "1\u00a0commune sur 3 secrète, 1\u00a0commune sur 3"


def test_tous_secrets_reste_secret() -> None:
    assert somme([_n(None, Etat.SECRET)]).etat is Etat.SECRET


def test_provisoire_se_propage() -> None:
    assert somme([_n(1), _n(2, Etat.PROVISOIRE)]).etat is Etat.PROVISOIRE


def test_un_denominateur_nul_n_a_pas_de_taux() -> None:
    assert ratio(_n(3), _n(0)).etat is Etat.NON_APPLICABLE


def test_une_couverture_separe_les_milliers() -> None:
    assert Couverture(33291, 34875).texte() == "33\u202f291\u00a0communes sur 34\u202f875"
    assert Couverture(0, 1200, 1100).texte().startswith("1\u202f100\u00a0communes sur 1\u202f200 secrètes")


def test_un_terme_manquant_ou_secret_l_emporte() -> None:
    assert ratio(_n(None, Etat.SECRET), _n(4)).etat is Etat.SECRET
    assert ecart(_n(1), _n(None, Etat.NON_RENSEIGNE)).etat is Etat.NON_RENSEIGNE


def test_fictif_se_propage() -> None:
    assert somme([_n(1), Chiffre(2, "logement", fictif=True)]).fictif


def test_unites_differentes_refusees() -> None:
    with pytest.raises(ValueError, match="même unité"):
        somme([_n(1), Chiffre(1, "euro")])


def test_un_chiffre_flottant_est_refuse() -> None:
    with pytest.raises(TypeError):
        Chiffre(1.5, "logement")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("chiffre", "texte"),
    [
        (Chiffre(1034, "logement"), "1\u202f034"),
        (Chiffre(-102, "logement"), "\u2212102"),
        (Chiffre(Decimal("0.811"), "part"), "81,1\u202f%"),
        (Chiffre(Decimal("1474.5"), "logement"), "1\u202f475"),
        (Chiffre(None, "logement", Etat.SECRET), "secret"),
    ],
)
def test_ecriture(chiffre: Chiffre, texte: str) -> None:
    assert chiffre.texte() == texte


def test_accord_de_l_unite() -> None:
    assert Chiffre(1, "logement").texte(avec_unite=True) == "1\u00a0logement"
    assert Chiffre(2, "logement").texte(avec_unite=True) == "2\u00a0logements"
    assert Chiffre(1200, "euro").texte(avec_unite=True) == "1\u202f200\u202f€"


@given(st.integers(-(10**9), 10**9))
def test_un_nombre_ecrit_se_relit(n: int) -> None:
    texte = nombre(n, signe=True)
    assert int(texte.replace("\u202f", "").replace("\u2212", "-")) == n


@given(st.integers(-(10**6), 10**6))
def test_demi_vers_l_exterieur(n: int) -> None:
    assert half_up_int(Decimal(n) + Decimal("0.5") * (1 if n >= 0 else -1)) == n + (1 if n >= 0 else -1)


@given(st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=1, max_size=30))
def test_la_somme_ne_compte_que_les_connus(valeurs: list[int | None]) -> None:
    total = somme([_n(v) if v is not None else _n(None, Etat.NON_RENSEIGNE) for v in valeurs])
    connus = [v for v in valeurs if v is not None]
    assert total.valeur == (sum(connus) if connus else None)
    assert total.couverture is not None and total.couverture.renseignes == len(connus)
