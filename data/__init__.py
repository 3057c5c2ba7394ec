"""Text that a data clerk may change (contracts, reference, mappings) and the loaders that read it."""
