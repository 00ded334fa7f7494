"""Liquidity provision: commitments with a bond, the service level agreement, shares, scores and fees."""
