//! The chain as Python drives it.

use std::cell::Cell;
use std::ptr;
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use alloy_primitives::Address;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::account::Account;
use crate::block::{Block, Header};
use crate::chain::{Chain, Saved};
use crate::config::{Config, Keep};
use crate::convert::{self, uint64};
use crate::error::{Failure, Kind, Outcome, guard};
use crate::hardfork;
use crate::remote::Remote;
use crate::terms::Value;
use crate::views::PySnapshot;

mod accounts;
mod blocks;
mod calls;
mod inspect;
mod queue;
mod snapshots;
mod transact;

/// How long Ctrl-C may go unnoticed during long work.
const PATIENCE: Duration = Duration::from_millis(100);

/// An EVM and its chain, in this process.
///
/// Addresses are 20 bytes, amounts are wei, times are seconds since 1970. One thread at a time runs an `Evm`; others
/// wait. The GIL is free while the EVM runs. After an error the chain is as it was before the call.
#[pyclass(frozen, module = "tokenspice.web3engine._core", name = "Evm")]
pub struct PyEvm(Mutex<Chain>);

thread_local! {
    /// The chain that this thread is running.
    static RUNNING: Cell<*const PyEvm> = const { Cell::new(ptr::null()) };
}

impl PyEvm {
    /// Runs `work` with the chain locked and the GIL free.
    pub fn run<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut Chain) -> Outcome<T> + Send) -> Outcome<T> {
        self.refuse_reentry()?;
        py.detach(|| {
            let mut chain = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let outer = RUNNING.replace(self);
            let result = guard(|| work(&mut chain));
            RUNNING.set(outer);
            // A panic, or a fork's reader that raised, may have stopped the EVM anywhere.
            if matches!(result, Err(Failure::Ours { kind: Kind::Internal, .. } | Failure::Python(_))) {
                chain.repair();
            }
            result
        })
    }

    /// Looks something up, without the cost of freeing the GIL unless another thread has the chain.
    pub fn peek<T: Send>(&self, py: Python<'_>, look: impl FnOnce(&Chain) -> T + Send) -> Outcome<T> {
        self.refuse_reentry()?;
        guard(|| {
            Ok(match self.0.try_lock() {
                Ok(chain) => look(&chain),
                Err(TryLockError::Poisoned(poisoned)) => look(&poisoned.into_inner()),
                // Waiting with the GIL held would block a holder that wants it to look for Ctrl-C.
                Err(TryLockError::WouldBlock) => {
                    py.detach(|| look(&self.0.lock().unwrap_or_else(PoisonError::into_inner)))
                }
            })
        })
    }

    /// Makes a change that takes no time, without freeing the GIL unless another thread has the chain.
    pub fn brief<T: Send>(&self, py: Python<'_>, change: impl FnOnce(&mut Chain) -> T + Send) -> Outcome<T> {
        self.refuse_reentry()?;
        guard(|| {
            Ok(match self.0.try_lock() {
                Ok(mut chain) => change(&mut chain),
                Err(TryLockError::Poisoned(poisoned)) => change(&mut poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {
                    py.detach(|| change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))
                }
            })
        })
    }

    /// Looks at an account, as `peek` does unless a fork may have to read it; None if it never existed.
    pub fn look<T: Send>(
        &self,
        py: Python<'_>,
        address: Address,
        look: impl Fn(&Account) -> T + Send + Sync,
    ) -> Outcome<Option<T>> {
        let near = self.peek(py, |chain| chain.world().remote().is_none().then(|| chain.world().look(address, &look)));
        near?.unwrap_or_else(|| self.run(py, |chain| chain.world().look(address, &look)))
    }

    /// A signal handler runs in the middle of long work; waiting for that work to end would be for ever.
    fn refuse_reentry(&self) -> Outcome<()> {
        if ptr::eq(RUNNING.get(), self) {
            return Err(Failure::usage(
                "a signal handler used the chain that it interrupted; let it set a flag, and look at the flag later",
            ));
        }
        Ok(())
    }

    pub fn edit(&self, py: Python<'_>, change: impl FnOnce(&mut Chain) + Send) -> PyResult<()> {
        Ok(self.run(py, |chain| {
            change(chain);
            Ok(())
        })?)
    }
}

/// Looks for Ctrl-C now and then; at the clock only every few times, as that alone would cost 1 % of a transaction.
pub fn poller() -> impl FnMut() -> Outcome<()> {
    let mut looked = Instant::now();
    let mut polls = 0u32;
    move || {
        polls += 1;
        if polls.is_multiple_of(8) && looked.elapsed() > PATIENCE {
            looked = Instant::now();
            Python::attach(|py| py.check_signals())?;
        }
        Ok(())
    }
}

