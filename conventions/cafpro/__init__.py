"""Taking over the conventions of Cafpro: a CSV read whole, then written whole or not at all."""
