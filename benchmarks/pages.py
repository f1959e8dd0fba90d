"""Chaque page du pilotage, rapportée aux mêmes données lues par du SQL écrit à la main dans un gabarit nu.

Page et repère passent par le même serveur (session, compte, droit), alternés dans la même exécution, sans aucun cache
de page ni de fragment. Le repère lit la base et l'entrepôt par ses propres requêtes et n'importe ni le suivi, ni les
dessins, ni les balises ; ses totaux doivent se retrouver dans la page. Rapport promis : 2 au plus ; 120 ms de médiane
et 300 ms au 95e centile au plus. Lancer : ``python benchmarks/pages.py`` (BEFFROI_MIROIR pour les fichiers réels).
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PASSAGES, RAPPORT, P50, P95 = 40, 2.0, 120.0, 300.0
PROGRAMME, AU, ANNEES = "plh-cabbalr-2019", 2024, (2019, 2020, 2021, 2022, 2023, 2024)
urlpatterns: list[Any] = []  # routes de Beffroi et des repères, posées par preparer()


# --- repères : SQL à la main, gabarit nu --------------------------------------------------------------------------

OBJECTIFS = """SELECT json_extract(v.value, '$.commune'), json_extract(v.value, '$.valeur'), json_extract(o.value, '$.id')
FROM programme_version p, json_each(p.contenu, '$.objectifs') o, json_each(o.value, '$.valeurs') v
WHERE p.programme = %s AND json_extract(v.value, '$.commune') IS NOT NULL"""
REFERENCE = """SELECT json_extract(o.value, '$.reference.valeur') FROM programme_version p,
json_each(p.contenu, '$.objectifs') o WHERE p.programme = %s AND json_extract(o.value, '$.id') = 'production_logement'"""
SECTEURS = """SELECT json_extract(s.value, '$.id'), json_extract(s.value, '$.nom'), c.value, json_extract(s.value, '$.groupe')
FROM programme_version p, json_each(p.contenu, '$.secteurs') s, json_each(s.value, '$.communes') c WHERE p.programme = %s"""
TOTAUX = """SELECT json_extract(t.value, '$.secteur'), json_extract(t.value, '$.valeur'), json_extract(t.value, '$.libelle')
FROM programme_version p, json_each(p.contenu, '$.objectifs') o, json_each(o.value, '$.totaux_publies') t
WHERE p.programme = %s AND json_extract(o.value, '$.id') = 'production_logement'"""
ACTIONS = """SELECT json_extract(a.value, '$.id'), json_extract(a.value, '$.numero'), json_extract(a.value, '$.titre'),
json_extract(a.value, '$.orientation'), json_extract(a.value, '$.pilotes'), json_array_length(a.value, '$.indicateurs'),
json_array_length(a.value, '$.mesures') FROM programme_version p, json_each(p.contenu, '$.actions') a WHERE p.programme = %s"""
ORIENTATIONS = """SELECT json_extract(o.value, '$.id'), json_extract(o.value, '$.numero'), json_extract(o.value, '$.titre')
FROM programme_version p, json_each(p.contenu, '$.orientations') o WHERE p.programme = %s"""
BUDGET = """SELECT json_extract(a.value, '$.id'), json_extract(a.value, '$.orientation'), json_extract(b.value, '$.libelle'),
json_extract(b.value, '$.montant'), json_extract(b.value, '$.base'), json_extract(b.value, '$.plafond'),
json_extract(b.value, '$.plafond_base'), json_extract(b.value, '$.identique_a') FROM programme_version p,
json_each(p.contenu, '$.actions') a, json_each(a.value, '$.budget') b WHERE p.programme = %s"""
ETATS = """SELECT element, apres, effet, motif, auteur_nom FROM (SELECT *, row_number() OVER (PARTITION BY element
ORDER BY effet DESC, enregistrement DESC) AS n FROM evenement e WHERE programme = %s AND nature = 'etat_action'
AND effet <= %s AND NOT EXISTS (SELECT 1 FROM evenement a WHERE a.annule_id = e.id)) WHERE n = 1"""
HISTORIQUE = """SELECT effet, apres, motif, auteur_nom, enregistrement FROM evenement WHERE programme = %s AND element = %s
ORDER BY enregistrement DESC"""
FICHE = """SELECT a.value FROM programme_version p, json_each(p.contenu, '$.actions') a
WHERE p.programme = %s AND json_extract(a.value, '$.id') = %s"""
SUIVI = """SELECT element, territoire, periode, ventilation, valeur, unite, statut, source, piece, auteur_nom, enregistrement
FROM suivi_valeur WHERE programme = %s"""
TENUS = """SELECT element, effet, auteur_nom, motif, piece FROM evenement e WHERE programme = %s AND nature = 'jalon_tenu'
AND NOT EXISTS (SELECT 1 FROM evenement a WHERE a.annule_id = e.id)"""
CORRECTIONS = "SELECT source, mesure, territoire, annee, valeur FROM observatoire_correction WHERE retiree_le IS NULL"
LIENS = """SELECT p.titre_court, json_extract(a.value, '$.numero'), json_extract(a.value, '$.liens'),
json_extract(a.value, '$.identique_a') FROM programme_version p, json_each(p.contenu, '$.actions') a WHERE p.programme <> %s"""
COLLECTIF = """SELECT annee, sum(logement_autorise), count(logement_autorise) FROM sitadel_annuel
WHERE type_logement = 'collectif' AND annee BETWEEN 2019 AND 2024
AND code_commune IN (SELECT unnest(string_split($1, ','))) GROUP BY annee ORDER BY annee"""
EXTRA = """SELECT json_extract(o.value, '$.libelle'), json_extract(v.value, '$.valeur') FROM programme_version p,
json_each(p.contenu, '$.series') o, json_each(o.value, '$.valeurs') v WHERE p.programme = %s
AND json_extract(v.value, '$.commune') = %s"""
SERIE = """SELECT code_commune, annee, logement_autorise, logement_commence FROM sitadel_annuel
WHERE type_logement = 'tous' AND annee BETWEEN {debut} AND {fin}
AND code_commune IN (SELECT unnest(string_split($1, ',')))"""
NOMS = "SELECT code, nom, population_municipale FROM commune WHERE code IN (SELECT unnest(string_split($1, ',')))"


def base(sql: str, *parametres: Any) -> list[tuple[Any, ...]]:
    """Lignes d'une requête à la base."""
    from django.db import connection

    with connection.cursor() as c:
        c.execute(sql, parametres)
        return list(c.fetchall())


