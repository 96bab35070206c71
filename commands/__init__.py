"""What each command of the terminal does; :mod:`cli` has their words and options."""
