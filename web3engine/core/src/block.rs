//! Block headers: made deterministic by the chain's seed, chained by hash.

use std::sync::Arc;

use alloy_primitives::{Address, B256, keccak256};
use alloy_rlp::{RlpDecodable, RlpEncodable};

use crate::random::Random;
use crate::receipt::Receipt;

/// What makes a block's hash; the hash of this list's RLP is the block hash.
#[derive(Clone, Debug, PartialEq, Eq, RlpEncodable, RlpDecodable)]
pub struct Header {
    pub parent_hash: B256,
    pub number: u64,
    pub timestamp: u64,
    pub coinbase: Address,
    pub gas_limit: u64,
    pub gas_used: u64,
    pub base_fee: u64,
    pub prevrandao: B256,
    pub transactions: u64,
}

#[derive(Debug)]
pub struct Block {
    pub header: Header,
    pub hash: B256,
    /// Transactions that ran in the block and failed.
    pub reverted: u64,
    /// Queued transactions that could not run at all.
    pub rejected: u64,
    /// Queued transactions that wait for a later block.
    pub carried_over: u64,
    /// In the order of execution; empty where the chain does not keep them.
    pub receipts: Vec<Arc<Receipt>>,
}

impl std::ops::Deref for Block {
    type Target = Header;

    fn deref(&self) -> &Header {
        &self.header
    }
}

impl Block {
    pub fn seal(header: Header) -> Self {
        let mut encoded = Vec::with_capacity(192);
        alloy_rlp::Encodable::encode(&header, &mut encoded);
        Self { hash: keccak256(&encoded), header, reverted: 0, rejected: 0, carried_over: 0, receipts: Vec::new() }
    }

    /// The same block without its receipts.
    pub fn bare(&self) -> Self {
        Self { header: self.header.clone(), receipts: Vec::new(), ..*self }
    }
}

/// The random beacon of block `number`: the same seed gives the same chain.
pub fn prevrandao(seed: u64, number: u64) -> B256 {
    // Complemented, so that a shuffle of the same block draws something else.
    Random::new(!seed, number).word()
}
