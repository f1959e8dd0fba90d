"""Le programme (PLH, CRTE, PCAET) : orientations, fiches-actions, objectifs, budget, jalons, indicateurs."""
