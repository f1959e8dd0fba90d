// Beffroi : thème, rail, onglets, recherche, menus, tuiles au clavier, suivi d'un travail.
// Les pages se lisent sans ce fichier : onglets dépliés, menus natifs, liens partout.
(() => {
  const html = document.documentElement;
  const memoire = {
    lire(cle) { try { return localStorage.getItem(cle); } catch { return null; } },
    ecrire(cle, valeur) { try { localStorage.setItem(cle, valeur); } catch { /* stockage refusé */ } },
  };
  const demande = new URLSearchParams(location.search).get('theme');
  const choisi = ['dark', 'light'].includes(demande) ? demande : memoire.lire('bf-theme');
  html.dataset.bsTheme = choisi || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  html.classList.add('a-script');

  const theme = () => {
    html.dataset.bsTheme = html.dataset.bsTheme === 'dark' ? 'light' : 'dark';
    memoire.ecrire('bf-theme', html.dataset.bsTheme);
  };

  const plier = bouton => {
    const cadre = document.querySelector('.bf-cadre');
    const regler = plie => { cadre.classList.toggle('est-plie', plie); bouton.setAttribute('aria-expanded', String(!plie)); };
    regler(memoire.lire('bf-rail') === 'plie');
    bouton.addEventListener('click', () => {
      const plie = !cadre.classList.contains('est-plie');
      regler(plie);
      memoire.ecrire('bf-rail', plie ? 'plie' : '');
    });
  };

  const onglets = liste => {
    const tabs = [...liste.querySelectorAll('[role="tab"]')];
    const panneau = t => document.getElementById(t.getAttribute('aria-controls'));
    const montrer = (choix, focus) => {
      tabs.forEach(t => {
        const ici = t === choix;
        t.setAttribute('aria-selected', String(ici));
        t.tabIndex = ici ? 0 : -1;
        panneau(t).hidden = !ici;
      });
      if (focus) choix.focus();
    };
    liste.hidden = false;
    tabs.forEach(t => panneau(t).setAttribute('role', 'tabpanel'));
    montrer(tabs.find(t => t.getAttribute('aria-controls') === location.hash.slice(1)) || tabs[0]);
    tabs.forEach((t, i) => {
      t.addEventListener('click', () => { montrer(t); history.replaceState(null, '', '#' + t.getAttribute('aria-controls')); });
      t.addEventListener('keydown', e => {
        const n = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[e.key];
        if (n !== undefined) { e.preventDefault(); montrer(tabs[(n + tabs.length) % tabs.length], true); }
      });
    });
    document.querySelectorAll(`[data-bf-onglet]`).forEach(lien => lien.addEventListener('click', e => {
      const t = tabs.find(x => x.getAttribute('aria-controls') === lien.dataset.bfOnglet);
      if (t) { e.preventDefault(); montrer(t, true); }
    }));
  };

  // Une tuile dans l'ordre des tabulations ; les flèches vont à la voisine, Entrée ouvre la commune.
  const tuiles = carte => {
    const liens = [...carte.querySelectorAll('svg a')];
    const dire = carte.querySelector('[data-bf-dire]');
    if (!liens.length) return;
    const centre = a => { const b = a.getBBox(); return [b.x + b.width / 2, b.y + b.height / 2]; };
    const place = new Map(liens.map(a => [a, centre(a)]));
    const choisir = (a, focus) => {
      liens.forEach(x => x.setAttribute('tabindex', x === a ? '0' : '-1'));
      if (focus) a.focus();
    };
    const montrer = a => { if (dire) dire.textContent = a.getAttribute('aria-label'); };
    choisir(liens.find(a => a.classList.contains('est-ici')) || liens[0]);
    liens.forEach(a => {
      a.addEventListener('focus', () => { choisir(a); montrer(a); });
      a.addEventListener('mouseenter', () => montrer(a));
      a.addEventListener('keydown', e => {
        const sens = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
        if (!sens) return;
        e.preventDefault();
        const [x, y] = place.get(a);
        let meilleur = null, cout = Infinity;
        place.forEach(([px, py], b) => {
          const dx = px - x, dy = py - y, long = dx * sens[0] + dy * sens[1], cote = Math.abs(dx * sens[1]) + Math.abs(dy * sens[0]);
          if (b !== a && long > 1 && long + 2 * cote < cout) { cout = long + 2 * cote; meilleur = b; }
        });
        if (meilleur) choisir(meilleur, true);
      });
    });
  };

  // Un travail demandé : sa ligne est relue jusqu'à la fin, puis annoncée.
  const suivre = bloc => {
    const relire = async () => {
      try {
        const reponse = await fetch(bloc.dataset.bfSuivre, { headers: { 'X-Requested-With': 'fetch' } });
        if (reponse.ok) bloc.innerHTML = await reponse.text();
      } catch { /* réseau coupé : on réessaie */ }
      if (bloc.querySelector('[data-bf-en-cours]')) setTimeout(relire, 1000);
    };
    if (bloc.querySelector('[data-bf-en-cours]')) setTimeout(relire, 600);
  };

  // Un bloc long à préparer est demandé une fois la page ouverte.
  const charger = async bloc => {
    try {
      const reponse = await fetch(bloc.dataset.bfCharger, { headers: { 'X-Requested-With': 'fetch' } });
      if (!reponse.ok) throw new Error();
      bloc.innerHTML = await reponse.text();
    } catch {
      bloc.innerHTML = '<a>Réessayer</a>';
      bloc.firstChild.href = bloc.dataset.bfCharger;
    }
  };

  document.addEventListener('DOMContentLoaded', () => {
    document.querySelectorAll('[data-bf-charger]').forEach(charger);
    document.querySelectorAll('[data-bf="theme"]').forEach(b => b.addEventListener('click', theme));
    document.querySelectorAll('[data-bf="plier"]').forEach(plier);
    document.querySelectorAll('[data-bf="imprimer"]').forEach(b => b.addEventListener('click', () => print()));
    document.querySelectorAll('[role="tablist"]').forEach(onglets);
    document.querySelectorAll('[data-bf="tuiles"]').forEach(tuiles);
    document.querySelectorAll('[data-bf-suivre]').forEach(suivre);
    const ouverts = 'details.bf-menu[open], details.bf-prov[open]';
    document.addEventListener('click', e => {
      document.querySelectorAll(ouverts).forEach(d => { if (!d.contains(e.target)) d.open = false; });
    });
    document.addEventListener('keydown', e => {
      if (e.key === '/' && !/input|textarea|select/i.test(document.activeElement.tagName)) {
        e.preventDefault();
        document.querySelector('.bf-cherche input')?.focus();
      }
      if (e.key === 'Escape') {
        document.querySelectorAll(ouverts).forEach(d => {
          const dedans = d.contains(document.activeElement);
          d.open = false;
          if (dedans) d.querySelector('summary').focus();
        });
      }
    });
  });
})();
