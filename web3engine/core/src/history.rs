//! Mined blocks and their receipts as records of a saved chain.

use std::sync::{Arc, OnceLock};

use alloy_primitives::{Address, Bytes, Log};
use alloy_rlp::{RlpDecodable, RlpEncodable};

use crate::block::{Block, Header};
use crate::config::Keep;
use crate::receipt::{Ending, Receipt};
use crate::snapshot::{QueuedRecord, queued, request};
use crate::world::World;

#[derive(RlpEncodable, RlpDecodable)]
pub struct BlockRecord {
    header: Header,
    reverted: u64,
    rejected: u64,
    carried_over: u64,
    receipts: Vec<ReceiptRecord>,
}

/// What may be missing is a list of none or one.
#[derive(RlpEncodable, RlpDecodable)]
struct ReceiptRecord {
    request: QueuedRecord,
    success: bool,
    gas_used: u64,
    created: Vec<Address>,
    logs: Vec<Log>,
    output: Bytes,
    halt: Vec<String>,
    nonce: u64,
    gas: u64,
    effective_gas_price: u128,
    index: Vec<u64>,
    cumulative_gas: u64,
}

/// All blocks with their receipts, where the chain keeps them; else the headers that BLOCKHASH can still see.
pub fn records(keep: Keep, world: &World) -> Vec<BlockRecord> {
    if keep.has_history() {
        return world.blocks().map(|block| record(block)).collect();
    }
    world.recent().map(|block| record(&block.bare())).collect()
}

/// None if a transaction does not decode.
pub fn blocks(records: Vec<BlockRecord>, chain_id: u64) -> Option<Vec<Block>> {
    records.into_iter().map(|record| block(record, chain_id)).collect()
}

fn record(block: &Block) -> BlockRecord {
    BlockRecord {
        header: block.header.clone(),
        reverted: block.reverted,
        rejected: block.rejected,
        carried_over: block.carried_over,
        receipts: block.receipts.iter().map(|receipt| receipt_record(receipt)).collect(),
    }
}

fn block(record: BlockRecord, chain_id: u64) -> Option<Block> {
    let BlockRecord { header, reverted, rejected, carried_over, receipts } = record;
    let number = header.number;
    let receipts = receipts.into_iter().map(|record| receipt(record, number, chain_id).map(Arc::new));
    let receipts = receipts.collect::<Option<_>>()?;
    Some(Block { reverted, rejected, carried_over, receipts, ..Block::seal(header) })
}

fn receipt_record(receipt: &Receipt) -> ReceiptRecord {
    let ending = &receipt.ending;
    ReceiptRecord {
        request: queued(&receipt.request),
        success: ending.success,
        gas_used: ending.gas_used,
        created: ending.created.into_iter().collect(),
        logs: ending.logs.clone(),
        output: ending.output.clone(),
        halt: ending.halt.iter().cloned().collect(),
        nonce: receipt.nonce,
        gas: receipt.gas,
        effective_gas_price: receipt.effective_gas_price,
        index: receipt.index.into_iter().collect(),
        cumulative_gas: receipt.cumulative_gas,
    }
}

fn receipt(record: ReceiptRecord, block_number: u64, chain_id: u64) -> Option<Receipt> {
    Some(Receipt {
        request: Arc::new(request(record.request).ok()?),
        ending: Ending {
            success: record.success,
            gas_used: record.gas_used,
            created: record.created.first().copied(),
            logs: record.logs,
            output: record.output,
            halt: record.halt.into_iter().next(),
        },
        nonce: record.nonce,
        gas: record.gas,
        effective_gas_price: record.effective_gas_price,
        block_number,
        index: record.index.first().copied(),
        cumulative_gas: record.cumulative_gas,
        chain_id,
        hash: OnceLock::new(),
    })
}
