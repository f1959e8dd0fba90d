"""`python -m beffroi`: the same command as `beffroi`."""

from beffroi.cli import main

main(prog_name="beffroi")
