"""What a lender may lose: value at risk, expected shortfall, liquidations at risk."""
