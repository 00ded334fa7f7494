"""What the netlists of an exchange share: parameters of a market, wiring, measurements, charts."""
