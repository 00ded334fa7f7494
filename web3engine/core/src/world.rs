//! Accounts and block history as one persistent value: a clone costs nothing and shares everything until one side writes.

use std::convert::Infallible;
use std::sync::Arc;

use alloy_primitives::{Address, B256, KECCAK256_EMPTY, U256};
use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;
use revm::Database;
use revm::bytecode::Bytecode;
use revm::state::{Account as Touched, AccountInfo, EvmState};

use crate::block::{Block, Keep};

/// Opcode BLOCKHASH sees this many ancestors.
pub const ANCESTORS: u64 = 256;

pub type Map<K, V> = GenericHashMap<K, V, foldhash::fast::FixedState, DefaultSharedPtr>;

#[derive(Clone, Debug)]
pub struct Account {
    pub balance: U256,
    pub nonce: u64,
    pub code_hash: B256,
    pub code: Bytecode,
    pub storage: Map<U256, U256>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            balance: U256::ZERO,
            nonce: 0,
            code_hash: KECCAK256_EMPTY,
            code: Bytecode::default(),
            storage: Map::default(),
        }
    }
}

impl Account {
    fn is_blank(&self) -> bool {
        self.balance.is_zero() && self.nonce == 0 && self.code_hash == KECCAK256_EMPTY && self.storage.is_empty()
    }
}

#[derive(Clone, Debug)]
pub struct World {
    accounts: Map<Address, Arc<Account>>,
    /// Ends with the head block; never empty; numbers without gaps.
    history: imbl::Vector<Arc<Block>>,
}

impl World {
    pub fn new(genesis: Block) -> Self {
        Self { accounts: Map::default(), history: imbl::Vector::unit(Arc::new(genesis)) }
    }

    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    pub fn account(&self, address: &Address) -> Option<&Account> {
        self.accounts.get(address).map(|account| &**account)
    }

    /// All accounts, by address.
    pub fn sorted(&self) -> Vec<(Address, &Account)> {
        let mut all: Vec<_> = self.accounts.iter().map(|(address, account)| (*address, &**account)).collect();
        all.sort_unstable_by_key(|(address, _)| *address);
        all
    }

    pub fn insert(&mut self, address: Address, account: Account) {
        self.accounts.insert(address, Arc::new(account));
    }

    pub fn remove(&mut self, address: &Address) -> bool {
        self.accounts.remove(address).is_some()
    }

    /// Changes one account from outside a transaction; what is left blank stops existing.
    pub fn edit(&mut self, address: Address, change: impl FnOnce(&mut Account)) {
        let account = Arc::make_mut(self.accounts.entry(address).or_default());
        change(account);
        if account.is_blank() {
            self.accounts.remove(&address);
        }
    }

    pub fn head(&self) -> &Arc<Block> {
        self.history.last().expect("a world has its genesis block")
    }

    /// Goes on from `block` as if nothing had been before it.
    pub fn start_from(&mut self, block: Block) {
        self.history = imbl::Vector::unit(Arc::new(block));
    }

    /// Adds the next block; unless `keep` says all, older blocks lose their receipts and, once BLOCKHASH cannot see
    /// them, go.
    pub fn push(&mut self, block: Arc<Block>, keep: Keep) {
        if keep != Keep::All {
            if let Some(previous) = self.history.back_mut().filter(|previous| !previous.receipts.is_empty()) {
                match Arc::get_mut(previous) {
                    Some(block) => block.receipts = Vec::new(),
                    None => *previous = Arc::new(previous.bare()),
                }
            }
            if self.history.len() as u64 > ANCESTORS {
                self.history.pop_front();
            }
        }
        self.history.push_back(block);
    }

    pub fn block(&self, number: u64) -> Option<&Arc<Block>> {
        let first = self.history.front()?.number;
        self.history.get(usize::try_from(number.checked_sub(first)?).ok()?)
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
            self.accounts.remove(&address);
            return;
        }
        let fresh = touched.is_created();
        let info = &touched.info;
        let entry = self.accounts.entry(address).or_default();
        let unchanged = entry.balance == info.balance && entry.nonce == info.nonce && entry.code_hash == info.code_hash;
        if unchanged && !fresh && !touched.storage.values().any(|slot| slot.is_changed()) {
            return;
        }
        let account = Arc::make_mut(entry);
        account.balance = info.balance;
        account.nonce = info.nonce;
        if account.code_hash != info.code_hash {
            account.code_hash = info.code_hash;
            account.code = info.code.clone().unwrap_or_default();
        }
        if fresh {
            account.storage = Map::default();
        }
        for (key, slot) in &touched.storage {
            if slot.is_changed() || fresh {
                set_slot(&mut account.storage, *key, slot.present_value);
            }
        }
    }
}

/// A zero slot is an absent slot.
pub fn set_slot(storage: &mut Map<U256, U256>, key: U256, value: U256) {
    if value.is_zero() {
        storage.remove(&key);
    } else {
        storage.insert(key, value);
    }
}

impl Database for World {
    type Error = Infallible;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        Ok(self.account(&address).map(|account| AccountInfo {
            balance: account.balance,
            nonce: account.nonce,
            code_hash: account.code_hash,
            // All empty code is one shared value, whose counter threads would fight over: it is left out.
            code: (!account.code.is_empty()).then(|| account.code.clone()),
            account_id: None,
        }))
    }

    fn code_by_hash(&mut self, _: B256) -> Result<Bytecode, Infallible> {
        // `basic` brings along all code there is.
        Ok(Bytecode::default())
    }

    fn storage(&mut self, address: Address, key: U256) -> Result<U256, Infallible> {
        Ok(self.account(&address).and_then(|account| account.storage.get(&key).copied()).unwrap_or_default())
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, Infallible> {
        Ok(self.block(number).map(|block| block.hash).unwrap_or_default())
    }
}
