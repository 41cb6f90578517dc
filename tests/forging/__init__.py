"""Requests that no platform sent, of every kind and for every channel, and what ingest does."""
