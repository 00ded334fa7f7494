//! What a chain is given at its beginning.

use alloy_primitives::Address;
use revm::primitives::hardfork::SpecId;

use crate::error::{Failure, Outcome};

/// What a chain keeps of its past: from nothing, over the head's receipts and all blocks with theirs, to the states
/// after the latest blocks as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    None,
    Last,
    Blocks,
    All,
}

impl Keep {
    pub fn parse(name: &str) -> Outcome<Self> {
        match name {
            "none" => Ok(Self::None),
            "last" => Ok(Self::Last),
            "blocks" => Ok(Self::Blocks),
            "all" => Ok(Self::All),
            _ => Err(Failure::usage(format!("keep was {name:?}; write \"none\", \"last\", \"blocks\" or \"all\""))),
        }
    }

    /// Whether all blocks stay, with their receipts.
    pub const fn has_history(self) -> bool {
        matches!(self, Self::Blocks | Self::All)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub spec: SpecId,
    pub chain_id: u64,
    pub block_gas_limit: u64,
    pub coinbase: Address,
    pub seed: u64,
    pub keep: Keep,
}
