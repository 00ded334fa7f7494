//! A chain as bytes: magic, version, RLP, and the keccak-256 of all that comes before it.

use std::collections::HashMap;
use std::sync::Arc;

use alloy_eips::eip2930::AccessList;
use alloy_eips::eip7702::SignedAuthorization;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_rlp::{Decodable, Encodable, RlpDecodable, RlpEncodable};
use pyo3::prelude::*;
use revm::bytecode::Bytecode;

use crate::account::{Account, Map};
use crate::block::Block;
use crate::chain::Saved;
use crate::config::{Config, Keep};
use crate::error::{Failure, Outcome};
use crate::hardfork;
use crate::history::{self, BlockRecord};
use crate::remote::Remote;
use crate::transaction::{Extras, Fees, Request};
use crate::world::World;

const MAGIC: &[u8] = b"web3engine evm state ";
const VERSION: u8 = 4;
const DIGEST: usize = 32;

#[derive(RlpEncodable, RlpDecodable)]
struct File {
    hardfork: String,
    chain_id: u64,
    block_gas_limit: u64,
    coinbase: Address,
    seed: u64,
    keep: u8,
    base_fee: u64,
    next_timestamp: u64,
    /// None, or the one that was set for the next block.
    next_prevrandao: Vec<B256>,
    /// None, or the base fee that comes back after the next block.
    later_base_fee: Vec<u64>,
    tickets: u64,
    queue: Vec<QueuedRecord>,
    blocks: Vec<BlockRecord>,
    codes: Vec<Bytes>,
    accounts: Vec<AccountRecord>,
    /// None, or the one block that the chain was forked at.
    fork: Vec<ForkRecord>,
}

#[derive(RlpEncodable, RlpDecodable)]
struct ForkRecord {
    number: u64,
    hash: B256,
}

#[derive(RlpEncodable, RlpDecodable)]
struct AccountRecord {
    address: Address,
    balance: U256,
    nonce: u64,
    /// 0 for none, else one more than the place in `codes`.
    code: u64,
    storage: Vec<SlotRecord>,
    remote: bool,
}

#[derive(RlpEncodable, RlpDecodable)]
struct SlotRecord {
    key: U256,
    value: U256,
}

/// What may be missing is a list of none or one.
#[derive(RlpEncodable, RlpDecodable)]
pub struct QueuedRecord {
    ticket: u64,
    sender: Address,
    to: Vec<Address>,
    data: Bytes,
    value: U256,
    gas: Vec<u64>,
    market: bool,
    max_fee: Vec<u128>,
    priority_fee: u128,
    nonce: Vec<u64>,
    access_list: AccessList,
    kind: Vec<u8>,
    extras: Vec<ExtrasRecord>,
    raw: Vec<Bytes>,
}

#[derive(RlpEncodable, RlpDecodable)]
struct ExtrasRecord {
    blob_hashes: Vec<B256>,
    max_blob_fee: u128,
    authorizations: Vec<SignedAuthorization>,
}

pub fn to_bytes(saved: &Saved) -> Vec<u8> {
    let mut codes = Codes::default();
    let accounts = saved.world.sorted().into_iter().map(|(address, account)| record(address, account, &mut codes));
    let accounts = accounts.collect();
    let file = File {
        hardfork: hardfork::name_of(saved.config.spec).into(),
        chain_id: saved.config.chain_id,
        block_gas_limit: saved.config.block_gas_limit,
        coinbase: saved.config.coinbase,
        seed: saved.config.seed,
        keep: saved.config.keep as u8,
        base_fee: saved.base_fee,
        next_timestamp: saved.next_timestamp,
        next_prevrandao: saved.next_prevrandao.into_iter().collect(),
        later_base_fee: saved.later_base_fee.into_iter().collect(),
        tickets: saved.tickets,
        queue: saved.queue.iter().map(|request| queued(request)).collect(),
        blocks: history::records(saved.config.keep, &saved.world),
        codes: codes.all,
        accounts,
        fork: saved
            .world
            .remote()
            .map(|remote| ForkRecord { number: remote.number, hash: remote.hash })
            .into_iter()
            .collect(),
    };
    let mut bytes = MAGIC.to_vec();
    bytes.push(VERSION);
    file.encode(&mut bytes);
    let digest = keccak256(&bytes);
    bytes.extend_from_slice(digest.as_slice());
    bytes
}

