"""Un chiffre, un état, une date en HTML : l'absence se dit, le fictif se voit, le secret ne se montre pas."""

from __future__ import annotations

from datetime import date

import pytest

from beffroi.domain.nomenclatures.avancement import Appreciation, EtatAction
from beffroi.domain.suivi.production import Resultat
from beffroi.kernel.figure import Chiffre, Etat, Provenance, ecart, ratio
from beffroi.web.pilotage import rendu


def _nu(html: str) -> str:
    import re

    return re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize(
    ("chiffre", "attendu"),
    [
        (Chiffre(1034, "logement"), "1\u202f034"),
        (Chiffre(2860, "logement", Etat.PARTIEL), "au moins 2\u202f860"),
        (Chiffre(865, "logement", Etat.PROVISOIRE), "865 provisoire"),
        (Chiffre(None, "logement", Etat.SECRET), "secret"),
        (Chiffre(None, "logement", Etat.NON_RENSEIGNE), "non renseigné"),
        (Chiffre(None, "logement", Etat.NON_APPLICABLE), "—"),
        (Chiffre(0, "logement"), "0"),
    ],
)
def test_texte_de_chaque_etat(chiffre: Chiffre, attendu: str) -> None:
    assert _nu(rendu.chiffre(chiffre)) == attendu


def test_l_unite_est_dite_dans_le_texte_ou_dans_l_infobulle() -> None:
    c = Chiffre(1034, "logement", periode="2022")
    assert _nu(rendu.chiffre(c, unite=True)) == "1\u202f034\u00a0logements"
    assert 'title="logements, 2022"' in rendu.chiffre(c)


def test_le_fictif_se_voit() -> None:
    assert "bf-fictif" in rendu.chiffre(Chiffre(879, "logement", fictif=True))
    assert "bf-fictif" not in rendu.chiffre(Chiffre(879, "logement"))
    assert "bf-fictif" in rendu.marque("Camille", fictif=True)


def test_un_texte_recu_ne_devient_pas_du_code() -> None:
    assert "<script>" not in rendu.marque("<script>alert(1)</script>", fictif=True)
    mauvais = Provenance("x@1", "<b>jeu</b>", mention="<i>mention</i>")
    assert "<b>" not in rendu.provenance([mauvais])
    assert "<i>" not in rendu.provenance([mauvais]).replace("<i></i>", "")


def test_un_ecart_porte_son_signe_et_sa_couleur() -> None:
    moins = rendu.chiffre(Chiffre(-102, "logement"), signe=True, ton=True)
    assert "\u2212102" in moins and "bf-moins" in moins
    plus = rendu.chiffre(Chiffre(65, "logement"), signe=True, ton=True)
    assert "+65" in plus and "bf-plus" in plus


def test_le_taux_prend_une_decimale_pres_d_un_seuil_et_marque_un_petit_objectif() -> None:
    def resultat(fait: int, du: int, petit: bool) -> Resultat:
        o, a = Chiffre(du, "logement"), Chiffre(fait, "logement")
        return Resultat("2022", o, a, a, ecart(a, o), ratio(a, o), Appreciation.A_SURVEILLER, petit)

    le = date(2022, 12, 31)
    assert _nu(rendu.taux(resultat(975, 1028, False), le)) == "94,8\u202f%"
    assert _nu(rendu.taux(resultat(3471, 4280, False), le)) == "81\u202f%"
    assert "†" in rendu.taux(resultat(3, 12, True), le)


def test_etat_saisi_et_appreciation_calculee_ne_se_confondent_pas() -> None:
    assert "État saisi" in rendu.etat(EtatAction.BLOQUEE) and "bf-etat" in rendu.etat(EtatAction.BLOQUEE)
    assert "Appréciation calculée" in rendu.appreciation(Appreciation.EN_RETARD)
    assert "bf-appr" not in rendu.appreciation(Appreciation.SANS_OBJECTIF)
    assert _nu(rendu.etat(None)) == "état non saisi"


def test_une_date_s_ecrit_a_la_francaise_et_se_lit_par_une_machine() -> None:
    html = rendu.jour(date(2026, 11, 22))
    assert _nu(html) == "22/11/2026" and 'datetime="2026-11-22"' in html
    assert _nu(rendu.jour(None)) == "date inconnue"


def test_la_provenance_dit_tout_ce_qu_elle_sait() -> None:
    p = Provenance(
        "sitadel_annuel@2026-06", "Sitadel, autorisés", "SDES", "2026-06", "Licence Ouverte", "22/11/2026", "dérivé", 4
    )
    html = rendu.provenance([p], couverture="99 communes sur 100", lignes="/lignes")
    for mot in (
        "Sitadel, 06/2026",
        "SDES",
        "2026-06",
        "Licence Ouverte",
        "22/11/2026",
        "dérivé",
        "4 sur 6",
        "99 communes",
    ):
        assert mot in _nu(html), mot
    assert html.startswith("<details") and 'href="/lignes"' in html


def test_les_lignes_d_un_meme_document_sont_regroupees() -> None:
    sources = [Provenance(f"programme:p#L{n}", "Programme", mention=f"ligne {n} du document") for n in (332, 474, 332)]
    groupe = rendu.regrouper(sources)
    assert len(groupe) == 1
    assert groupe[0].mention == "lignes 332, 474 du document"


def test_un_ecart_dessine_reste_dans_son_cadre() -> None:
    html = rendu.ecart_dessine(-102.0, 102.0)
    assert 'x="3.5"' in html and 'class="m"' in html
    assert 'class="p"' in rendu.ecart_dessine(65.0, 102.0)
    assert 'width="0.0"' in rendu.ecart_dessine(0.0, 0.0)
