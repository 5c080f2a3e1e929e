"""How well the shipped rules do: what they leave untold, and how often they call somebody for nothing."""
