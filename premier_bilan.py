"""Chemin le plus court : le fichier Sitadel réel et les objectifs du PLH deviennent un tableau dans un DOCX.

Usage : python premier_bilan.py DOSSIER_SHARED ANNEE SORTIE.docx
"""
import json
import sys
import unicodedata
from pathlib import Path

import duckdb
from docx import Document

shared, annee, sortie = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
SIREN, DEBUT = "200072460", 2019


def cle(nom: str) -> str:
    plat = unicodedata.normalize("NFKD", nom.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in plat.lower() if c.isalnum())


objectifs = {cle(x["commune"]): x for x in json.loads((shared / "domaine/cabbalr_table.json").read_text())}
con = duckdb.connect()
communes = con.execute(
    "select code_commune, nom from read_csv(?, all_varchar=true) where siren_epci = ? order by nom",
    [str(shared / "donnees/decoupage-administratif/epci_membres.csv"), SIREN],
).fetchall()
sitadel = con.execute(
    """select COMM, sum(try_cast(LOG_AUT as int)) filter (ANNEE::int = $a), sum(try_cast(LOG_AUT as int)),
              sum(try_cast(LOG_COM as int)) filter (ANNEE::int = $a), sum(try_cast(LOG_COM as int)), count(LOG_AUT)
       from read_csv($f, delim=';', all_varchar=true)
       where TYPE_LGT = 'Tous Logements' and ANNEE::int between $d and $a group by COMM""",
    {"a": annee, "d": DEBUT,
     "f": str(shared / "donnees/national/sitadel_annuel_communal_france_2013-2025_derive.csv")},
).fetchall()
resultats = {r[0]: r[1:] for r in sitadel}
orphelins = [n for _, n in communes if cle(n) not in objectifs]
assert not orphelins, orphelins
n = annee - DEBUT + 1
doc = Document()
doc.add_heading(f"PLH de Béthune-Bruay – objectifs et résultats {annee}", 0)
t = doc.add_table(rows=1, cols=6, style="Table Grid")
for c, texte in zip(t.rows[0].cells, ["Commune", "Objectif annuel", f"Autorisés {annee}", f"Commencés {annee}",
                                      f"Autorisés {DEBUT}-{annee}", "Écart cumulé"]):
    c.text = texte
tot_aut = tot_com = tot_obj = connus = 0
for code, nom in communes:
    obj = objectifs[cle(nom)]["obj"]
    r = resultats.get(code)
    ligne = [nom, f"{obj:g}"] + (["non renseignée"] * 4 if r is None else
                                 [str(r[0]), str(r[2]), str(r[1]), f"{r[1] - obj * n:+g}"])
    tot_obj += obj
    if r:
        connus += 1
        tot_aut += r[1]
        tot_com += r[3] or 0
    for c, texte in zip(t.add_row().cells, ligne):
        c.text = texte
phrase = (f"{tot_aut} logements autorisés {DEBUT}-{annee} pour {1070 * n} attendus ({tot_aut / (1070 * n):.1%}) ; "
          f"{tot_com} commencés ; {connus} communes renseignées sur {len(communes)} ; somme des communes {tot_obj:g}.")
doc.add_paragraph(phrase)
doc.save(sortie)
print(phrase)
