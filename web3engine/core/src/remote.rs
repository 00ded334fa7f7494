//! Another chain's state at one block: read through Python when it is first needed, remembered, and never changed.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use alloy_primitives::map::HashMap;
use alloy_primitives::{Address, B256, U256, keccak256};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3::{intern, types::PyTuple};
use revm::bytecode::Bytecode;
use revm::context_interface::DBErrorMarker;

use crate::account::Account;
use crate::convert::{self, int_from_u256, uint64, uint256};
use crate::error::{Failure, Outcome};

/// The state that a fork began with.
pub struct Remote {
    /// Answers `account(address)`, `storage(address, slot)` and `block_hash(number)`, or raises.
    reader: Py<PyAny>,
    pub number: u64,
    pub hash: B256,
    /// Never locked while Python runs: a reader may wait for another thread that wants the same lock.
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    accounts: HashMap<Address, Arc<Account>>,
    slots: HashMap<Address, HashMap<U256, U256>>,
    hashes: HashMap<u64, B256>,
}

impl Remote {
    pub fn new(reader: Py<PyAny>, number: u64, hash: B256) -> Self {
        Self { reader, number, hash, known: RwLock::default() }
    }

    /// Looks at an account; one that does not exist is blank.
    pub fn look<T>(&self, address: Address, look: impl FnOnce(&Account) -> T) -> Outcome<T> {
        if let Some(account) = self.known().accounts.get(&address) {
            return Ok(look(account));
        }
        let account = Python::attach(|py| self.ask_account(py, address))?;
        Ok(look(self.learn().accounts.entry(address).or_insert_with(|| Arc::new(account))))
    }

    /// An account that was looked at before.
    pub fn recall(&self, address: &Address) -> Option<Arc<Account>> {
        self.known().accounts.get(address).cloned()
    }

    pub fn slot(&self, address: Address, key: U256) -> Outcome<U256> {
        if let Some(value) = self.known().slots.get(&address).and_then(|slots| slots.get(&key)) {
            return Ok(*value);
        }
        let value = Python::attach(|py| {
            let slot = (PyBytes::new(py, address.as_slice()), int_from_u256(py, key)?);
            let value = self.reader.bind(py).call_method1(intern!(py, "storage"), slot)?;
            uint256(&value, "what a fork's reader gives as a slot")
        })?;
        self.learn().slots.entry(address).or_default().insert(key, value);
        Ok(value)
    }

    pub fn block_hash(&self, number: u64) -> Outcome<B256> {
        if let Some(hash) = self.known().hashes.get(&number) {
            return Ok(*hash);
        }
        let hash = Python::attach(|py| {
            let hash = self.reader.bind(py).call_method1(intern!(py, "block_hash"), (number,))?;
            convert::hash(&hash, "what a fork's reader gives as a block hash")
        })?;
        self.learn().hashes.insert(number, hash);
        Ok(hash)
    }

    fn ask_account(&self, py: Python<'_>, address: Address) -> Outcome<Account> {
        let address = PyBytes::new(py, address.as_slice());
        let answer = self.reader.bind(py).call_method1(intern!(py, "account"), (address,))?;
        let wrong = |_| {
            Failure::usage(format!(
                "a fork's reader gives an account as (balance, nonce, code); found {}",
                convert::show(&answer)
            ))
        };
        let (balance, nonce, code): (Bound<'_, PyAny>, Bound<'_, PyAny>, Bound<'_, PyAny>) =
            answer.cast::<PyTuple>().map_err(PyErr::from).and_then(|tuple| tuple.extract()).map_err(wrong)?;
        let code = convert::bytes(&code, "an account's code")?;
        let mut account = Account {
            balance: uint256(&balance, "an account's balance (wei)")?,
            nonce: uint64(&nonce, "an account's nonce")?,
            remote: true,
            ..Account::default()
        };
        if !code.is_empty() {
            account.code_hash = keccak256(&code);
            account.code = Bytecode::new_raw_checked(code)
                .map_err(|error| Failure::usage(format!("a fork's reader gave code that cannot be any: {error}")))?;
        }
        Ok(account)
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Remote at block {}", self.number)
    }
}

/// Why the EVM had to stop in the middle of a transaction: what it wanted to know could not be read.
///
/// Boxed, because revm passes it along wherever something is read.
#[derive(Debug)]
pub struct Unread(pub Box<Failure>);

impl fmt::Display for Unread {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the fork's state could not be read")
    }
}

impl std::error::Error for Unread {}

impl DBErrorMarker for Unread {}

impl From<Failure> for Unread {
    fn from(failure: Failure) -> Self {
        Self(Box::new(failure))
    }
}
