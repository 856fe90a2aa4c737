"""Help: the guides of `docs/guides/`, what each code means, the message to one's caisse, and the short course of a new agent."""
