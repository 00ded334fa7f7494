//! Accounts and block history as one persistent value: a clone costs nothing and shares everything until one side writes.

use std::sync::Arc;

use alloy_eips::eip2935::{HISTORY_SERVE_WINDOW, HISTORY_STORAGE_ADDRESS};
use alloy_primitives::{Address, B256, KECCAK256_EMPTY, U256};
use revm::bytecode::Bytecode;
use revm::state::{Account as Touched, AccountInfo, EvmState};
use revm::{Database, DatabaseRef};

use crate::account::{Account, Map};
use crate::block::Block;
use crate::config::Keep;
use crate::error::Outcome;
use crate::remote::{Remote, Unread};

/// Opcode BLOCKHASH sees this many ancestors.
pub const ANCESTORS: u64 = 256;

/// How many blocks and transactions together stay where blocks are kept in case somebody asks: some 70 MB.
const HISTORY: usize = 50_000;

/// EIP-2935's contract keeps the hashes of this many ancestors.
const REMEMBERED: u64 = HISTORY_SERVE_WINDOW as u64;

#[derive(Clone, Debug)]
pub struct World {
    accounts: Map<Address, Arc<Account>>,
    /// What the accounts were after the blocks before the head, as far as they are kept; ends with the head's parent.
    past: imbl::Vector<Map<Address, Arc<Account>>>,
    /// Ends with the head block; never empty; numbers without gaps.
    history: imbl::Vector<Arc<Block>>,
    /// How many blocks and transactions `history` holds.
    weight: usize,
    /// What the accounts that are not here are like; None if there are no others.
    remote: Option<Arc<Remote>>,
}

impl World {
    pub fn new(genesis: Block, remote: Option<Arc<Remote>>) -> Self {
        Self {
            accounts: Map::default(),
            past: imbl::Vector::new(),
            history: imbl::Vector::unit(Arc::new(genesis)),
            weight: 1,
            remote,
        }
    }

    pub fn remote(&self) -> Option<&Remote> {
        self.remote.as_deref()
    }

    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Looks at an account; None if it never existed.
    pub fn look<T>(&self, address: Address, look: impl FnOnce(&Account) -> T) -> Outcome<Option<T>> {
        match (self.accounts.get(&address), &self.remote) {
            (Some(account), _) => Ok(Some(look(account))),
            (None, Some(remote)) => remote.look(address, look).map(Some),
            (None, None) => Ok(None),
        }
    }

    #[inline]
    pub fn slot(&self, address: Address, key: U256) -> Outcome<U256> {
        let account = self.accounts.get(&address);
        if let Some(value) = account.and_then(|account| account.storage.get(&key)) {
            return Ok(*value);
        }
        match &self.remote {
            Some(remote) if account.is_none_or(|account| account.remote) => {
                if address == HISTORY_STORAGE_ADDRESS
                    && let Some(hash) = self.own_hash(key, remote.number)
                {
                    return Ok(hash.into());
                }
                remote.slot(address, key)
            }
            _ => Ok(U256::ZERO),
        }
    }

    /// The hash that a fork's own blocks have written into a slot of EIP-2935's contract.
    fn own_hash(&self, key: U256, origin: u64) -> Option<B256> {
        let key = u64::try_from(key).ok().filter(|key| *key < REMEMBERED)?;
        let head = self.head().number;
        // The newest ancestor whose number leaves this remainder.
        let back = (head % REMEMBERED + REMEMBERED - key) % REMEMBERED;
        let number = head.checked_sub(back).filter(|number| *number >= origin)?;
        self.block(number).map(|block| block.hash)
    }

    /// Writes the parent's hash where EIP-2935's contract keeps it; gives what the slot held. A fork's contract is not
    /// written to, as `own_hash` knows what it would hold.
    pub fn note_parent(&mut self) -> Option<U256> {
        let account = self.accounts.get(&HISTORY_STORAGE_ADDRESS).filter(|account| !account.code.is_empty())?;
        let (key, hash) = (U256::from(self.head().number % REMEMBERED), self.head().hash);
        let held = account.storage.get(&key).copied().unwrap_or_default();
        self.set_parent(key, hash.into());
        Some(held)
    }

