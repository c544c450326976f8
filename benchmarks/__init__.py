"""Ratios inside one run: ours against what it is measured by, on the same machine, minutes apart at most."""
