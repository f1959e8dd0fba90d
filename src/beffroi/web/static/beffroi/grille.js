// Grilles de saisie : se déplacer, écrire, coller, effacer, annuler, cellule par cellule.
// Sans ce fichier, chaque ligne s'ouvre en formulaire et un bloc se colle dans la page.
(() => {
  const jeton = () => document.querySelector('input[name="csrfmiddlewaretoken"]')?.value || '';
  const creer = (nom, classe, texte) => {
    const e = document.createElement(nom);
    if (classe) e.className = classe;
    if (texte) e.textContent = texte;
    return e;
  };

  const grille = table => {
    const dire = document.querySelector('[data-bf-dire]');
    const fiche = document.querySelector('[data-bf-cellule]');
    const tete = table.tHead.rows[table.tHead.rows.length - 1];
    const colonnes = [...tete.cells].map(th => th.dataset.c);
    const rangs = [...table.tBodies].flatMap(b => [...b.rows]).filter(tr => tr.dataset.l !== undefined);
    const place = new Map(rangs.map((tr, i) => [tr.dataset.l, i]));
    const ouvertes = colonnes.map((c, i) => (c === undefined ? -1 : i)).filter(i => i >= 0);
    const cellule = (rang, colonne) => rangs[place.get(rang)]?.cells[colonnes.indexOf(colonne)];
    const rangDe = td => td.parentElement.dataset.l;
    const colonneDe = td => colonnes[td.cellIndex];
    const revision = td => Number(td.dataset.r || 0);
    let courante = null, dernier = '', attente = null;
    table.setAttribute('role', 'grid');

    const choisir = (td, focus) => {
      if (!td) return;
      if (courante) { courante.tabIndex = -1; courante.classList.remove('est-choisie'); }
      courante = td;
      td.tabIndex = 0;
      td.classList.add('est-choisie');
      if (focus) td.focus({ preventScroll: false });
    };

    const annoncer = (...noeuds) => dire.replaceChildren(...noeuds);

    const reussi = reponse => {
      appliquer(reponse);
      dernier = reponse.annuler || '';
      const boite = creer('div', 'bf-toast');
      boite.append(creer('span', '', reponse.message));
      if (dernier) {
        const b = creer('button', '', 'Annuler');
        b.type = 'button';
        b.addEventListener('click', annuler);
        boite.append(b);
      }
      annoncer(boite);
    };

    const remplacer = x => {
      const td = cellule(x.l, x.c);
      if (!td) return;
      const modele = document.createElement('template');
      modele.innerHTML = x.html;
      const neuf = modele.content.firstElementChild;
      const ici = td === courante, focus = td === document.activeElement || td.contains(document.activeElement);
      td.replaceWith(neuf);
      if (ici) { courante = null; choisir(neuf, focus); }
    };

    const appliquer = reponse => {
      (reponse.cellules || []).forEach(remplacer);
      Object.entries(reponse.calcules || {}).forEach(([cle, html]) => {
        const td = table.querySelector(`[data-t="${CSS.escape(cle)}"]`);
        if (td) td.innerHTML = html;
      });
      const compte = document.querySelector('[data-bf-compte]');
      const n = table.querySelectorAll('.bf-case[data-v]').length;
      if (compte) compte.textContent = `${n.toLocaleString('fr-FR')}\u00a0${n < 2 ? 'cellule renseignée' : 'cellules renseignées'}`;
    };

    const refuse = (reponse, essai) => {
      const boite = creer('div', 'bf-avis est-erreur');
      boite.setAttribute('role', 'alert');
      boite.append(creer('p', 'bf-fort', 'Rien n’a été enregistré.'));
      const liste = creer('ul', 'mb-0');
      reponse.fautes.slice(0, 10).forEach(f => liste.append(creer('li', '', f.phrase)));
      if (reponse.nombre > 10) liste.append(creer('li', '', `et ${reponse.nombre - 10} autres cellules`));
      boite.append(liste);
      if (reponse.actuelles?.length && essai) {
        const actions = creer('div', 'bf-actions');
        const mienne = creer('button', 'btn btn-sm btn-outline-secondary', 'Garder ma valeur');
        const autre = creer('button', 'btn btn-sm btn-outline-secondary', 'Garder l’autre valeur');
        mienne.type = autre.type = 'button';
        mienne.addEventListener('click', () => {
          reponse.actuelles.forEach(remplacer);
          essai();
        });
        autre.addEventListener('click', () => { reponse.actuelles.forEach(remplacer); annoncer(); courante?.focus(); });
        actions.append(mienne, autre);
        boite.append(actions);
      }
      annoncer(boite);
      table.querySelectorAll('.est-fausse').forEach(td => td.classList.remove('est-fausse'));
      reponse.fautes.forEach(f => f.l && cellule(f.l, f.c)?.classList.add('est-fausse'));
    };

    const envoyer = async (adresse, champs, essai) => {
      const corps = new URLSearchParams(champs);
      try {
        const reponse = await fetch(adresse, {
          method: 'POST', body: corps, headers: { 'X-Requested-With': 'fetch', 'X-CSRFToken': jeton() },
        });
        if (reponse.ok) { reussi(await reponse.json()); return true; }
        if (reponse.status === 422 || reponse.status === 409) { refuse(await reponse.json(), essai); return false; }
        throw new Error(String(reponse.status));
      } catch {
        refuse({ fautes: [{ phrase: 'Le serveur n’a pas répondu. Vérifiez la connexion, puis recommencez.' }], nombre: 1 });
        return false;
      }
    };

    // Une écriture à la fois : la révision d'une cellule vient de la réponse précédente.
    let file = Promise.resolve();
    const ecrire = (rang, colonne, texte) => {
      file = file.then(async () => {
        const td = cellule(rang, colonne);
        td?.classList.add('est-en-cours');
        const essai = () => ecrire(rang, colonne, texte);
        await envoyer(table.dataset.ecrire, { cellules: JSON.stringify([[rang, colonne, texte, revision(td)]]) }, essai);
        cellule(rang, colonne)?.classList.remove('est-en-cours');
      });
      return file;
    };

    const annuler = () => {
      if (!dernier) return;
      const instant = dernier;
      dernier = '';
      file = file.then(() => envoyer(table.dataset.annuler, { instant }));
    };

    const coller = texte => {
      const td = courante;
      if (!td) return;
      const lignes = texte.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
      const hauteur = lignes.length, largeur = Math.max(...lignes.map(l => l.split('\t').length));
      const y = place.get(rangDe(td)), x = ouvertes.indexOf(td.cellIndex);
      const tr0 = rangDe(td), col0 = colonneDe(td);
      const envoi = () => {
        const vues = {};
        rangs.slice(y, y + hauteur).forEach(tr => ouvertes.slice(x, x + largeur).forEach(j => {
          vues[`${tr.dataset.l}|${colonnes[j]}`] = revision(tr.cells[j]);
        }));
        return envoyer(table.dataset.coller, {
          ancre_ligne: tr0, ancre_colonne: col0, bloc: texte, revisions: JSON.stringify(vues),
        }, () => { file = file.then(envoi); });
      };
      annoncer(creer('p', 'bf-petit bf-gris', 'Collage en cours…'));
      file = file.then(envoi);
    };

    const editer = (td, premier) => {
      if (!td || td.classList.contains('est-fermee') || td.querySelector('input')) return;
      const champ = creer('input');
      const rang = rangDe(td), colonne = colonneDe(td), avant = td.dataset.v || '';
      const nom = td.parentElement.cells[0].textContent.trim();
      champ.inputMode = 'decimal';
      champ.autocomplete = 'off';
      champ.setAttribute('aria-label', `${nom}, ${tete.cells[td.cellIndex].textContent.trim()}`);
      champ.value = premier ?? avant;
      td.append(champ);
      champ.focus();
      if (premier === undefined) champ.select();
      let fini = false;
      const finir = (garder, vers) => {
        if (fini) return;
        fini = true;
        const texte = champ.value.trim();
        champ.remove();
        const ici = cellule(rang, colonne);
        if (vers) deplacer(ici, ...vers); else choisir(ici, true);
        if (garder && texte !== avant) ecrire(rang, colonne, texte);
      };
      champ.addEventListener('keydown', e => {
        e.stopPropagation();
        if (e.key === 'Enter') { e.preventDefault(); finir(true, [e.shiftKey ? -1 : 1, 0]); }
        else if (e.key === 'Tab') { e.preventDefault(); finir(true, [0, e.shiftKey ? -1 : 1]); }
        else if (e.key === 'Escape') { e.preventDefault(); finir(false); }
      });
      champ.addEventListener('paste', e => {
        const texte = e.clipboardData.getData('text');
        if (/[\t\n]/.test(texte.trim())) { e.preventDefault(); e.stopPropagation(); finir(false); coller(texte); }
      });
      champ.addEventListener('blur', () => { if (!fini) { const t = champ.value.trim(); fini = true; champ.remove(); if (t !== avant) ecrire(rang, colonne, t); } });
    };

    const deplacer = (td, dy, dx) => {
      let y = place.get(rangDe(td)), x = ouvertes.indexOf(td.cellIndex) + dx;
      y = Math.min(rangs.length - 1, Math.max(0, y + dy));
      x = Math.min(ouvertes.length - 1, Math.max(0, x));
      choisir(rangs[y].cells[ouvertes[x]], true);
    };

    const montrer = td => {
      if (!fiche || !table.dataset.cellule || !td) return;
      clearTimeout(attente);
      const rang = rangDe(td), colonne = colonneDe(td);
      attente = setTimeout(async () => {
        const cle = new URLSearchParams({ ligne: rang, colonne });
        try {
          const reponse = await fetch(`${table.dataset.cellule}&${cle}`, { headers: { 'X-Requested-With': 'fetch' } });
          if (reponse.ok && courante === cellule(rang, colonne)) fiche.innerHTML = await reponse.text();
        } catch { /* la fiche attendra */ }
      }, 250);
    };

    const case_ = e => (e.target.closest('td.bf-case')?.closest('table') === table ? e.target.closest('td.bf-case') : null);
    table.addEventListener('click', e => { const td = case_(e); if (td && !td.querySelector('input')) { choisir(td, true); montrer(td); } });
    table.addEventListener('dblclick', e => editer(case_(e)));
    table.addEventListener('focusin', e => { const td = case_(e); if (td && td !== courante) choisir(td); });
    table.addEventListener('keydown', e => {
      const td = case_(e);
      if (!td || td.querySelector('input')) return;
      const sens = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -999], End: [0, 999], PageDown: [10, 0], PageUp: [-10, 0] }[e.key];
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z') { e.preventDefault(); annuler(); return; }
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      if (sens) { e.preventDefault(); deplacer(td, ...sens); montrer(courante); }
      else if (e.key === 'Enter' || e.key === 'F2') { e.preventDefault(); editer(td); }
      else if (e.key === 'Delete' || e.key === 'Backspace') { e.preventDefault(); if (td.dataset.v) ecrire(rangDe(td), colonneDe(td), ''); }
      else if (/^[0-9,.\-−]$/.test(e.key)) { e.preventDefault(); editer(td, e.key); }
    });
    document.addEventListener('paste', e => {
      if (!courante || document.activeElement !== courante) return;
      e.preventDefault();
      coller(e.clipboardData.getData('text'));
    });
    document.addEventListener('copy', e => {
      if (!courante || document.activeElement !== courante || String(getSelection())) return;
      e.clipboardData.setData('text/plain', courante.dataset.v || '');
      e.preventDefault();
    });
    choisir(rangs.flatMap(tr => ouvertes.map(j => tr.cells[j])).find(td => td && !td.classList.contains('est-fermee')));
  };

  document.querySelectorAll('[data-bf-grille]').forEach(grille);
})();