    /// Takes back what `note_parent` wrote.
    pub fn forget_parent(&mut self, held: U256) {
        self.set_parent(U256::from(self.head().number % REMEMBERED), held);
    }

    fn set_parent(&mut self, key: U256, value: U256) {
        if let Some(account) = self.accounts.get_mut(&HISTORY_STORAGE_ADDRESS) {
            Arc::make_mut(account).set_slot(key, value);
        }
    }

    /// All accounts, by address; on a fork, those that were changed since.
    pub fn sorted(&self) -> Vec<(Address, &Account)> {
        let mut all: Vec<_> = self.accounts.iter().map(|(address, account)| (*address, &**account)).collect();
        all.sort_unstable_by_key(|(address, _)| *address);
        all
    }

    pub fn insert(&mut self, address: Address, account: Account) {
        self.accounts.insert(address, Arc::new(account));
    }

    pub fn remove(&mut self, address: Address) -> Outcome<bool> {
        let existed = self.look(address, |account| !account.is_blank())?.unwrap_or(false);
        self.erase(address);
        Ok(existed)
    }

    /// What is left of an account on a fork hides the remote one.
    fn erase(&mut self, address: Address) {
        if self.remote.is_none() {
            self.accounts.remove(&address);
        } else if self.accounts.get(&address).is_none_or(|account| account.remote || !account.is_blank()) {
            self.accounts.insert(address, Arc::default());
        }
    }

    /// Changes one account from outside a transaction; what is left blank stops existing.
    pub fn edit(&mut self, address: Address, change: impl FnOnce(&mut Account)) -> Outcome<()> {
        // An account that is not here has to be read as a whole before a part of it can change.
        self.look(address, |_| ())?;
        let account = Arc::make_mut(self.accounts.entry(address).or_insert_with(|| recall(&self.remote, &address)));
        change(account);
        if account.is_blank() && self.remote.is_none() {
            self.accounts.remove(&address);
        }
        Ok(())
    }

    pub fn head(&self) -> &Arc<Block> {
        self.history.last().expect("a world has its genesis block")
    }

    /// All accounts as they are, to be put aside.
    pub fn accounts(&self) -> Map<Address, Arc<Account>> {
        self.accounts.clone()
    }

    /// The world as it was after block `number`; None where it is not kept.
    pub fn at(&self, number: u64) -> Option<Self> {
        let age = usize::try_from(self.head().number.checked_sub(number)?).ok()?;
        if age == 0 {
            return Some(self.clone());
        }
        let place = self.past.len().checked_sub(age)?;
        let older = self.history.len().checked_sub(age)?;
        let history = self.history.clone().take(older);
        Some(Self {
            accounts: self.past.get(place)?.clone(),
            past: self.past.clone().take(place),
            weight: history.iter().map(|block| weight(block)).sum(),
            history,
            remote: self.remote.clone(),
        })
    }

    /// Goes on from `block` as if nothing had been before it.
    pub fn start_from(&mut self, block: Block) {
        self.past = imbl::Vector::new();
        self.history = imbl::Vector::unit(Arc::new(block));
        self.weight = 1;
    }

    /// Adds the next block; unless `keep` has the history, older blocks lose their receipts and, once BLOCKHASH cannot see
    /// them, go. `before` are the accounts that the block began with, if they are kept.
    pub fn push(&mut self, block: Arc<Block>, keep: Keep, before: Option<Map<Address, Arc<Account>>>) {
        match before {
            Some(before) => self.past.push_back(before),
            None if self.past.is_empty() => {}
            None => self.past = imbl::Vector::new(),
        }
        if self.past.len() as u64 > ANCESTORS {
            self.past.pop_front();
        }
        if !keep.has_history() {
            if let Some(previous) = self.history.back_mut().filter(|previous| !previous.receipts.is_empty()) {
                self.weight -= previous.receipts.len();
                match Arc::get_mut(previous) {
                    Some(block) => block.receipts = Vec::new(),
                    None => *previous = Arc::new(previous.bare()),
                }
            }
        }
        self.weight += weight(&block);
        self.history.push_back(block);
        let most = match keep {
            Keep::None | Keep::Last => 0,
            Keep::Blocks => HISTORY,
            Keep::All => usize::MAX,
        };
        while self.weight > most && self.history.len() as u64 > ANCESTORS + 1 {
            self.weight -= self.history.pop_front().map_or(0, |oldest| weight(&oldest));
        }
    }