def entrepot(sql: str, *parametres: Any) -> list[tuple[Any, ...]]:
    """Lignes d'une requête à l'entrepôt."""
    from beffroi.warehouse.query import Entrepot

    return Entrepot.ouvrir().connexion().execute(sql, parametres).fetchall()


def production(debut: int = ANNEES[0], fin: int = AU) -> dict[str, Any]:
    """Objectif, autorisés, commencés de chaque commune ; secteurs, noms, totaux."""
    objectifs = {c: v for c, v, o in base(OBJECTIFS, PROGRAMME) if o == "production_logement"}
    secteurs = base(SECTEURS, PROGRAMME)
    codes = ",".join(objectifs)
    noms = {c: (n, p) for c, n, p in entrepot(NOMS, codes)}
    serie: dict[str, dict[int, tuple[int | None, int | None]]] = {c: {} for c in objectifs}
    for code, annee, autorises, commences in entrepot(SERIE.format(debut=debut, fin=fin), codes):
        serie[code][annee] = (autorises, commences)
    secteur_de = {c: nom for _, nom, c, groupe in secteurs if not groupe}
    lignes = []
    for code, objectif in objectifs.items():
        annees = [serie[code].get(a, (None, None)) for a in ANNEES]
        connus = [x for x, _ in annees if x is not None]
        du = float(objectif or 0) * len(ANNEES)
        fait = sum(connus) if connus else None
        lignes.append(
            {
                "code": code,
                "nom": noms[code][0],
                "secteur": secteur_de[code],
                "objectif": objectif,
                "annees": annees,
                "du": du,
                "fait": fait,
                "commences": sum(y for _, y in annees if y is not None),
                "ecart": None if fait is None else fait - du,
                "taux": fait / du if fait is not None and du else None,
            }
        )
    par_secteur: dict[str, list[float]] = {}
    for x in lignes:
        t = par_secteur.setdefault(x["secteur"], [0.0, 0.0])
        t[0] += x["du"]
        t[1] += x["fait"] or 0
    reference = float(base(REFERENCE, PROGRAMME)[0][0])
    totaux = [[sum(x["annees"][i][k] or 0 for x in lignes) for i in range(len(ANNEES))] for k in (0, 1)]
    return {
        "lignes": lignes,
        "secteurs": par_secteur,
        "reference": reference,
        "attendu": reference * len(ANNEES),
        "autorises": totaux[0],
        "commences": totaux[1],
        "cumul": sum(totaux[0]),
        "imprimes": base(TOTAUX, PROGRAMME),
    }


