"""Secrets at rest and in comparison: the keys that encrypt them, the files they stand in, who shows the right one."""
