//! What a chain is given at its beginning.

use alloy_primitives::Address;
use revm::primitives::hardfork::SpecId;

use crate::error::{Failure, Outcome};

/// Which receipts a chain keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    None,
    Last,
    All,
}

impl Keep {
    pub fn parse(name: &str) -> Outcome<Self> {
        match name {
            "none" => Ok(Self::None),
            "last" => Ok(Self::Last),
            "all" => Ok(Self::All),
            _ => Err(Failure::usage(format!("keep was {name:?}; write \"none\", \"last\" or \"all\""))),
        }
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
