"""The contracts of contracts/exchange on a chain."""

from dataclasses import dataclass
from typing import final

from tokenspice.engine.units import Amount
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["GATE", "SettlementContracts", "deploy_settlement"]

GATE = 0
"""The vault's account through which money comes in and goes out; empty between settlements."""


@final
@dataclass(frozen=True)
class SettlementContracts:
    """A vault of one token, and what acts on it.

    Attributes:
        sequencer: the only one that moves money between accounts.
        bonds: keeps bonds of liquidity providers, in accounts of the vault.
    """

    chain: Chain
    token: Token
    vault: Contract
    bonds: Contract
    sequencer: EvmWallet


def deploy_settlement(chain: Chain, symbol: str, supply: Amount) -> SettlementContracts:
    """Deploy a token and its vault.

    Args:
        chain: where.
        symbol: of the token, which is the exchange's asset.
        supply: base units that the faucet holds, from which all deposits come.
    """
    token = chain.tokens.get(symbol) or chain.deploy_token(symbol, supply)
    sequencer = chain.wallet("sequencer")
    vault = chain.deploy("exchange/ExchangeVault", token.contract.address, sender=sequencer)
    bonds = chain.deploy("exchange/ExchangeBonds", vault.address, sender=sequencer)
    sequencer.send(vault.setOperator(bonds.address, True))
    sequencer.send(vault.open([bytes(32)]))
    return SettlementContracts(chain, token, vault, bonds, sequencer)