def budget() -> tuple[dict[str, float], dict[str, float]]:
    """Lignes annuelles, une fois chacune : par orientation, par action."""
    par_orientation: dict[str, float] = {}
    par_action: dict[str, float] = {}
    for action, orientation, _, montant, assiette, plafond, plafond_base, copie in base(BUDGET, PROGRAMME):
        if copie:
            continue
        annuel = montant if assiette == "an" else plafond if plafond_base == "an" else None
        if annuel is not None:
            par_orientation[orientation] = par_orientation.get(orientation, 0) + float(annuel)
            par_action[action] = par_action.get(action, 0) + float(annuel)
    return par_orientation, par_action


def actions() -> list[dict[str, Any]]:
    """Actions, état, dernière date."""
    etats = {e: (json.loads(a)["etat"], d, m) for e, a, d, m, _ in base(ETATS, PROGRAMME, f"{AU}-12-31")}
    return [
        {
            "id": i,
            "numero": n,
            "titre": t,
            "orientation": o,
            "pilotes": p,
            "indicateurs": k,
            "mesures": m,
            "etat": etats.get(i),
        }
        for i, n, t, o, p, k, m in base(ACTIONS, PROGRAMME)
    ]


def vacance() -> int:
    """Somme des vacants de plus de deux ans publiés, dernière année."""
    codes = ",".join(c for c, _, o in base(OBJECTIFS, PROGRAMME) if o == "production_logement")
    sql = """SELECT sum(logement_vacant_plus_2_ans) FROM lovac WHERE annee = (SELECT max(annee) FROM lovac)
    AND code_commune IN (SELECT unnest(string_split($1, ',')))"""
    return int(entrepot(sql, codes)[0][0] or 0)


