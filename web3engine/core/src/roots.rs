//! Tries over a block's transactions and receipts, as Ethereum's headers claim them.

use alloy_consensus::{Eip658Value, Receipt as Inner, ReceiptEnvelope};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{B256, Bloom};
use alloy_trie::root::ordered_trie_root_encoded;

use crate::block::Block;
use crate::receipt::Receipt;

fn included(block: &Block) -> impl Iterator<Item = &Receipt> {
    block.receipts.iter().map(|receipt| &**receipt).filter(|receipt| receipt.index.is_some())
}

/// Whether all receipts of the block are here.
pub fn is_whole(block: &Block) -> bool {
    included(block).count() as u64 == block.transactions
}

pub fn logs_bloom(block: &Block) -> Bloom {
    let mut bloom = Bloom::ZERO;
    included(block).flat_map(|receipt| &receipt.ending.logs).for_each(|log| bloom.accrue_log(log));
    bloom
}

pub fn of_transactions(block: &Block) -> B256 {
    let encode = |receipt: &Receipt| receipt.request.encoded(receipt.nonce, receipt.gas, receipt.chain_id);
    ordered_trie_root_encoded(&included(block).map(encode).collect::<Vec<_>>())
}

pub fn of_receipts(block: &Block) -> B256 {
    ordered_trie_root_encoded(&included(block).map(encoded).collect::<Vec<_>>())
}

/// A receipt as EIP-2718 writes it.
fn encoded(receipt: &Receipt) -> Vec<u8> {
    let inner = Inner {
        status: Eip658Value::Eip658(receipt.ending.success),
        cumulative_gas_used: receipt.cumulative_gas,
        logs: receipt.ending.logs.clone(),
    };
    let inner = inner.with_bloom();
    let envelope = match receipt.request.kind() {
        0 => ReceiptEnvelope::Legacy(inner),
        1 => ReceiptEnvelope::Eip2930(inner),
        2 => ReceiptEnvelope::Eip1559(inner),
        3 => ReceiptEnvelope::Eip4844(inner),
        _ => ReceiptEnvelope::Eip7702(inner),
    };
    envelope.encoded_2718()
}
