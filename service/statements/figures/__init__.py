"""Numbers, dates, periods and deadlines inside statements, and what makes a canary."""
