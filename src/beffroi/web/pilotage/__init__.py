"""Pages that steer a programme: tableau de bord, programme, objectifs, communes."""
