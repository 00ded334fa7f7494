//! anvil's state dumps: JSON, bare as `anvil --dump-state` writes it or gzipped in hex as `anvil_dumpState` gives it.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use alloy_consensus::{EMPTY_OMMER_ROOT_HASH, EMPTY_ROOT_HASH};
use alloy_primitives::{Address, B64, B256, Bloom, Bytes, U256, hex, keccak256};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use revm::bytecode::Bytecode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::account::Account;
use crate::block::Header;
use crate::chain::Chain;
use crate::error::{Failure, Outcome};

/// What is read of a dump; the rest of it is history.
#[derive(Deserialize)]
struct Dump {
    #[serde(default)]
    block: Option<BlockRecord>,
    accounts: BTreeMap<Address, AccountRecord>,
    #[serde(default)]
    best_block_number: Option<Value>,
}

#[derive(Deserialize)]
struct BlockRecord {
    number: Value,
    timestamp: Value,
}

#[derive(Deserialize)]
struct AccountRecord {
    nonce: Value,
    balance: U256,
    code: Bytes,
    #[serde(default)]
    storage: BTreeMap<U256, U256>,
}

/// anvil writes storage as words of 32 bytes.
#[derive(Serialize)]
struct PaddedAccount {
    nonce: u64,
    balance: U256,
    code: Bytes,
    storage: BTreeMap<B256, B256>,
}

/// The chain's state as JSON text.
pub fn dump(chain: &Chain) -> Outcome<String> {
    if chain.world().remote().is_some() {
        return Err(Failure::usage("a forked chain's state is not all here, so it cannot be dumped; write a snapshot"));
    }
    let head = chain.world().head();
    let accounts: BTreeMap<Address, PaddedAccount> = chain
        .world()
        .sorted()
        .into_iter()
        .map(|(address, account)| {
            let storage = account.storage.iter().map(|(key, value)| (B256::from(*key), B256::from(*value))).collect();
            let code = account.code.original_bytes();
            (address, PaddedAccount { nonce: account.nonce, balance: account.balance, code, storage })
        })
        .collect();
    let dump = json!({
        "block": {
            "number": U256::from(head.number),
            "beneficiary": head.coinbase,
            "timestamp": U256::from(head.timestamp),
            "gas_limit": head.gas_limit,
            "basefee": head.base_fee,
            "difficulty": U256::ZERO,
            "prevrandao": head.prevrandao,
            "blob_excess_gas_and_price": null,
            "slot_num": 0,
        },
        "accounts": accounts,
        "best_block_number": head.number,
        "blocks": [{"header": header(head), "transactions": [], "ommers": []}],
        "transactions": [],
        "historical_states": null,
    });
    serde_json::to_string(&dump).map_err(|error| Failure::snapshot(format!("the state could not be written: {error}")))
}

/// The head as an Ethereum header; anvil refuses a dump without one. What no trie was built for is the empty trie.
fn header(head: &Header) -> Value {
    json!({
        "parentHash": head.parent_hash,
        "sha3Uncles": EMPTY_OMMER_ROOT_HASH,
        "miner": head.coinbase,
        "stateRoot": EMPTY_ROOT_HASH,
        "transactionsRoot": EMPTY_ROOT_HASH,
        "receiptsRoot": EMPTY_ROOT_HASH,
        "logsBloom": Bloom::ZERO,
        "difficulty": U256::ZERO,
        "number": U256::from(head.number),
        "gasLimit": U256::from(head.gas_limit),
        "gasUsed": U256::from(head.gas_used),
        "timestamp": U256::from(head.timestamp),
        "extraData": "0x",
        "mixHash": head.prevrandao,
        "nonce": B64::ZERO,
        "baseFeePerGas": U256::from(head.base_fee),
    })
}

/// JSON text as `anvil_dumpState` packs it: gzip, in hex.
pub fn pack(text: &str) -> Outcome<String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    packed
        .map(hex::encode_prefixed)
        .map_err(|error| Failure::snapshot(format!("the state could not be compressed: {error}")))
}

/// Takes over every account of a dump, and its head block's number and time; other accounts stay.
pub fn load(chain: &mut Chain, data: &[u8]) -> Outcome<()> {
    let bad = |what: String| {
        let hint = "give what anvil_dumpState or anvil --dump-state gave";
        Failure::snapshot(format!("a state dump of {} bytes {what}; {hint}", data.len()))
    };
    let text = unpack(data).map_err(|error| bad(format!("does not unpack: {error}")))?;
    let dump: Dump = serde_json::from_slice(&text).map_err(|error| bad(format!("is not anvil's: {error}")))?;
    let mut accounts = Vec::with_capacity(dump.accounts.len());
    for (address, record) in dump.accounts {
        let nonce = number(&record.nonce).ok_or_else(|| bad(format!("has no nonce for {address}")))?;
        let mut account = Account { balance: record.balance, nonce, ..Account::default() };
        if !record.code.is_empty() {
            account.code_hash = keccak256(&record.code);
            account.code = Bytecode::new_raw_checked(record.code)
                .map_err(|error| bad(format!("has code for {address} that is none: {error}")))?;
        }
        for (key, value) in record.storage {
            account.set_slot(key, value);
        }
        accounts.push((address, account));
    }
    let head = match &dump.block {
        Some(block) => {
            let timestamp = number(&block.timestamp).ok_or_else(|| bad("has a block without a time".into()))?;
            let best = dump.best_block_number.as_ref().unwrap_or(&block.number);
            Some((number(best).ok_or_else(|| bad("has a block without a number".into()))?, timestamp))
        }
        None => None,
    };
    for (address, account) in accounts {
        chain.world_mut().insert(address, account);
    }
    if let Some((number, timestamp)) = head {
        chain.start_from(number, timestamp);
    }
    Ok(())
}

fn unpack(data: &[u8]) -> Result<Vec<u8>, String> {
    let trimmed = data.trim_ascii();
    let packed = match trimmed.strip_prefix(b"0x") {
        Some(digits) => hex::decode(digits).map_err(|error| error.to_string())?,
        None => trimmed.to_vec(),
    };
    if !packed.starts_with(&[0x1f, 0x8b]) {
        return Ok(packed);
    }
    let mut text = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

/// A number as JSON gives it: plain, or as hex text.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse::<U256>().ok().and_then(|number| number.try_into().ok()),
        _ => None,
    }
}
