"""What changed: word by word, sentence by sentence, and version by version. Pure."""
