"""Science funding: who proposes, who pays, who publishes, and where the money goes.

One family of agents for all netlists of that theme. Read `proposals.py`, then `treasury.py`, `researchers.py` and
`markets.py`. Where DARC-SPICE's original behaves otherwise than it says, `variant.py` names the difference.
"""
