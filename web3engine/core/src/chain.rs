//! The chain: one EVM kept alive over one world, and the rules by which blocks come about.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use alloy_eips::eip2935::{HISTORY_STORAGE_ADDRESS, HISTORY_STORAGE_CODE};
use alloy_primitives::{Address, B256, TxKind, U256, keccak256};
use revm::Inspector;
use revm::bytecode::Bytecode;
use revm::context::TxEnv;
use revm::context_interface::either::Either;
use revm::handler::MainnetContext;
use revm::primitives::hardfork::SpecId;

use revm_inspectors::transfer::TransferInspector;

use crate::account::{Account, Map};
use crate::block::{Block, Header, prevrandao};
use crate::config::{Config, Keep};
use crate::error::{Failure, Outcome};
use crate::hardfork;
use crate::machine::{Inspected, Machine, Unrun};
use crate::order::{Ordering, Slot, arrange};
use crate::reason;
use crate::receipt::{Ending, Receipt};
use crate::remote::Remote;
use crate::transaction::{Fees, Request};
use crate::world::{ANCESTORS, World};

/// The cheapest transaction of all: a block with less gas left is full.
const CHEAPEST: u64 = 21_000;

/// Everything a chain is, as a value; cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Saved {
    pub config: Config,
    pub base_fee: u64,
    pub next_timestamp: u64,
    /// The randomness of the next block, if it was set.
    pub next_prevrandao: Option<B256>,
    /// The base fee that comes back after the next block, where that has one of its own.
    pub later_base_fee: Option<u64>,
    pub tickets: u64,
    pub queue: Vec<Arc<Request>>,
    pub world: World,
}

impl Saved {
    /// A chain that nothing was asked of yet.
    fn beginning(config: Config, base_fee: u64, next_timestamp: u64, world: World) -> Self {
        Self {
            config,
            base_fee,
            next_timestamp,
            next_prevrandao: None,
            later_base_fee: None,
            tickets: 0,
            queue: Vec::new(),
            world,
        }
    }
}

pub struct Chain {
    machine: Machine,
    config: Config,
    base_fee: u64,
    next_timestamp: u64,
    next_prevrandao: Option<B256>,
    later_base_fee: Option<u64>,
    tickets: u64,
    queue: Vec<Arc<Request>>,
}

/// Called between transactions and blocks; an error stops the work there.
pub type Poll<'a> = &'a mut dyn FnMut() -> Outcome<()>;

impl Chain {
    pub fn new(config: Config, base_fee: u64, genesis_time: u64) -> Self {
        let genesis = Block::seal(Header {
            parent_hash: B256::ZERO,
            number: 0,
            timestamp: genesis_time,
            coinbase: config.coinbase,
            gas_limit: config.block_gas_limit,
            gas_used: 0,
            base_fee,
            prevrandao: prevrandao(config.seed, 0),
            transactions: 0,
        });
        let mut world = World::new(genesis, None);
        if config.spec.is_enabled_in(SpecId::PRAGUE) {
            world.insert(HISTORY_STORAGE_ADDRESS, history_contract());
        }
        Self::from(Saved::beginning(config, base_fee, genesis_time, world))
    }

    /// A chain that goes on from the head of another one.
    pub fn fork(config: Config, head: Block, remote: Remote) -> Outcome<Self> {
        let (base_fee, next_timestamp) = (head.base_fee, head.timestamp);
        let world = World::new(head, Some(Arc::new(remote)));
        let mut chain = Self::from(Saved::beginning(config, 0, next_timestamp, world));
        chain.set_base_fee(base_fee)?;
        Ok(chain)
    }

    pub fn save(&self) -> Saved {
        Saved {
            config: self.config.clone(),
            base_fee: self.base_fee,
            next_timestamp: self.next_timestamp,
            next_prevrandao: self.next_prevrandao,
            later_base_fee: self.later_base_fee,
            tickets: self.tickets,
            queue: self.queue.clone(),
            world: self.world().clone(),
        }
    }

