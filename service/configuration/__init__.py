"""What can be configured, and where it is read from: file, environment, files of secrets. Pure but for that reading."""
