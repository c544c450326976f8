"""Training and evaluation, run by make."""
