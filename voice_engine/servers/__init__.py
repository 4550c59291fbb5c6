"""Requests to servers of tenants: signed, authenticated, never into private networks."""