/// A forked chain needs the `reader` of what it was forked from.
pub fn from_bytes(bytes: &[u8], reader: Option<Py<PyAny>>) -> Outcome<Saved> {
    let bad = |what: &str| Failure::snapshot(format!("a snapshot of {} bytes {what}; save it again", bytes.len()));
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| bad("is none: it does not start as one"))?;
    let (version, rest) = rest.split_first().ok_or_else(|| bad("is cut short"))?;
    if *version != VERSION {
        return Err(bad(&format!("has format version {version}, and this program reads version {VERSION}")));
    }
    let body = rest.len().checked_sub(DIGEST).map(|end| &rest[..end]).ok_or_else(|| bad("is cut short"))?;
    let (hashed, digest) = bytes.split_at(bytes.len() - DIGEST);
    if keccak256(hashed).as_slice() != digest {
        return Err(bad("is damaged: its hash does not fit its content"));
    }
    let mut body = body;
    let mut file = File::decode(&mut body).map_err(|error| bad(&format!("does not decode: {error}")))?;
    let remote = match (file.fork.first(), reader) {
        (None, _) => None,
        (Some(fork), Some(reader)) => Some(Arc::new(Remote::new(reader, fork.number, fork.hash))),
        (Some(fork), None) => {
            let number = fork.number;
            return Err(Failure::snapshot(format!("this chain was forked at block {number}; give the fork's reader")));
        }
    };
    let world = world(&mut file, remote).ok_or_else(|| bad("refers to blocks or code that it does not hold"))?;
    let config = Config {
        spec: hardfork::parse(&file.hardfork)?,
        chain_id: file.chain_id,
        block_gas_limit: file.block_gas_limit,
        coinbase: file.coinbase,
        seed: file.seed,
        keep: match file.keep {
            0 => Keep::None,
            1 => Keep::Last,
            2 => Keep::Blocks,
            _ => Keep::All,
        },
    };
    let queue = file.queue.into_iter().map(|record| request(record).map(Arc::new)).collect::<Outcome<_>>()?;
    let File { base_fee, next_timestamp, tickets, .. } = file;
    let next_prevrandao = file.next_prevrandao.first().copied();
    let later_base_fee = file.later_base_fee.first().copied();
    Ok(Saved { config, base_fee, next_timestamp, next_prevrandao, later_base_fee, tickets, queue, world })
}

/// Each code once, however many accounts have it.
#[derive(Default)]
struct Codes {
    all: Vec<Bytes>,
    places: HashMap<B256, u64>,
}

impl Codes {
    fn place(&mut self, account: &Account) -> u64 {
        if account.code.is_empty() {
            return 0;
        }
        *self.places.entry(account.code_hash).or_insert_with(|| {
            self.all.push(account.code.original_bytes());
            self.all.len() as u64
        })
    }
}

fn record(address: Address, account: &Account, codes: &mut Codes) -> AccountRecord {
    let mut storage: Vec<_> =
        account.storage.iter().map(|(key, value)| SlotRecord { key: *key, value: *value }).collect();
    storage.sort_unstable_by_key(|slot| slot.key);
    AccountRecord {
        address,
        balance: account.balance,
        nonce: account.nonce,
        code: codes.place(account),
        storage,
        remote: account.remote,
    }
}

fn world(file: &mut File, remote: Option<Arc<Remote>>) -> Option<World> {
    let mut blocks = history::blocks(std::mem::take(&mut file.blocks), file.chain_id)?.into_iter();
    let first = blocks.next()?;
    let first = match &remote {
        Some(remote) if remote.number == first.number => Block { hash: remote.hash, ..first },
        _ => first,
    };
    let mut world = World::new(first, remote);
    for block in blocks {
        if block.number != world.head().number + 1 {
            return None;
        }
        world.push(Arc::new(block), Keep::Blocks, None);
    }
    let read = |code: &Bytes| Some((keccak256(code), Bytecode::new_raw_checked(code.clone()).ok()?));
    let codes = file.codes.iter().map(read).collect::<Option<Vec<_>>>()?;
    for record in &file.accounts {
        let mut account =
            Account { balance: record.balance, nonce: record.nonce, remote: record.remote, ..Account::default() };
        if let Some(place) = record.code.checked_sub(1) {
            (account.code_hash, account.code) = codes.get(usize::try_from(place).ok()?)?.clone();
        }
        account.storage = record.storage.iter().map(|slot| (slot.key, slot.value)).collect::<Map<_, _>>();
        world.insert(record.address, account);
    }
    Some(world)
}

pub fn queued(request: &Request) -> QueuedRecord {
    let (market, max_fee, priority_fee) = match request.fees {
        Fees::Flat(price) => (false, vec![], price),
        Fees::Market { max, priority } => (true, max.into_iter().collect(), priority),
    };
    QueuedRecord {
        ticket: request.ticket,
        sender: request.sender,
        to: request.to.into_iter().collect(),
        data: request.data.clone(),
        value: request.value,
        gas: request.gas.into_iter().collect(),
        market,
        max_fee,
        priority_fee,
        nonce: request.nonce.into_iter().collect(),
        access_list: request.access_list.clone(),
        kind: request.kind.into_iter().collect(),
        extras: request.extras.iter().map(|extras| extras_record(extras)).collect(),
        raw: request.signed.iter().map(|signed| signed.raw.clone()).collect(),
    }
}

fn extras_record(extras: &Extras) -> ExtrasRecord {
    let Extras { blob_hashes, max_blob_fee, authorizations } = extras.clone();
    ExtrasRecord { blob_hashes, max_blob_fee, authorizations }
}

fn extras(record: ExtrasRecord) -> Box<Extras> {
    let ExtrasRecord { blob_hashes, max_blob_fee, authorizations } = record;
    Box::new(Extras { blob_hashes, max_blob_fee, authorizations })
}

pub fn request(record: QueuedRecord) -> Outcome<Request> {
    if let Some(raw) = record.raw.first() {
        return Ok(Request { ticket: record.ticket, ..Request::from_raw(raw)? });
    }
    let fees = if record.market {
        Fees::Market { max: record.max_fee.first().copied(), priority: record.priority_fee }
    } else {
        Fees::Flat(record.priority_fee)
    };
    Ok(Request {
        sender: record.sender,
        to: record.to.first().copied(),
        data: record.data,
        value: record.value,
        gas: record.gas.first().copied(),
        fees,
        nonce: record.nonce.first().copied(),
        access_list: record.access_list,
        kind: record.kind.first().copied(),
        extras: record.extras.into_iter().next().map(extras),
        signed: None,
        ticket: record.ticket,
    })
}
