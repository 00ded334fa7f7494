"""Proposals, votes, and what they change."""
