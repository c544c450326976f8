"""What is owed to subscribers becomes messages, is sent, and is tried again."""
