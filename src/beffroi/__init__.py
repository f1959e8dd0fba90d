"""Beffroi: follow a French housing programme (PLH, CRTE), observe its territory, write its reports."""

__version__ = "0.1.0"
