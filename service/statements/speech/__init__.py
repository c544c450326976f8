"""Who says it: speakers, their offices and companies, quotations, letters, interviews."""