LIGNE = """<tr><th><a href="/c/{{ x.code }}/">{{ x.nom }}</a></th><td>{{ x.secteur }}</td><td>{{ x.objectif }}</td>
{% for a, c in x.annees %}<td>{{ a }} ({{ c }})</td>{% endfor %}<td>{{ x.du }}</td><td>{{ x.fait }}</td><td>{{ x.commences }}</td>
<td>{{ x.ecart }}</td><td>{{ x.taux }}</td></tr>"""
GABARITS = {
    "tableau de bord": """<h1>Tableau de bord</h1><p>{{ p.cumul }} pour {{ p.attendu }}</p><p>{{ p.autorises }} {{ p.commences }}
    {{ vacance }}</p><ul>{% for a in actions %}{% if a.etat %}<li>{{ a.numero }} {{ a.titre }} {{ a.etat }} {{ a.pilotes }}</li>
    {% endif %}{% endfor %}</ul><table>{% for x in extremes %}<tr><td>{{ x.nom }}</td><td>{{ x.fait }}</td><td>{{ x.ecart }}</td></tr>
    {% endfor %}</table><table>{% for o in orientations %}<tr><td>{{ o.0 }} {{ o.1 }}</td><td>{{ o.2 }}</td></tr>{% endfor %}</table>""",
    "programme": """<h1>Programme</h1><table>{% for a in actions %}<tr><th>{{ a.numero }} {{ a.titre }}</th><td>{{ a.etat }}</td>
    <td>{{ a.pilotes }}</td><td>{{ a.budget }}</td><td>{{ a.indicateurs }}</td><td>{{ a.mesures }}</td></tr>{% endfor %}</table>
    <p>{{ p.cumul }} {{ p.attendu }}</p>""",
    "fiche-action": """<h1>{{ f.titre }}</h1><p>{{ p.cumul }} {{ p.attendu }} {{ p.autorises }} {{ p.commences }}</p>
    {% for o in f.objectifs %}<p>{{ o.texte }} {{ o.quantite }}</p>{% endfor %}{% for m in f.mesures %}<p>{{ m.titre }}</p>{% endfor %}
    {% for i in f.indicateurs %}<p>{{ i.libelle }}</p>{% endfor %}{% for b in f.budget %}<p>{{ b.libelle }} {{ b.montant }}</p>
    {% endfor %}{% for h in historique %}<p>{{ h.0 }} {{ h.1 }} {{ h.2 }} {{ h.3 }}</p>{% endfor %}
    {% for j in f.calendrier %}<p>{{ j.libelle }}</p>{% endfor %}<p>{{ valeurs }} {{ tenus }} {{ corrections }} {{ ailleurs }}</p>
    {% for a, n, k in collectif %}<p>{{ a }} {{ n }} {{ k }}</p>{% endfor %}""",
    "objectifs": f"<h1>Objectifs</h1><p>{{{{ p.imprimes }}}}</p><table>{{% for x in p.lignes %}}{LIGNE}{{% endfor %}}</table>"
    "{% for s, t in p.secteurs.items %}<p>{{ s }} {{ t }}</p>{% endfor %}<p>{{ p.cumul }} {{ p.attendu }}</p>",
    "territoire": f"<h1>Territoire</h1><table>{{% for x in p.lignes %}}{LIGNE}{{% endfor %}}</table>"
    "{% for c, q, r in tuiles %}<p>{{ c }} {{ q }} {{ r }}</p>{% endfor %}<p>{{ p.cumul }}</p>",
    "commune": """<h1>{{ x.nom }}</h1><p>{{ x.fait }} {{ x.du }} {{ x.annees }}</p><p>{{ p.cumul }} {{ p.secteurs }}</p>
    {% for n, o in ecrits %}<p>{{ n }} {{ o }}</p>{% endfor %}{% for n, v in publics %}<p>{{ n }} {{ v }}</p>{% endfor %}
    {% for c, q, r in tuiles %}<p>{{ c }} {{ q }} {{ r }}</p>{% endfor %}""",
    "bilans": "<h1>Bilans</h1>{% for e in editions %}<p>{{ e }}</p>{% endfor %}",
}
PUBLICS = (
    ("recensement_logement", "logement"),
    ("recensement_logement", "residence_principale"),
    ("recensement_logement", "logement_vacant"),
    ("lovac", "logement_vacant_plus_2_ans"),
    ("taux_logement_social", "taux"),
    ("filosofi", "revenu_median"),
)


def tuiles() -> list[tuple[Any, ...]]:
    """Places des hexagones."""
    return entrepot("SELECT code_commune, q, r FROM tuile WHERE siren_epci = '200072460'")


def cadre() -> dict[str, Any]:
    """Données communes à toutes les pages : programmes du compte, exercices, dernière année complète, fictif."""
    complet = entrepot(
        """SELECT max(annee) FROM (SELECT annee, count(logement_autorise) AS a, count(logement_commence) AS c
        FROM sitadel_annuel GROUP BY annee) WHERE a > 0 AND c > 0"""
    )
    return {
        "programmes": base("SELECT programme, titre_court, collectivites FROM programme_version ORDER BY titre_court"),
        "exercices": base(
            """SELECT json_extract(contenu, '$.decoupage'), json_extract(contenu, '$.titre') FROM programme_version
            WHERE programme = %s""",
            PROGRAMME,
        ),
        "complet": complet,
        "fictif": base(
            """SELECT EXISTS (SELECT 1 FROM evenement e WHERE programme = %s AND nature = 'etat_action' AND fictif
            AND NOT EXISTS (SELECT 1 FROM evenement a WHERE a.annule_id = e.id))""",
            PROGRAMME,
        ),
    }


