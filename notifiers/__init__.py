"""A message leaves the house: webhook, e-mail. Knows neither assurances nor rows."""
