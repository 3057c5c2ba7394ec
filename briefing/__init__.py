"""The weekly briefing: the readings and figures of the screen, on paper."""
