"""Programmes that change what parties pay and get for trading: referrals, volume discounts, volume rebates, streaks."""
