"""Line drawings of the frame and of the states: paths of our own, on grids of 20 (icons) and 16 (states)."""

from __future__ import annotations

from beffroi.domain.nomenclatures.avancement import Appreciation, EtatAction

# Icons of the frame, drawn with ``bf-ic`` (stroke only).
ICONES: dict[str, str] = {
    "tableau": "M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z",
    "programme": "M7.5 5H17M7.5 10H17M7.5 15H17M3.5 5h.5M3.5 10h.5M3.5 15h.5",
    "objectifs": "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 9.7v.6",
    "territoire": "M10 2.5l6.5 3.75v7.5L10 17.5l-6.5-3.75v-7.5z",
    "portrait": "M3.5 17V9.5M8 17V5.5M12.5 17v-5M17 17V8M2 17h16",
    "saisie": "M3 3.5h14v13H3zM3 8h14M3 12.2h14M8 3.5v13M12.8 9.5l1 1 2-2",
    "simuler": "M4.5 2.5h11v15h-11zM7.5 5.5h5v2.5h-5zM7.5 11.2h.01M10 11.2h.01M12.5 11.2h.01M7.5 14.4h.01M10 14.4h.01M12.5 14.4h.01",
    "bilans": "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5M7.7 10.2h5M7.7 13.5h5",
    "theme": "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
    "plier": "M3.5 3.5h13v13h-13zM8 3.5v13M13 8l-2 2 2 2",
    "chercher": "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13.2 13.2 17 17",
    "chevron": "M5 8l5 5 5-5",
    "plus": "M5 10h.01M10 10h.01M15 10h.01",
    "fait": "M4 10.5l4 4 8-9",
    "sortir": "M8 3.5H3.5v13H8M12.5 6.5 16 10l-3.5 3.5M16 10H7.5",
    "telecharger": "M10 3v9M6.5 8.5 10 12l3.5-3.5M3.5 16.5h13",
    "compte": "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 17c0-3.5 2.7-5.5 6-5.5s6 2 6 5.5",
}

# The belfry, our mark.
BEFFROI = (
    '<path d="M12 1.5v3.5M7.5 11 12 5l4.5 6M6.5 11h11v18.5h-11zM4 29.5h16M9.7 29.5v-4a2.3 2.3 0 0 1 4.6 0v4"/>'
    '<path d="M12 13.7c-1.7 0-2.3 1.4-2.3 3 0 1.3-.5 1.9-1 2.5h6.6c-.5-.6-1-1.2-1-2.5 0-1.6-.6-3-2.3-3ZM12 19.3v1.5" '
    'fill="currentColor" stroke-width="1"/>'
)

# Typed state: class, drawing (stroke).
ETATS: dict[EtatAction, tuple[str, str]] = {
    EtatAction.A_VENIR: ("est-avenir", '<circle cx="8" cy="8" r="5.5" stroke-dasharray="2.5 2"/>'),
    EtatAction.EN_COURS: ("est-encours", '<path d="M4.5 2.8v10.4L13 8z"/>'),
    EtatAction.EN_PAUSE: ("est-enpause", '<path d="M5.2 3v10M10.8 3v10"/>'),
    EtatAction.BLOQUEE: ("est-bloquee", '<path d="M5 1.8h6L14.2 5v6L11 14.2H5L1.8 11V5zM5 8h6"/>'),
    EtatAction.ABANDONNEE: ("est-abandonnee", '<path d="M3.5 3.5l9 9M12.5 3.5l-9 9"/>'),
    EtatAction.ACHEVEE: ("est-achevee", '<path d="M3 14V2.5h9.5L10.5 6l2 3.5H3"/>'),
}

# Computed appreciation: class, drawing (fill). The shapes are those of the map and of the bilan: ■ ● ◆ ▲ ○.
APPRECIATIONS: dict[Appreciation, tuple[str, str]] = {
    Appreciation.ATTEINT: ("est-atteint", '<path d="M2 2h12v12H2z"/>'),
    Appreciation.EN_BONNE_VOIE: ("est-voie", '<circle cx="8" cy="8" r="6.5"/>'),
    Appreciation.A_SURVEILLER: (
        "est-surveiller",
        '<path d="M8 .8 15.2 8 8 15.2.8 8zM7.2 4.2v4.6h1.6V4.2zm0 5.8v1.7h1.6V10z" fill-rule="evenodd"/>',
    ),
    Appreciation.EN_RETARD: ("est-retard", '<path d="M8 2 14.5 13.5h-13z"/>'),
    Appreciation.SANS_DONNEE: (
        "est-sansdonnee",
        '<path d="M2 2h12v12H2zm1.5 1.5v9h9v-9zM4 9.5 9.5 4h2L4 11.5zM7 12.2 12.2 7v2L9 12.2z" fill-rule="evenodd"/>',
    ),
}
