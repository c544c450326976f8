"""What keeps a long-lived process well: its ticks, its workers, its logs, its signs of life."""
