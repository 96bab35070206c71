"""What installs and starts the programs the tests and `make` need."""