    pub fn block(&self, number: u64) -> Option<&Arc<Block>> {
        let first = self.history.front()?.number;
        self.history.get(usize::try_from(number.checked_sub(first)?).ok()?)
    }

    /// All blocks that are known, oldest first.
    pub fn blocks(&self) -> impl Iterator<Item = &Arc<Block>> {
        self.history.iter()
    }

    /// The blocks that BLOCKHASH can still see, oldest first.
    pub fn recent(&self) -> impl Iterator<Item = &Arc<Block>> {
        let skip = self.history.len().saturating_sub(ANCESTORS as usize + 1);
        self.history.iter().skip(skip)
    }

    /// Writes what a finished transaction left behind, and empties `changes` without giving up its memory.
    pub fn commit(&mut self, changes: &mut EvmState) {
        for (address, touched) in changes.drain() {
            if touched.is_touched() {
                self.apply(address, touched);
            }
        }
    }

    fn apply(&mut self, address: Address, touched: Touched) {
        // Every known hardfork has EIP-161: a touched empty account is deleted.
        if touched.is_selfdestructed() || touched.is_empty() {
            self.erase(address);
            return;
        }
        let fresh = touched.is_created();
        let info = &touched.info;
        // What `Account::info` shows for storage without code is no code all the same.
        let code_hash = if info.code_hash.is_zero() { KECCAK256_EMPTY } else { info.code_hash };
        let entry = self.accounts.entry(address).or_insert_with(|| recall(&self.remote, &address));
        let unchanged = entry.balance == info.balance && entry.nonce == info.nonce && entry.code_hash == code_hash;
        if unchanged && !fresh && !touched.storage.values().any(|slot| slot.is_changed()) {
            return;
        }
        let account = Arc::make_mut(entry);
        account.balance = info.balance;
        account.nonce = info.nonce;
        if account.code_hash != code_hash {
            account.code_hash = code_hash;
            account.code = info.code.clone().unwrap_or_default();
        }
        if fresh {
            account.storage = Map::default();
            account.remote = false;
        }
        for (key, slot) in &touched.storage {
            if slot.is_changed() || fresh {
                account.set_slot(*key, slot.present_value);
            }
        }
    }
}

/// A block's share of what a history may hold.
fn weight(block: &Block) -> usize {
    1 + block.receipts.len()
}

/// An account that has just been looked at, to be changed: the remote one, or a new one.
fn recall(remote: &Option<Arc<Remote>>, address: &Address) -> Arc<Account> {
    remote.as_ref().and_then(|remote| remote.recall(address)).unwrap_or_default()
}

impl DatabaseRef for World {
    type Error = Unread;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, Unread> {
        match (self.accounts.get(&address), &self.remote) {
            (Some(account), _) => Ok(account.info()),
            (None, Some(remote)) => Ok(remote.look(address, Account::info)?),
            (None, None) => Ok(None),
        }
    }

    fn code_by_hash_ref(&self, _: B256) -> Result<Bytecode, Unread> {
        // `basic_ref` brings along all code there is.
        Ok(Bytecode::default())
    }

    fn storage_ref(&self, address: Address, key: U256) -> Result<U256, Unread> {
        Ok(self.slot(address, key)?)
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, Unread> {
        match (self.block(number), &self.remote) {
            (Some(block), _) => Ok(block.hash),
            (None, Some(remote)) if number < remote.number => Ok(remote.block_hash(number)?),
            _ => Ok(B256::ZERO),
        }
    }
}

impl Database for World {
    type Error = Unread;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Unread> {
        self.basic_ref(address)
    }

    fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, Unread> {
        self.code_by_hash_ref(hash)
    }

    fn storage(&mut self, address: Address, key: U256) -> Result<U256, Unread> {
        self.storage_ref(address, key)
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, Unread> {
        self.block_hash_ref(number)
    }
}
