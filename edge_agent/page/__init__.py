"""The hub's page for the patient: what was measured last, whether it has arrived, and what to do."""

from edge_agent.page.server import Page, open_page

__all__ = ["Page", "open_page"]
