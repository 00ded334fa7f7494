"""An agent that belongs to a referral set, besides whatever else it does."""

from typing import final

from tokenspice.agents.exchange.party import ExchangeAgent
from tokenspice.engine import AgentBase, SimStateBase

__all__ = ["ReferralAgentWrapper"]


@final
class ReferralAgentWrapper(AgentBase):
    """Steps as the agent inside does, and makes a referral set or joins one, as soon as that can be done.

    Args:
        agent: what it is besides.
        referrer: whose set it joins; it makes a set of its own unless this is given.

    Attributes:
        set_id: of the set that it is in; empty before.
    """

    def __init__(self, agent: ExchangeAgent, referrer: "ReferralAgentWrapper | None" = None) -> None:
        super().__init__(agent.name, agent.wallet)
        self.agent = agent
        self.referrer = referrer
        self.set_id = ""

    def takeStep(self, state: SimStateBase) -> None:
        if not self.set_id:
            self.set_id = self._made() if self.referrer is None else self._joined(self.referrer.set_id)
        self.agent.takeStep(state)

    def _made(self) -> str:
        return self.agent.service.create_referral_set(self.agent.party, self.name)

    def _joined(self, set_id: str) -> str:
        """Join a set, which may not be there yet; return its id if that could be done."""
        if not set_id:
            return ""
        reason = self.agent.service.apply_referral_code(self.agent.party, set_id)
        return "" if reason else set_id