#[pymethods]
impl PyEvm {
    /// A new chain with a genesis block.
    ///
    /// hardfork: one of `HARDFORKS`, exactly. genesis_time: seconds. block_gas_limit: gas. base_fee: wei for a unit of
    /// gas. coinbase: 20 bytes, the zero address by default. seed: makes prevrandao and the order of transactions.
    /// keep: which receipts stay readable through `block`: "none", "last" (the head block's) or "all", which keeps all
    /// blocks as well.
    #[new]
    #[pyo3(signature = (*, hardfork, genesis_time, chain_id=None, block_gas_limit=None, base_fee=None, coinbase=None, seed=None, keep="last"))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        hardfork: &str,
        genesis_time: &Bound<'_, PyAny>,
        chain_id: Value,
        block_gas_limit: Value,
        base_fee: Value,
        coinbase: Value,
        seed: Value,
        keep: &str,
    ) -> PyResult<Self> {
        Ok(guard(|| {
            let config = Config {
                spec: hardfork::parse(hardfork)?,
                chain_id: chain_id.map_or(Ok(1337), |id| uint64(id, "chain_id"))?,
                block_gas_limit: block_gas_limit.map_or(Ok(30_000_000), |gas| uint64(gas, "block_gas_limit"))?,
                coinbase: coinbase.map_or(Ok(Address::ZERO), |address| convert::address(address, "coinbase"))?,
                seed: seed.map_or(Ok(0), |seed| uint64(seed, "seed"))?,
                keep: Keep::parse(keep)?,
            };
            let base_fee = base_fee.map_or(Ok(0), |fee| uint64(fee, "base_fee (wei)"))?;
            let genesis_time = uint64(genesis_time, "genesis_time (seconds)")?;
            let mut chain = Chain::new(config, 0, genesis_time);
            chain.set_base_fee(base_fee)?;
            chain.start_from(0, genesis_time);
            Ok(Self(Mutex::new(chain)))
        })?)
    }

    /// A chain that goes on from a block of another one, whose state `reader` gives when it is asked:
    /// account(address) -> (balance, nonce, code), storage(address, slot) -> int, block_hash(number) -> 32 bytes.
    /// What it raises comes out of whatever needed the answer, and the chain is as it was before; answers are
    /// remembered. Units as in the constructor.
    #[staticmethod]
    #[pyo3(signature = (reader, *, hardfork, chain_id, number, hash, parent_hash, timestamp, coinbase, gas_limit, base_fee, prevrandao, seed=None, keep="last"))]
    #[allow(clippy::too_many_arguments)]
    fn fork(
        reader: Py<PyAny>,
        hardfork: &str,
        chain_id: &Bound<'_, PyAny>,
        number: &Bound<'_, PyAny>,
        hash: &Bound<'_, PyAny>,
        parent_hash: &Bound<'_, PyAny>,
        timestamp: &Bound<'_, PyAny>,
        coinbase: &Bound<'_, PyAny>,
        gas_limit: &Bound<'_, PyAny>,
        base_fee: &Bound<'_, PyAny>,
        prevrandao: &Bound<'_, PyAny>,
        seed: Value,
        keep: &str,
    ) -> PyResult<Self> {
        Ok(guard(|| {
            let config = Config {
                spec: hardfork::parse(hardfork)?,
                chain_id: uint64(chain_id, "chain_id")?,
                block_gas_limit: uint64(gas_limit, "gas_limit")?,
                coinbase: convert::address(coinbase, "coinbase")?,
                seed: seed.map_or(Ok(0), |seed| uint64(seed, "seed"))?,
                keep: Keep::parse(keep)?,
            };
            let hash = convert::hash(hash, "hash")?;
            let number = uint64(number, "number")?;
            let header = Header {
                parent_hash: convert::hash(parent_hash, "parent_hash")?,
                number,
                timestamp: uint64(timestamp, "timestamp (seconds)")?,
                coinbase: config.coinbase,
                gas_limit: config.block_gas_limit,
                gas_used: 0,
                base_fee: uint64(base_fee, "base_fee (wei)")?,
                prevrandao: convert::hash(prevrandao, "prevrandao")?,
                transactions: 0,
            };
            let head = Block { hash, ..Block::seal(header) };
            Ok(Self(Mutex::new(Chain::fork(config, head, Remote::new(reader, number, hash))?)))
        })?)
    }

    /// A new chain that goes on from a snapshot, independent of the one it was taken from.
    #[staticmethod]
    fn from_snapshot(snapshot: &PySnapshot) -> Self {
        Self(Mutex::new(Chain::from(Saved::clone(&snapshot.0))))
    }

    #[getter]
    fn hardfork(&self, py: Python<'_>) -> PyResult<&'static str> {
        Ok(self.peek(py, |chain| hardfork::name_of(chain.config().spec))?)
    }

    #[getter]
    fn chain_id(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.peek(py, |chain| chain.config().chain_id)?)
    }

    #[getter]
    fn block_gas_limit(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.peek(py, |chain| chain.config().block_gas_limit)?)
    }

    #[getter]
    fn coinbase<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.peek(py, |chain| chain.config().coinbase)?.as_slice()))
    }

    #[getter]
    fn seed(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.peek(py, |chain| chain.config().seed)?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.peek(py, |chain| {
            let head = chain.world().head();
            let name = hardfork::name_of(chain.config().spec);
            format!("<Evm {name}, block {} at {} s, {} accounts>", head.number, head.timestamp, chain.world().len())
        })?)
    }
}
