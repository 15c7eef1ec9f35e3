"""Who supplies: invitations, connections, terms, health and the partner's own page."""
