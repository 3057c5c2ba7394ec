"""Readings and frames become cards, figures and maps here. Nothing in this room asks the store."""