def donnees(page: str) -> dict[str, Any]:
    """Données propres au repère d'une page."""
    if page == "bilans":
        return {
            "editions": base("SELECT annee, statut, demande_le FROM rapport_edition WHERE programme = %s", PROGRAMME)
        }
    p = production(2017 if page == "commune" else ANNEES[0], 2025 if page == "commune" else AU)
    if page == "tableau de bord":
        connues = sorted((x for x in p["lignes"] if x["ecart"] is not None), key=lambda x: x["ecart"])
        couts = budget()[0]
        orientations = [(n, t, couts.get(i)) for i, n, t in base(ORIENTATIONS, PROGRAMME)]
        return {
            "p": p,
            "actions": actions(),
            "extremes": connues[:3] + connues[-3:],
            "orientations": orientations,
            "vacance": vacance(),
        }
    if page == "programme":
        couts = budget()[1]
        return {"p": p, "actions": [a | {"budget": couts.get(a["id"])} for a in actions()]}
    if page == "fiche-action":
        fiche = json.loads(base(FICHE, PROGRAMME, "a01")[0][0])
        ici = f"{PROGRAMME}#a01"
        return {
            "p": p,
            "f": fiche,
            "historique": base(HISTORIQUE, PROGRAMME, "a01"),
            "actions": actions(),
            "valeurs": base(SUIVI, PROGRAMME),
            "tenus": base(TENUS, PROGRAMME),
            "corrections": base(CORRECTIONS),
            "ailleurs": [(t, n) for t, n, liens, meme in base(LIENS, PROGRAMME) if ici in (liens or "") or meme == ici],
            "collectif": entrepot(COLLECTIF, ",".join(x["code"] for x in p["lignes"])),
        }
    if page == "commune":
        codes = ",".join(x["code"] for x in p["lignes"])
        public = []
        for source, colonne in PUBLICS:
            sql = f"""SELECT code_commune, {colonne} FROM {source} WHERE annee = (SELECT max(annee) FROM {source})
            AND code_commune IN (SELECT unnest(string_split($1, ',')))"""
            lues = entrepot(sql, codes)
            mien = next((v for c, v in lues if c == "62035"), None)
            public.append((colonne, (mien, sorted((v for _, v in lues if v is not None), reverse=True))))
        x = next(x for x in p["lignes"] if x["code"] == "62035")
        return {"p": p, "x": x, "ecrits": base(EXTRA, PROGRAMME, "62035"), "publics": public, "tuiles": tuiles()}
    return {"p": p, "tuiles": tuiles() if page == "territoire" else []}


def repere(page: str) -> Callable[..., Any]:
    """Vue nue d'une page : compte exigé, droit lu par SQL, données par SQL, gabarit sans habillage."""
    from django.contrib.auth.decorators import login_required
    from django.http import HttpResponse, HttpResponseForbidden
    from django.template import Context, Template

    gabarit = Template("<p>{{ programmes }} {{ exercices }} {{ complet }} {{ fictif }}</p>" + GABARITS[page])

    @login_required
    def vue(request: Any) -> Any:
        if not base("SELECT role FROM compte_affectation WHERE utilisateur_id = %s", request.user.pk):
            return HttpResponseForbidden()
        return HttpResponse(gabarit.render(Context(donnees(page) | cadre())))

    return vue


# --- mesure -------------------------------------------------------------------------------------------------------

