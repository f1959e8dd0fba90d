"""Les registres de l'habitat indigne, rejoués événement par événement."""

from __future__ import annotations

from datetime import date

import pytest

from beffroi.domain.habitat_indigne.parametres import PARAMETRES
from beffroi.domain.habitat_indigne.registres import biens, permis, police
from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.register import EtatEcheance, Event, alerts

LOUER = permis.AUTORISATION_PREALABLE
CHAMPS = {"adresse": "1 rue Fictive", "proprietaire": "Fictif"}


def _depot(jour: date) -> Event:
    return Event("deposer", jour, "agent_communal", CHAMPS)


def test_silence_vaut_autorisation_le_jour_dit() -> None:
    depot = [_depot(date(2026, 3, 2))]
    assert LOUER.situation(depot, date(2026, 4, 1)).etat.id == "demande_deposee"
    le_jour = LOUER.situation(depot, date(2026, 4, 2))
    assert (le_jour.etat.id, le_jour.depuis) == ("accorde_tacite", date(2026, 4, 2))
    assert LOUER.situation(depot, date(2028, 4, 2)).etat.id == "caduc"


def test_meme_date_tacite_que_la_regle() -> None:
    from beffroi.domain.habitat_indigne.regles.permis_louer import autorisation_prealable

    for depot in (date(2026, 1, 31), date(2024, 2, 29), date(2025, 12, 31)):
        attendu = autorisation_prealable(le=depot, depot=depot).valeur["date_tacite"]
        (horloge,) = LOUER.situation([_depot(depot)], depot).echeances
        assert horloge.fin == attendu


def test_refus_apres_le_silence_est_refuse_par_le_registre() -> None:
    evenements = [_depot(date(2026, 3, 2)), Event("refuser", date(2026, 4, 2), "autorite", {"motif": "humidité"})]
    with pytest.raises(InvalidInput, match=r"« Refuser » du 02/04/2026 ne part pas de l'état « accordée tacitement »"):
        LOUER.situation(evenements, date(2026, 5, 1))


def test_refus_dans_le_delai_arrete_l_horloge() -> None:
    evenements = [_depot(date(2026, 3, 2)), Event("refuser", date(2026, 4, 1), "autorite", {"motif": "humidité"})]
    situation = LOUER.situation(evenements, date(2026, 5, 1))
    assert situation.etat.id == "refuse"
    assert situation.echeances[0].etat(date(2026, 5, 1)) is EtatEcheance.TENUE
    assert situation.ouvertes() == ()


def test_role_et_champ_exiges() -> None:
    with pytest.raises(InvalidInput, match="demande le champ « Propriétaire » \\(proprietaire\\)"):
        LOUER.situation([Event("deposer", date(2026, 3, 2), "agent_communal", {"adresse": "x"})], date(2026, 3, 3))
    refus = Event("refuser", date(2026, 3, 9), "agent_communal", {"motif": "x"})
    with pytest.raises(InvalidInput, match=r"revient à : Maire, président de l'EPCI ou préfet ; demandée par : Agent"):
        LOUER.situation([_depot(date(2026, 3, 2)), refus], date(2026, 3, 10))


def test_arrete_impossible_avant_la_fin_du_contradictoire() -> None:
    debut = [
        Event("etablir_rapport", date(2026, 1, 5), "operateur"),
        Event("ouvrir_contradictoire", date(2026, 1, 31), "autorite"),
    ]
    arrete = {"arrete": "2026-1", "echeance": date(2026, 6, 1)}
    trop_tot = Event("prendre_arrete", date(2026, 2, 27), "autorite", arrete)
    with pytest.raises(InvalidInput, match=r"ne peut pas avoir lieu avant le 28/02/2026 .*R\. 511-3"):
        police.PROCEDURE.situation([*debut, trop_tot], date(2026, 3, 1))
    a_temps = Event("prendre_arrete", date(2026, 2, 28), "autorite", arrete)
    situation = police.PROCEDURE.situation([*debut, a_temps], date(2026, 6, 2))
    fins = {d.horloge.id: (d.fin, d.etat(date(2026, 6, 2))) for d in situation.ouvertes()}
    assert fins["execution"] == (date(2026, 6, 1), EtatEcheance.EN_RETARD)
    assert fins["relogement_definitif"][0] == date(2029, 2, 28)
    assert [t.id for t in police.PROCEDURE.possible("arrete", "autorite")] == [
        "prononcer_astreinte",
        "ordonner_travaux",
    ]


def test_echeance_d_arrete_trop_courte() -> None:
    evenements = [
        Event("etablir_rapport", date(2026, 1, 5), "operateur"),
        Event("ouvrir_contradictoire", date(2026, 1, 10), "autorite"),
        Event("prendre_arrete", date(2026, 2, 10), "autorite", {"arrete": "1", "echeance": date(2026, 3, 1)}),
    ]
    with pytest.raises(InvalidInput, match="au plus tôt le 10/03/2026"):
        police.PROCEDURE.situation(evenements, date(2026, 3, 1))


def test_urgence_sans_contradictoire() -> None:
    evenements = [
        Event("etablir_rapport", date(2026, 1, 5), "operateur"),
        Event("prendre_arrete_urgent", date(2026, 1, 6), "autorite", {"arrete": "2", "echeance": date(2026, 1, 9)}),
        Event("constater_travaux", date(2026, 1, 8), "agent_communal"),
        Event("lever", date(2026, 1, 20), "autorite", {"arrete": "3"}),
        Event("cloturer", date(2026, 1, 21), "agent_habitat"),
    ]
    situation = police.PROCEDURE.situation(evenements, date(2026, 2, 1))
    assert situation.etat.final and situation.ouvertes() == ()


def test_alertes_autour_de_l_echeance() -> None:
    jours = [int(j) for j in PARAMETRES("alerte_jour", date(2026, 1, 1)).valeur]
    depot = date(2026, 3, 2)
    (horloge,) = LOUER.situation([_depot(depot)], depot).echeances
    vus = {le: alerts([horloge], le, jours) for le in (date(2026, 3, 3), date(2026, 3, 26), date(2026, 4, 3))}
    assert [len(v) for v in vus.values()] == [1, 1, 1]
    assert alerts([horloge], date(2026, 3, 27), jours) == []


def test_bien_sans_maitre_revient_a_l_etat() -> None:
    evenements = [
        Event("constater", date(2025, 1, 10), "autorite", {"parcelle": "AB 12"}),
        Event("publier", date(2025, 2, 1), "agent_communal"),
    ]
    assert biens.BIEN_SANS_MAITRE.situation(evenements, date(2025, 8, 1)).etat.id == "presume"
    assert biens.BIEN_SANS_MAITRE.situation(evenements, date(2026, 2, 1)).etat.id == "etat"


def test_diviser_sous_l_ancien_delai() -> None:
    recu = Event("recevoir", date(2024, 4, 10), "agent_communal", {"adresse": "x", "logement": 2})
    assert permis.PERMIS_DIVISER.situation([recu], date(2024, 4, 25)).etat.id == "accorde_tacite"