    /// What is kept is the chain's own business, not its state's.
    pub fn restore(&mut self, mut saved: Saved) {
        saved.config.keep = self.config.keep;
        if saved.config == self.config {
            *self.world_mut() = saved.world;
            self.base_fee = saved.base_fee;
            self.next_timestamp = saved.next_timestamp;
            self.next_prevrandao = saved.next_prevrandao;
            self.later_base_fee = saved.later_base_fee;
            self.tickets = saved.tickets;
            self.queue = saved.queue;
        } else {
            *self = Self::from(saved);
        }
    }

    /// A fresh EVM over the same world, for after a panic.
    pub fn repair(&mut self) {
        self.machine = Machine::new(&self.config, self.world().clone());
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    pub fn world(&self) -> &World {
        self.machine.world()
    }

    pub fn world_mut(&mut self) -> &mut World {
        self.machine.world_mut()
    }

    pub fn base_fee(&self) -> u64 {
        self.base_fee
    }

    pub fn set_base_fee(&mut self, base_fee: u64) -> Outcome<()> {
        if base_fee > 0 && !self.has_base_fee() {
            return Err(Failure::usage(format!(
                "the base fee was to be {base_fee} wei, but {} has none; give 0, or use london or later",
                hardfork::name_of(self.config.spec)
            )));
        }
        self.base_fee = base_fee;
        self.later_base_fee = None;
        Ok(())
    }

    /// Gives the next block a base fee of its own.
    pub fn set_next_base_fee(&mut self, base_fee: u64) -> Outcome<()> {
        let later = self.later_base_fee.unwrap_or(self.base_fee);
        self.set_base_fee(base_fee)?;
        self.later_base_fee = Some(later);
        Ok(())
    }

    fn has_base_fee(&self) -> bool {
        self.config.spec.is_enabled_in(SpecId::LONDON)
    }

    /// Before london a priority fee alone is simply the gas price.
    fn settle_fees(&self, request: &mut Request) {
        if let Fees::Market { max: None, priority } = request.fees
            && !self.has_base_fee()
        {
            request.fees = Fees::Flat(priority);
        }
    }

    pub fn set_coinbase(&mut self, coinbase: Address) {
        self.config.coinbase = coinbase;
        self.machine.set_coinbase(coinbase);
    }

    pub fn set_keep(&mut self, keep: Keep) {
        self.config.keep = keep;
    }

    pub fn set_block_gas_limit(&mut self, gas: u64) {
        self.config.block_gas_limit = gas;
        self.machine.set_block_gas_limit(gas);
    }

    pub fn next_timestamp(&self) -> u64 {
        self.next_timestamp
    }

    pub fn set_next_timestamp(&mut self, timestamp: u64) -> Outcome<()> {
        let head = self.world().head().timestamp;
        if timestamp < head {
            return Err(Failure::usage(format!(
                "a block was to carry time {timestamp} s, before its parent's {head} s; give {head} or later"
            )));
        }
        self.next_timestamp = timestamp;
        Ok(())
    }

    /// The seed of the randomness and the order of what comes from now on.
    pub fn set_seed(&mut self, seed: u64) {
        self.config.seed = seed;
    }

    /// The randomness that the next block gives to contracts.
    pub fn set_next_prevrandao(&mut self, word: B256) {
        self.next_prevrandao = Some(word);
    }

    fn beacon(&self, number: u64) -> B256 {
        self.next_prevrandao.unwrap_or_else(|| prevrandao(self.config.seed, number))
    }

    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    pub fn submit(&mut self, mut request: Request) -> u64 {
        self.settle_fees(&mut request);
        self.tickets += 1;
        request.ticket = self.tickets;
        self.queue.push(Arc::new(request));
        self.tickets
    }

    /// Makes room for `count` more transactions.
    pub fn expect(&mut self, count: usize) {
        self.queue.reserve(count);
    }

    /// Takes a transaction out of the queue; false if it is not there.
    pub fn withdraw(&mut self, ticket: u64) -> bool {
        let before = self.queue.len();
        self.queue.retain(|request| request.ticket != ticket);
        self.queue.len() < before
    }

    pub fn clear_queue(&mut self) -> usize {
        std::mem::take(&mut self.queue).len()
    }

    fn prepare(&self, request: &Request, gas: u64) -> Outcome<TxEnv> {
        let (gas_price, gas_priority_fee) = match request.fees {
            Fees::Flat(price) => (price, None),
            Fees::Market { max, priority } => {
                (max.unwrap_or_else(|| priority.saturating_add(self.base_fee.into())), Some(priority))
            }
        };
        let nonce = match request.nonce {
            Some(nonce) => nonce,
            None => self.world().look(request.sender, |account| account.nonce)?.unwrap_or(0),
        };
        let chain_id = match &request.signed {
            Some(signed) => signed.chain_id,
            None => Some(self.config.chain_id),
        };
        let (blob_hashes, max_fee_per_blob_gas, authorization_list) = match &request.extras {
            None => (Vec::new(), 0, Vec::new()),
            Some(extras) => (
                extras.blob_hashes.clone(),
                extras.max_blob_fee,
                extras.authorizations.iter().cloned().map(Either::Left).collect(),
            ),
        };
        Ok(TxEnv {
            tx_type: request.kind(),
            caller: request.sender,
            gas_limit: gas,
            gas_price,
            kind: request.to.map_or(TxKind::Create, TxKind::Call),
            value: request.value,
            data: request.data.clone(),
            nonce,
            chain_id,
            access_list: request.access_list.clone(),
            gas_priority_fee,
            blob_hashes,
            max_fee_per_blob_gas,
            authorization_list,
        })
    }

    /// Mines one transaction in a block of its own.
    pub fn transact(&mut self, mut request: Request) -> Outcome<Arc<Receipt>> {
        self.settle_fees(&mut request);
        let mut draft = self.open_block(self.next_timestamp)?;
        let gas = request.gas.unwrap_or_else(|| self.machine.most_gas());
        let (nonce, ending) = self.execute(&request, gas).inspect_err(|_| self.forget_parent(draft.held))?;
        draft.count(&ending);
        let receipt = Arc::new(self.receipt(Arc::new(request), ending, nonce, gas, &draft));
        if self.config.keep != Keep::None {
            draft.receipts.push(receipt.clone());
        }
        self.close_block(draft);
        Ok(receipt)
    }

    /// Runs a transaction in the open block and keeps what it changes; gives its nonce and how it ended.
    fn execute(&mut self, request: &Request, gas: u64) -> Outcome<(u64, Ending)> {
        let tx = self.prepare(request, gas)?;
        let nonce = tx.nonce;
        let (ending, changes) = self.machine.run(tx).map_err(|unrun| unrun.into_failure(request, gas))?;
        self.machine.commit(changes);
        Ok((nonce, ending))
    }

    /// Mines `count` empty blocks; the queue stays as it is.
    pub fn mine_empty(&mut self, timestamp: u64, count: u64, poll: Poll) -> Outcome<()> {
        let (world, next, beacon) = (self.world().clone(), self.next_timestamp, self.next_prevrandao);
        let fees = (self.base_fee, self.later_base_fee);
        for _ in 0..count {
            let draft = self.open_block(timestamp)?;
            self.close_block(draft);
            if let Err(failure) = poll() {
                *self.world_mut() = world;
                self.next_timestamp = next;
                self.next_prevrandao = beacon;
                (self.base_fee, self.later_base_fee) = fees;
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Mines the queue in one block. What does not fit stays queued; on an error nothing has happened.
    pub fn mine_queue(&mut self, timestamp: u64, ordering: Ordering, poll: Poll) -> Outcome<Arc<Block>> {
        let world = self.world().clone();
        let mut draft = self.open_block(timestamp)?;
        let queue = std::mem::take(&mut self.queue);
        if self.config.keep != Keep::None {
            draft.receipts.reserve_exact(queue.len());
        }
        match self.fill_block(&mut draft, &queue, ordering, poll) {
            Ok(waiting) => {
                self.queue = waiting;
                draft.carried_over = self.queue.len() as u64;
                Ok(self.close_block(draft))
            }
            Err(failure) => {
                self.queue = queue;
                *self.world_mut() = world;
                Err(failure)
            }
        }
    }

    /// Mines calls in one block as `call` runs them, and keeps what they change. With `transfers`, ether that moves is
    /// logged as eth_simulateV1 logs it. On an error nothing has happened.
    pub fn mine_calls(&mut self, timestamp: u64, calls: Vec<Request>, transfers: bool) -> Outcome<Arc<Block>> {
        let world = self.world().clone();
        let mut draft = self.open_block(timestamp)?;
        for call in calls {
            let done = self.simulate(&mut draft, call, transfers);
            self.machine.relax(None);
            match done {
                Ok(receipt) => draft.receipts.push(Arc::new(receipt)),
                Err(failure) => {
                    *self.world_mut() = world;
                    return Err(failure);
                }
            }
        }
        Ok(self.close_block(draft))
    }

    fn simulate(&mut self, draft: &mut Draft, call: Request, transfers: bool) -> Outcome<Receipt> {
        let left = self.config.block_gas_limit.saturating_sub(draft.gas_used);
        let gas = match call.gas {
            Some(gas) if gas <= left => gas,
            Some(gas) => {
                let sender = call.sender;
                return Err(Failure::transaction(format!(
                    "{sender} gave {gas} gas, and the block has {left} left; lower gas, or raise the block_gas_limit"
                )));
            }
            None => self.affordable(&call)?.min(left),
        };
        let tx = self.prepare(&call, gas)?;
        let nonce = tx.nonce;
        self.machine.relax(Some(call.fees.are_free()));
        let inspector = TransferInspector::new(false).with_logs(transfers);
        let inspected = self.machine.inspect(tx, inspector).map_err(|unrun| unrun.into_failure(&call, gas))?;
        self.machine.commit(inspected.state);
        let ending = Ending::from(inspected.result);
        draft.count(&ending);
        Ok(self.receipt(Arc::new(call), ending, nonce, gas, draft))
    }

    fn fill_block(
        &mut self,
        draft: &mut Draft,
        queue: &[Arc<Request>],
        ordering: Ordering,
        poll: Poll,
    ) -> Outcome<Vec<Arc<Request>>> {
        let slot = Slot { seed: self.config.seed, number: draft.number, base_fee: self.base_fee };
        let limit = self.config.block_gas_limit;
        let most_gas = self.machine.most_gas();
        let mut done = vec![false; queue.len()];
        let mut held: HashSet<Address> = HashSet::new();
        let nonce_of = |sender| Ok(self.world().look(sender, |account| account.nonce)?.unwrap_or(0));
        for position in arrange(queue, ordering, slot, nonce_of)? {
            let request = &queue[position];
            let left = limit - draft.gas_used;
            if left < CHEAPEST {
                break;
            }
            // A given gas limit is booked as a whole, as on a real chain; without one, what is used counts.
            let overbooked = request.gas.is_some_and(|gas| gas > left && gas <= limit);
            if overbooked || (!held.is_empty() && held.contains(&request.sender)) {
                held.insert(request.sender);
                continue;
            }
            let gas = request.gas.unwrap_or(most_gas);
            let tx = self.prepare(request, gas)?;
            let nonce = tx.nonce;
            let ending = match self.machine.run(tx) {
                Ok((ending, changes)) if ending.gas_used > left => {
                    self.machine.recycle(changes);
                    break;
                }
                Ok((ending, changes)) => {
                    self.machine.commit(changes);
                    draft.count(&ending);
                    Ok(ending)
                }
                Err(Unrun::Invalid(invalid)) => {
                    draft.rejected += 1;
                    Err(format!("rejected: {}", reason::of_rejection(request, gas, &invalid)))
                }
                Err(unrun) => return Err(unrun.into_failure(request, gas)),
            };
            done[position] = true;
            if self.config.keep != Keep::None {
                let receipt = match ending {
                    Ok(ending) => self.receipt(request.clone(), ending, nonce, gas, draft),
                    Err(why) => {
                        let ending = Ending { halt: Some(why), ..Ending::default() };
                        Receipt { index: None, ..self.receipt(request.clone(), ending, nonce, gas, draft) }
                    }
                };
                draft.receipts.push(Arc::new(receipt));
            }
            poll()?;
        }
        Ok(queue.iter().zip(done).filter(|(_, done)| !done).map(|(request, _)| request.clone()).collect())
    }

    /// Runs `request` without keeping what it changes, in the head block or in the one that comes next.
    pub fn call(&mut self, request: &Request, pending: bool) -> Outcome<Ending> {
        let (tx, gas) = self.stage(request, pending)?;
        let held = if pending { self.note_parent() } else { None };
        self.machine.relax(Some(request.fees.are_free()));
        let result = self.machine.run(tx);
        self.machine.relax(None);
        self.forget_parent(held);
        let (ending, changes) = result.map_err(|unrun| unrun.into_failure(request, gas))?;
        self.machine.recycle(changes);
        Ok(ending)
    }

    /// `call` with an inspector that looks on.
    pub fn inspect<I>(&mut self, request: &Request, pending: bool, inspector: I) -> Outcome<Inspected<I>>
    where
        I: Inspector<MainnetContext<World>>,
    {
        let (tx, gas) = self.stage(request, pending)?;
        let held = if pending { self.note_parent() } else { None };
        self.machine.relax(Some(request.fees.are_free()));
        let result = self.machine.inspect(tx, inspector);
        self.machine.relax(None);
        self.forget_parent(held);
        result.map_err(|unrun| unrun.into_failure(request, gas))
    }

    /// Puts the EVM into the block that a call runs in; gives the call as the EVM takes it, and its gas limit.
    fn stage(&mut self, request: &Request, pending: bool) -> Outcome<(TxEnv, u64)> {
        if pending {
            let number = next(self.world().head().number)?;
            self.machine.enter(number, self.next_timestamp, self.base_fee, self.beacon(number));
        } else {
            let head = self.world().head().clone();
            self.machine.enter(head.number, head.timestamp, head.base_fee, head.prevrandao);
        }
        let gas = match request.gas {
            Some(gas) => gas,
            None => self.affordable(request)?,
        };
        Ok((self.prepare(request, gas)?, gas))
    }

    /// A block's gas, or as much as the sender can pay for of it.
    fn affordable(&self, request: &Request) -> Outcome<u64> {
        let limit = self.config.block_gas_limit;
        let price = request.fees.most(self.base_fee);
        if price == 0 {
            return Ok(limit);
        }
        let balance = self.world().look(request.sender, |account| account.balance)?.unwrap_or_default();
        let affordable = balance.saturating_sub(request.value) / U256::from(price);
        Ok(u64::try_from(affordable).unwrap_or(u64::MAX).min(limit))
    }

    /// The chain as it was after block `number`, with nothing queued; None where that is not kept.
    pub fn at(&self, number: u64) -> Option<Saved> {
        let world = self.world().at(number)?;
        let following = self.world().block(number.checked_add(1)?);
        let base_fee = following.map_or(self.base_fee, |block| block.base_fee);
        let (gas_limit, coinbase, timestamp) = {
            let head = world.head();
            (head.gas_limit, head.coinbase, head.timestamp)
        };
        let config = Config { block_gas_limit: gas_limit, coinbase, ..self.config.clone() };
        Some(Saved { tickets: self.tickets, ..Saved::beginning(config, base_fee, timestamp, world) })
    }

    /// Runs a block's transactions once more, with an inspector that looks on at those from `first` to `last`.
    pub fn replay<I>(
        &self,
        number: u64,
        wanted: Range<u64>,
        mut inspector: impl FnMut(&Receipt) -> Outcome<I>,
        mut take: impl FnMut(&Receipt, Inspected<I>) -> Outcome<()>,
    ) -> Outcome<()>
    where
        I: Inspector<MainnetContext<World>>,
    {
        let lost = || {
            Failure::usage(format!(
                "block {number} cannot be run again: its transactions, or the state before it, are not kept; \
                 keep=\"all\" keeps the last {ANCESTORS} blocks' states"
            ))
        };
        let block = self.world().block(number).ok_or_else(lost)?.clone();
        let mut chain = Self::from(number.checked_sub(1).and_then(|parent| self.at(parent)).ok_or_else(lost)?);
        chain.set_coinbase(block.coinbase);
        chain.set_block_gas_limit(block.gas_limit);
        chain.base_fee = block.base_fee;
        chain.next_prevrandao = Some(block.prevrandao);
        chain.open_block(block.timestamp)?;
        if block.receipts.iter().filter(|receipt| receipt.index.is_some()).count() as u64 != block.transactions {
            return Err(lost());
        }
        for receipt in &block.receipts {
            let Some(index) = receipt.index.filter(|index| *index < wanted.end) else { continue };
            let request = &receipt.request;
            let tx = TxEnv { nonce: receipt.nonce, ..chain.prepare(request, receipt.gas)? };
            let failed = |unrun: Unrun| unrun.into_failure(request, receipt.gas);
            let changes = if wanted.contains(&index) {
                let inspected = chain.machine.inspect(tx, inspector(receipt)?).map_err(failed)?;
                let changes = inspected.state.clone();
                take(receipt, inspected)?;
                changes
            } else {
                chain.machine.run(tx).map_err(failed)?.1
            };
            chain.machine.commit(changes);
        }
        Ok(())
    }

    /// Goes on from a block of this number and time, as a loaded state asks.
    pub fn start_from(&mut self, number: u64, timestamp: u64) {
        let block = Block::seal(Header {
            parent_hash: B256::ZERO,
            number,
            timestamp,
            coinbase: self.config.coinbase,
            gas_limit: self.config.block_gas_limit,
            gas_used: 0,
            base_fee: self.base_fee,
            prevrandao: self.beacon(number),
            transactions: 0,
        });
        self.next_timestamp = timestamp;
        self.world_mut().start_from(block);
    }

    /// Mines `count` transactions, the given ones over and over, in one block without a gas limit; says how long it took.
    ///
    /// Nothing is queued, ordered or recorded: this is the yardstick for the ways that do.
    pub fn plain_loop(&mut self, requests: &[Request], count: usize) -> Outcome<Duration> {
        let mut draft = self.open_block(self.next_timestamp)?;
        let gas = self.machine.most_gas();
        let start = Instant::now();
        for request in requests.iter().cycle().take(count) {
            let (_, ending) = self.execute(request, gas)?;
            draft.count(&ending);
        }
        let took = start.elapsed();
        self.close_block(draft);
        Ok(took)
    }

    fn open_block(&mut self, timestamp: u64) -> Outcome<Draft> {
        let head = self.world().head();
        if timestamp < head.timestamp {
            return Err(Failure::usage(format!(
                "block {} was to carry time {timestamp} s, before its parent's {} s; give {} or later",
                head.number.saturating_add(1),
                head.timestamp,
                head.timestamp
            )));
        }
        let number = next(head.number)?;
        let parent_hash = head.hash;
        let beacon = self.beacon(number);
        let before = (self.config.keep == Keep::All).then(|| self.world().accounts());
        let held = self.note_parent();
        self.machine.enter(number, timestamp, self.base_fee, beacon);
        Ok(Draft {
            number,
            parent_hash,
            timestamp,
            prevrandao: beacon,
            gas_used: 0,
            included: 0,
            reverted: 0,
            rejected: 0,
            carried_over: 0,
            receipts: Vec::new(),
            before,
            held,
        })
    }

    /// Writes the head's hash where EIP-2935 wants it in the block that comes next; gives what was there.
    fn note_parent(&mut self) -> Option<U256> {
        if self.config.spec.is_enabled_in(SpecId::PRAGUE) { self.world_mut().note_parent() } else { None }
    }

    /// Takes back what `note_parent` wrote.
    fn forget_parent(&mut self, held: Option<U256>) {
        if let Some(held) = held {
            self.world_mut().forget_parent(held);
        }
    }

    fn close_block(&mut self, draft: Draft) -> Arc<Block> {
        let mut block = Block::seal(Header {
            parent_hash: draft.parent_hash,
            number: draft.number,
            timestamp: draft.timestamp,
            coinbase: self.config.coinbase,
            gas_limit: self.config.block_gas_limit,
            gas_used: draft.gas_used,
            base_fee: self.base_fee,
            prevrandao: draft.prevrandao,
            transactions: draft.included,
        });
        block.reverted = draft.reverted;
        block.rejected = draft.rejected;
        block.carried_over = draft.carried_over;
        block.receipts = draft.receipts;
        let block = Arc::new(block);
        self.next_timestamp = draft.timestamp;
        self.next_prevrandao = None;
        if let Some(base_fee) = self.later_base_fee.take() {
            self.base_fee = base_fee;
        }
        let keep = self.config.keep;
        self.world_mut().push(block.clone(), keep, draft.before);
        block
    }

    fn receipt(&self, request: Arc<Request>, ending: Ending, nonce: u64, gas: u64, draft: &Draft) -> Receipt {
        let tip = request.fees.tip(self.base_fee).unwrap_or_default();
        Receipt {
            effective_gas_price: tip.saturating_add(self.base_fee.into()),
            block_number: draft.number,
            index: draft.included.checked_sub(1),
            cumulative_gas: draft.gas_used,
            chain_id: self.config.chain_id,
            hash: OnceLock::new(),
            request,
            ending,
            nonce,
            gas,
        }
    }
}

impl From<Saved> for Chain {
    fn from(saved: Saved) -> Self {
        Self {
            machine: Machine::new(&saved.config, saved.world),
            config: saved.config,
            base_fee: saved.base_fee,
            next_timestamp: saved.next_timestamp,
            next_prevrandao: saved.next_prevrandao,
            later_base_fee: saved.later_base_fee,
            tickets: saved.tickets,
            queue: saved.queue,
        }
    }
}

/// EIP-2935's contract, which keeps the hashes of the last 8,191 blocks.
fn history_contract() -> Account {
    let code = HISTORY_STORAGE_CODE.clone();
    Account { nonce: 1, code_hash: keccak256(&code), code: Bytecode::new_legacy(code), ..Account::default() }
}

/// The number of the block after `number`.
fn next(number: u64) -> Outcome<u64> {
    number
        .checked_add(1)
        .ok_or_else(|| Failure::usage(format!("block {number} is the last that a number of 64 bits can name")))
}

/// A block that is being filled.
struct Draft {
    number: u64,
    parent_hash: B256,
    timestamp: u64,
    prevrandao: B256,
    gas_used: u64,
    included: u64,
    reverted: u64,
    rejected: u64,
    carried_over: u64,
    receipts: Vec<Arc<Receipt>>,
    /// The accounts that it began with, where the chain keeps them.
    before: Option<Map<Address, Arc<Account>>>,
    /// What EIP-2935's contract held where the parent's hash is now.
    held: Option<U256>,
}

impl Draft {
    fn count(&mut self, ending: &Ending) {
        self.gas_used += ending.gas_used;
        self.included += 1;
        self.reverted += u64::from(!ending.success);
    }
}