P = f"/programme/{PROGRAMME}/"
PAGES = {
    "tableau de bord": f"{P}tableau-de-bord/?au={AU}",
    "programme": f"{P}?au={AU}",
    "fiche-action": f"{P}action/a01/?au={AU}",
    "objectifs": f"{P}objectifs/?au={AU}",
    "territoire": f"{P}territoire/?au={AU}",
    "commune": f"{P}commune/62035/?au={AU}",
    "bilans": f"{P}bilans/?au={AU}",
}


def preparer(dossier: str) -> Any:
    """Données, base et compte d'essai dans un dossier à part ; rend un client connecté."""
    os.environ |= {"BEFFROI_DONNEES": dossier, "DJANGO_SETTINGS_MODULE": "beffroi.web.settings"}
    os.environ.pop("BEFFROI_DEBUG", None)
    os.environ.pop("DATABASE_URL", None)
    from beffroi.warehouse.build import preparer as preparer_donnees

    preparer_donnees()
    import django
    from django.conf import settings

    django.setup()
    settings.ROOT_URLCONF = __name__
    settings.ALLOWED_HOSTS = ["testserver"]
    from django.core.management import call_command
    from django.test import Client
    from django.urls import path

    from beffroi.web.accounts.models import Utilisateur
    from beffroi.web.demonstration import charger_demonstration
    from beffroi.web.urls import urlpatterns as routes

    call_command("migrate", verbosity=0)
    charger_demonstration()
    urlpatterns.extend(routes)
    urlpatterns.extend(path(f"repere/{i}/", repere(page)) for i, page in enumerate(PAGES))
    client = Client()
    client.force_login(Utilisateur.objects.get(username="demo"), "django.contrib.auth.backends.ModelBackend")
    return client


def chronometrer(client: Any, adresse: str) -> tuple[float, str]:
    """Millisecondes d'une réponse, et son texte."""
    debut = time.perf_counter()
    reponse = client.get(adresse)
    duree = (time.perf_counter() - debut) * 1000
    assert reponse.status_code == 200, f"{adresse} : {reponse.status_code}"
    return duree, reponse.content.decode()


def verifier(page: str, html: str) -> None:
    """Ce que le repère a lu se lit dans la page : on compare bien les mêmes données."""
    if page == "bilans":
        return
    p = production()
    annezin = next(x for x in p["lignes"] if x["code"] == "62035")
    lus = {"programme": max(budget()[0].values()), "territoire": annezin["fait"], "commune": annezin["fait"]}
    nombre = lus.get(page, p["cumul"])
    attendu = f"{nombre:,.0f}".replace(",", "\u202f")
    assert attendu in html, f"{page} : {attendu}, lu par le repère, est absent de la page"


def main() -> int:
    """Mesure toutes les pages ; code 1 quand une médiane ou un 95e centile dépasse sa cible."""
    tenu = True
    with tempfile.TemporaryDirectory() as dossier:
        client = preparer(dossier)
        for i, (page, adresse) in enumerate(PAGES.items()):
            for _ in range(5):
                chronometrer(client, adresse)
                chronometrer(client, f"/repere/{i}/")
            verifier(page, chronometrer(client, adresse)[1])
            pages, reperes = [], []
            for _ in range(PASSAGES):
                pages.append(chronometrer(client, adresse)[0])
                reperes.append(chronometrer(client, f"/repere/{i}/")[0])
            p50, p95 = statistics.median(pages), statistics.quantiles(pages, n=20)[-1]
            nu = statistics.median(reperes)
            tenu = tenu and p50 <= P50 and p95 <= P95
            print(
                json.dumps(
                    {
                        "mesure": f"page {page}, 100 communes",
                        "duree_ms": round(p50, 1),
                        "p95_ms": round(p95, 1),
                        "repere": "mêmes données, SQL à la main, gabarit nu",
                        "repere_ms": round(nu, 1),
                        "rapport": round(p50 / nu, 2),
                        "plafond": RAPPORT,
                    },
                    ensure_ascii=False,
                )
            )
            print(f"{page} : médiane {p50:.0f} ms, 95e centile {p95:.0f} ms, repère {nu:.0f} ms", file=sys.stderr)
    return 0 if tenu else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    sys.exit(main())
