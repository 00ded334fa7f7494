//! The chain as Python drives it.

use std::cell::Cell;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use alloy_primitives::{Address, Bytes};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyRange, PyString};
use revm::bytecode::Bytecode;

use crate::abi::PyFunction;
use crate::anvil;
use crate::block::{Block, Header, Keep};
use crate::chain::{Chain, Config, Saved};
use crate::convert::{self, int_from_u256, uint64, uint256, word};
use crate::error::{Failure, Kind, Outcome, guard};
use crate::hardfork;
use crate::order::Ordering;
use crate::receipt::Ending;
use crate::remote::Remote;
use crate::terms::{Terms, Value, call_request, from_tuple, request};
use crate::transaction::Request;
use crate::views::{PyBlock, PyCallResult, PyReceipt, PySnapshot};
use crate::world::Account;

/// How long Ctrl-C may go unnoticed during long work.
const PATIENCE: Duration = Duration::from_millis(100);

fn read_keep(keep: &str) -> Outcome<Keep> {
    Ok(match keep {
        "none" => Keep::None,
        "last" => Keep::Last,
        "all" => Keep::All,
        _ => {
            return Err(Failure::usage(format!("keep was {keep:?}; write \"none\", \"last\" or \"all\"")));
        }
    })
}

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
    fn run<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut Chain) -> Outcome<T> + Send) -> Outcome<T> {
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
    fn peek<T: Send>(&self, py: Python<'_>, look: impl FnOnce(&Chain) -> T + Send) -> Outcome<T> {
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

    /// Looks at an account, as `peek` does unless a fork may have to read it; None if it never existed.
    fn look<T: Send>(
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

    fn edit(&self, py: Python<'_>, change: impl FnOnce(&mut Chain) + Send) -> PyResult<()> {
        Ok(self.run(py, |chain| {
            change(chain);
            Ok(())
        })?)
    }
}

/// Looks for Ctrl-C now and then; at the clock only every few times, as that alone would cost 1 % of a transaction.
fn poller() -> impl FnMut() -> Outcome<()> {
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

fn tickets(py: Python<'_>, first: u64, count: usize) -> PyResult<Bound<'_, PyRange>> {
    PyRange::new(py, first as isize, first as isize + count as isize)
}

/// A call's result in Python values; its failure as an exception with the reason.
fn returned<'py>(py: Python<'py>, function: &PyFunction, ending: &Ending) -> Outcome<Bound<'py, PyAny>> {
    match ending.reason() {
        None => function.0.result(py, &ending.output),
        Some(reason) => Err(Failure::revert(format!("{} failed: {reason}", function.0.signature()), &ending.output)),
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
                keep: read_keep(keep)?,
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
        chain_id: u64,
        number: u64,
        hash: &Bound<'_, PyAny>,
        parent_hash: &Bound<'_, PyAny>,
        timestamp: u64,
        coinbase: &Bound<'_, PyAny>,
        gas_limit: u64,
        base_fee: u64,
        prevrandao: &Bound<'_, PyAny>,
        seed: Value,
        keep: &str,
    ) -> PyResult<Self> {
        Ok(guard(|| {
            let config = Config {
                spec: hardfork::parse(hardfork)?,
                chain_id,
                block_gas_limit: gas_limit,
                coinbase: convert::address(coinbase, "coinbase")?,
                seed: seed.map_or(Ok(0), |seed| uint64(seed, "seed"))?,
                keep: read_keep(keep)?,
            };
            let hash = convert::hash(hash, "hash")?;
            let header = Header {
                parent_hash: convert::hash(parent_hash, "parent_hash")?,
                number,
                timestamp,
                coinbase: config.coinbase,
                gas_limit,
                gas_used: 0,
                base_fee,
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

    /// Wei. 0 for an address that was never used.
    fn balance<'py>(&self, py: Python<'py>, address: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let address = convert::address(address, "balance()'s address")?;
        int_from_u256(py, self.look(py, address, |account| account.balance)?.unwrap_or_default())
    }

    /// How many transactions the address has sent (a contract: how many contracts it has created, and one).
    fn nonce(&self, py: Python<'_>, address: &Bound<'_, PyAny>) -> PyResult<u64> {
        let address = convert::address(address, "nonce()'s address")?;
        Ok(self.look(py, address, |account| account.nonce)?.unwrap_or_default())
    }

    /// The contract's code; empty where there is none.
    fn code<'py>(&self, py: Python<'py>, address: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let address = convert::address(address, "code()'s address")?;
        let code = self.look(py, address, |account| account.code.original_bytes())?;
        Ok(PyBytes::new(py, &code.unwrap_or_default()))
    }

    /// The number in a contract's storage slot.
    fn storage<'py>(
        &self,
        py: Python<'py>,
        address: &Bound<'py, PyAny>,
        slot: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let address = convert::address(address, "storage()'s address")?;
        let slot = uint256(slot, "slot")?;
        int_from_u256(py, self.run(py, |chain| chain.world().slot(address, slot))?)
    }

    /// All addresses that have a balance, a nonce, code or storage, in ascending order; on a fork, those that changed.
    fn addresses<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let all: Vec<Address> =
            self.peek(py, |chain| chain.world().sorted().into_iter().map(|(address, _)| address).collect())?;
        Ok(all.into_iter().map(|address| PyBytes::new(py, address.as_slice())).collect())
    }

    /// How many accounts there are; on a fork, how many changed.
    #[getter]
    fn account_count(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.peek(py, |chain| chain.world().len())?)
    }

    /// Wei.
    fn set_balance(&self, py: Python<'_>, address: &Bound<'_, PyAny>, balance: &Bound<'_, PyAny>) -> PyResult<()> {
        let address = convert::address(address, "set_balance()'s address")?;
        let balance = uint256(balance, "balance (wei)")?;
        Ok(self.run(py, |chain| chain.world_mut().edit(address, |account| account.balance = balance))?)
    }

    fn set_nonce(&self, py: Python<'_>, address: &Bound<'_, PyAny>, nonce: &Bound<'_, PyAny>) -> PyResult<()> {
        let address = convert::address(address, "set_nonce()'s address")?;
        let nonce = uint64(nonce, "nonce")?;
        Ok(self.run(py, |chain| chain.world_mut().edit(address, |account| account.nonce = nonce))?)
    }

    /// Puts code at an address, of any length; b"" takes it away. Storage stays.
    fn set_code(&self, py: Python<'_>, address: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) -> PyResult<()> {
        let address = convert::address(address, "set_code()'s address")?;
        let code = convert::bytes(code, "code")?;
        let hash = alloy_primitives::keccak256(&code);
        let code = Bytecode::new_raw_checked(code)
            .map_err(|error| Failure::usage(format!("set_code() was given code that cannot be any: {error}")))?;
        Ok(self.run(py, |chain| {
            chain.world_mut().edit(address, |account| {
                account.code_hash = hash;
                account.code = code;
            })
        })?)
    }

    fn set_storage(
        &self,
        py: Python<'_>,
        address: &Bound<'_, PyAny>,
        slot: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let address = convert::address(address, "set_storage()'s address")?;
        let (slot, value) = (uint256(slot, "slot")?, uint256(value, "value")?);
        Ok(self.run(py, |chain| chain.world_mut().edit(address, |account| account.set_slot(slot, value)))?)
    }

    /// Deletes an account with all it has; False if there was none.
    fn delete_account(&self, py: Python<'_>, address: &Bound<'_, PyAny>) -> PyResult<bool> {
        let address = convert::address(address, "delete_account()'s address")?;
        Ok(self.run(py, |chain| chain.world_mut().remove(address))?)
    }

    /// The head block's number.
    #[getter]
    fn block_number(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.peek(py, |chain| chain.world().head().number)?)
    }

    /// The head block's time in seconds.
    #[getter]
    fn timestamp(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.peek(py, |chain| chain.world().head().timestamp)?)
    }

    /// The time, in seconds, of the block that comes next by `transact`: the head's, unless set.
    #[getter]
    fn next_timestamp(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.peek(py, Chain::next_timestamp)?)
    }

    /// Not before the head's time; the same second may have many blocks.
    fn set_next_timestamp(&self, py: Python<'_>, timestamp: &Bound<'_, PyAny>) -> PyResult<()> {
        let timestamp = uint64(timestamp, "timestamp (seconds)")?;
        Ok(self.run(py, |chain| chain.set_next_timestamp(timestamp))?)
    }

    /// The next blocks' base fee: wei for a unit of gas.
    #[getter]
    fn base_fee(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.peek(py, Chain::base_fee)?)
    }

    /// Wei for a unit of gas, from the next block on, until it is set again. Only 0 before london.
    fn set_base_fee(&self, py: Python<'_>, base_fee: &Bound<'_, PyAny>) -> PyResult<()> {
        let base_fee = uint64(base_fee, "base_fee (wei)")?;
        Ok(self.run(py, |chain| chain.set_base_fee(base_fee))?)
    }

    /// 20 bytes: who gets the tips, from the next block on.
    fn set_coinbase(&self, py: Python<'_>, coinbase: &Bound<'_, PyAny>) -> PyResult<()> {
        let coinbase = convert::address(coinbase, "coinbase")?;
        self.edit(py, |chain| chain.set_coinbase(coinbase))
    }

    /// Which receipts and blocks stay readable from now on: "none", "last" or "all".
    fn set_keep(&self, py: Python<'_>, keep: &str) -> PyResult<()> {
        let keep = read_keep(keep)?;
        self.edit(py, |chain| chain.set_keep(keep))
    }

    /// Gas, from the next block on.
    fn set_block_gas_limit(&self, py: Python<'_>, gas: &Bound<'_, PyAny>) -> PyResult<()> {
        let gas = uint64(gas, "gas")?;
        self.edit(py, |chain| chain.set_block_gas_limit(gas))
    }

    /// A block by number, the head by default; None if it is not known (older than 256 blocks, unless keep is "all").
    #[pyo3(signature = (number=None))]
    fn block(&self, py: Python<'_>, number: Value) -> PyResult<Option<PyBlock>> {
        let number = number.map(|number| uint64(number, "number")).transpose()?;
        Ok(self.peek(py, |chain| match number {
            None => Some(PyBlock(chain.world().head().clone())),
            Some(number) => chain.world().block(number).cloned().map(PyBlock),
        })?)
    }

    /// A block's 32-byte hash; None if the block is not known.
    fn block_hash<'py>(&self, py: Python<'py>, number: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let number = uint64(number, "number")?;
        Ok(self.peek(py, |chain| chain.world().block(number).map(|block| block.hash))?.map(|hash| word(py, hash)))
    }

    /// Mines empty blocks, all with the same time in seconds; what is queued stays queued.
    #[pyo3(signature = (timestamp, blocks=None))]
    fn mine(&self, py: Python<'_>, timestamp: &Bound<'_, PyAny>, blocks: Value) -> PyResult<()> {
        let timestamp = uint64(timestamp, "timestamp (seconds)")?;
        let blocks = blocks.map_or(Ok(1), |blocks| uint64(blocks, "blocks"))?;
        Ok(self.run(py, |chain| chain.mine_empty(timestamp, blocks, &mut poller()))?)
    }

    /// Runs one transaction in a block of its own.
    ///
    /// sender and to are 20 bytes; to=None creates a contract from `data`. value, gas_price, max_fee and priority_fee
    /// are wei. Without `gas` it may use a whole block's; without `nonce` it takes the sender's next. max_fee or
    /// priority_fee make it an EIP-1559 transaction; without max_fee it pays the base fee and the priority fee.
    /// access_list: [(address, [slot, ...]), ...]. A transaction that fails gives a receipt with status 0; one that
    /// cannot run (nonce, funds, gas) is an EvmError (transaction), and no block is mined.
    #[pyo3(signature = (sender, to, data, *, value=None, gas=None, gas_price=None, max_fee=None, priority_fee=None, nonce=None, access_list=None))]
    #[allow(clippy::too_many_arguments)]
    fn transact(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: Value,
        data: &Bound<'_, PyAny>,
        value: Value,
        gas: Value,
        gas_price: Value,
        max_fee: Value,
        priority_fee: Value,
        nonce: Value,
        access_list: Value,
    ) -> PyResult<PyReceipt> {
        Ok(guard(|| {
            let terms = Terms { value, gas, gas_price, max_fee, priority_fee, nonce, access_list };
            let request = terms.apply(request(sender, to, convert::bytes(data, "data")?)?)?;
            self.run(py, |chain| chain.transact(request)).map(PyReceipt)
        })?)
    }

    /// `transact` of a contract's function with its arguments, a tuple or list.
    #[pyo3(signature = (sender, to, function, args, *, value=None, gas=None, gas_price=None, max_fee=None, priority_fee=None, nonce=None, access_list=None))]
    #[allow(clippy::too_many_arguments)]
    fn transact_function(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: &Bound<'_, PyAny>,
        function: &PyFunction,
        args: &Bound<'_, PyAny>,
        value: Value,
        gas: Value,
        gas_price: Value,
        max_fee: Value,
        priority_fee: Value,
        nonce: Value,
        access_list: Value,
    ) -> PyResult<PyReceipt> {
        Ok(guard(|| {
            let terms = Terms { value, gas, gas_price, max_fee, priority_fee, nonce, access_list };
            let request = terms.apply(request(sender, Some(to), function.0.calldata(args)?)?)?;
            self.run(py, |chain| chain.transact(request)).map(PyReceipt)
        })?)
    }

    /// `transact` of a signed transaction: legacy, EIP-2930, EIP-1559 or EIP-7702. Blobs are refused.
    fn transact_raw(&self, py: Python<'_>, raw: &Bound<'_, PyAny>) -> PyResult<PyReceipt> {
        Ok(guard(|| {
            let raw = convert::bytes(raw, "raw")?;
            self.run(py, |chain| chain.transact(Request::from_raw(&raw)?)).map(PyReceipt)
        })?)
    }

    /// Runs a call and forgets what it changed. It pays no fees, and `sender` may be any address.
    ///
    /// It runs in the head block, or with pending=True in the block that would come next. Without `gas` it may use a
    /// whole block's. A failure is a result with success False.
    #[pyo3(signature = (sender, to, data, *, value=None, gas=None, pending=false))]
    #[allow(clippy::too_many_arguments)]
    fn call(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: Value,
        data: &Bound<'_, PyAny>,
        value: Value,
        gas: Value,
        pending: bool,
    ) -> PyResult<PyCallResult> {
        Ok(guard(|| {
            let request = call_request(request(sender, to, convert::bytes(data, "data")?)?, value, gas)?;
            self.run(py, |chain| chain.call(&request, pending)).map(PyCallResult)
        })?)
    }

    /// `call` of a contract's function: its value, a list of values where it returns several, [] where none.
    /// EvmError (revert), with the revert data, if it fails.
    #[pyo3(signature = (sender, to, function, args, *, value=None, gas=None, pending=false))]
    #[allow(clippy::too_many_arguments)]
    fn call_function<'py>(
        &self,
        py: Python<'py>,
        sender: &Bound<'py, PyAny>,
        to: &Bound<'py, PyAny>,
        function: &PyFunction,
        args: &Bound<'py, PyAny>,
        value: Value,
        gas: Value,
        pending: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        Ok(guard(|| {
            let request = call_request(request(sender, Some(to), function.0.calldata(args)?)?, value, gas)?;
            let ending = self.run(py, |chain| chain.call(&request, pending))?;
            returned(py, function, &ending)
        })?)
    }

    /// Many calls in one crossing, each a tuple (sender, to, data[, value[, gas]]).
    #[pyo3(signature = (calls, *, pending=false))]
    fn call_many(&self, py: Python<'_>, calls: Vec<Bound<'_, PyAny>>, pending: bool) -> PyResult<Vec<PyCallResult>> {
        Ok(guard(|| {
            let read = |(position, entry)| from_tuple(entry, position, |data| convert::bytes(data, "data"));
            let requests = calls.iter().enumerate().map(read).collect::<Outcome<Vec<_>>>()?;
            Ok(self.call_all(py, &requests, pending)?.into_iter().map(PyCallResult).collect())
        })?)
    }

    /// Many function calls in one crossing, each a tuple (sender, to, function, args); their values as `call_function`
    /// gives them. EvmError (revert) if one fails, naming it by position.
    #[pyo3(signature = (calls, *, pending=false))]
    fn call_functions<'py>(
        &self,
        py: Python<'py>,
        calls: Vec<Bound<'py, PyAny>>,
        pending: bool,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        Ok(guard(|| {
            let mut functions = Vec::with_capacity(calls.len());
            let mut requests = Vec::with_capacity(calls.len());
            for (position, entry) in calls.iter().enumerate() {
                let (sender, to, function, args): (
                    Bound<'_, PyAny>,
                    Bound<'_, PyAny>,
                    Bound<'_, PyFunction>,
                    Bound<'_, PyAny>,
                ) = entry.extract().map_err(|_| {
                    Failure::usage(format!(
                        "entry {position} must be a tuple (sender, to, function, args); found {}",
                        convert::show(entry)
                    ))
                })?;
                requests.push(request(&sender, Some(&to), function.get().0.calldata(&args)?)?);
                functions.push(function);
            }
            let endings = self.call_all(py, &requests, pending)?;
            let results = functions.iter().zip(&endings).enumerate();
            results
                .map(|(position, (function, ending))| {
                    returned(py, function.get(), ending).map_err(|failure| match failure {
                        Failure::Ours { kind, message, data } => {
                            Failure::Ours { kind, message: format!("call {position}: {message}"), data }
                        }
                        other => other,
                    })
                })
                .collect()
        })?)
    }

    /// Queues a transaction, as `transact` takes it, for the next `mine_queue`; gives its ticket.
    #[pyo3(signature = (sender, to, data, *, value=None, gas=None, gas_price=None, max_fee=None, priority_fee=None, nonce=None, access_list=None))]
    #[allow(clippy::too_many_arguments)]
    fn submit(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: Value,
        data: &Bound<'_, PyAny>,
        value: Value,
        gas: Value,
        gas_price: Value,
        max_fee: Value,
        priority_fee: Value,
        nonce: Value,
        access_list: Value,
    ) -> PyResult<u64> {
        Ok(guard(|| {
            let terms = Terms { value, gas, gas_price, max_fee, priority_fee, nonce, access_list };
            let request = terms.apply(request(sender, to, convert::bytes(data, "data")?)?)?;
            self.run(py, |chain| Ok(chain.submit(request)))
        })?)
    }

    /// Queues a contract's function with its arguments; gives its ticket.
    #[pyo3(signature = (sender, to, function, args, *, value=None, gas=None, gas_price=None, max_fee=None, priority_fee=None, nonce=None, access_list=None))]
    #[allow(clippy::too_many_arguments)]
    fn submit_function(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: &Bound<'_, PyAny>,
        function: &PyFunction,
        args: &Bound<'_, PyAny>,
        value: Value,
        gas: Value,
        gas_price: Value,
        max_fee: Value,
        priority_fee: Value,
        nonce: Value,
        access_list: Value,
    ) -> PyResult<u64> {
        Ok(guard(|| {
            let terms = Terms { value, gas, gas_price, max_fee, priority_fee, nonce, access_list };
            let request = terms.apply(request(sender, Some(to), function.0.calldata(args)?)?)?;
            self.run(py, |chain| Ok(chain.submit(request)))
        })?)
    }

    /// Queues a signed transaction; gives its ticket.
    fn submit_raw(&self, py: Python<'_>, raw: &Bound<'_, PyAny>) -> PyResult<u64> {
        Ok(guard(|| {
            let raw = convert::bytes(raw, "raw")?;
            self.run(py, |chain| Ok(chain.submit(Request::from_raw(&raw)?)))
        })?)
    }

    /// Queues many transactions in one crossing, each a tuple
    /// (sender, to, data[, value[, gas[, priority_fee[, nonce]]]]); gives their tickets. None of them if one is wrong.
    fn submit_many<'py>(&self, py: Python<'py>, transactions: Vec<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyRange>> {
        Ok(guard(|| {
            let read = |(position, entry)| from_tuple(entry, position, |data| convert::bytes(data, "data"));
            let requests = transactions.iter().enumerate().map(read).collect::<Outcome<Vec<_>>>()?;
            self.submit_all(py, requests)
        })?)
    }

    /// Queues many calls of one function in one crossing, each a tuple
    /// (sender, to, args[, value[, gas[, priority_fee[, nonce]]]]); gives their tickets. None of them if one is wrong.
    fn submit_functions<'py>(
        &self,
        py: Python<'py>,
        function: &PyFunction,
        transactions: Vec<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyRange>> {
        Ok(guard(|| {
            let read = |(position, entry)| from_tuple(entry, position, |args| function.0.calldata(args));
            let requests = transactions.iter().enumerate().map(read).collect::<Outcome<Vec<_>>>()?;
            self.submit_all(py, requests)
        })?)
    }

    /// How many transactions are queued.
    #[getter]
    fn queued(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.peek(py, Chain::queued)?)
    }

    /// Forgets all queued transactions; gives their number.
    fn clear_queue(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.run(py, |chain| Ok(chain.clear_queue()))?)
    }

    /// Mines the queue in one block at `timestamp` (seconds).
    ///
    /// ordering: "arrival", "shuffle" (by the chain's seed and the block's number) or "priority": again and again the
    /// best paying of all senders' next transactions, ties drawn from seed, block and sender. A sender's own
    /// transactions stay in the order they came, given nonces ascending. What does not fit waits for a later block: a
    /// given gas limit is booked as a whole, without one what is used counts. A transaction that cannot run at all
    /// (nonce, funds) is left out; its receipt has included False and a reason "rejected: ...".
    #[pyo3(signature = (timestamp, ordering="arrival"))]
    fn mine_queue(&self, py: Python<'_>, timestamp: &Bound<'_, PyAny>, ordering: &str) -> PyResult<PyBlock> {
        Ok(guard(|| {
            let timestamp = uint64(timestamp, "timestamp (seconds)")?;
            let ordering = Ordering::parse(ordering)?;
            self.run(py, |chain| chain.mine_queue(timestamp, ordering, &mut poller())).map(PyBlock)
        })?)
    }

    /// The chain as it is now.
    fn snapshot(&self, py: Python<'_>) -> PyResult<PySnapshot> {
        Ok(PySnapshot(Arc::new(self.peek(py, Chain::save)?)))
    }

    /// Goes back (or over) to a snapshot, as often as wanted.
    fn restore(&self, py: Python<'_>, snapshot: &PySnapshot) -> PyResult<()> {
        let saved = snapshot.0.clone();
        self.edit(py, move |chain| chain.restore(Saved::clone(&saved)))
    }

    /// The state as anvil dumps it: gzipped JSON in hex, or plain JSON text. Storage, code, balances, nonces and the
    /// head block's number and time; neither queue nor receipts.
    #[pyo3(signature = (*, plain=false))]
    fn dump_state(&self, py: Python<'_>, plain: bool) -> PyResult<String> {
        Ok(self.run(py, |chain| {
            let text = anvil::dump(chain)?;
            if plain { Ok(text) } else { anvil::pack(&text) }
        })?)
    }

    /// Takes over what anvil dumped, hex or JSON. Accounts of the dump replace those here, others stay; the chain goes
    /// on from the dump's head block. EvmError (snapshot), and nothing changed, if it cannot be read.
    fn load_state(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<()> {
        Ok(guard(|| {
            let bytes: Bytes = match data.cast::<PyString>() {
                Ok(text) => text.to_cow()?.into_owned().into_bytes().into(),
                Err(_) => convert::bytes(data, "a state dump")?,
            };
            self.run(py, |chain| anvil::load(chain, &bytes))
        })?)
    }

    /// Mines `count` calls of a function, with one after the other of the given arguments, in one block without a gas
    /// limit and in Rust alone; gives the seconds it took.
    #[pyo3(name = "_plain_loop")]
    fn plain_loop(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: &Bound<'_, PyAny>,
        function: &PyFunction,
        arguments: Vec<Bound<'_, PyAny>>,
        count: usize,
    ) -> PyResult<f64> {
        Ok(guard(|| {
            let read = |args: &Bound<'_, PyAny>| request(sender, Some(to), function.0.calldata(args)?);
            let requests = arguments.iter().map(read).collect::<Outcome<Vec<_>>>()?;
            Ok(self.run(py, |chain| chain.plain_loop(&requests, count))?.as_secs_f64())
        })?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.peek(py, |chain| {
            let head = chain.world().head();
            let name = hardfork::name_of(chain.config().spec);
            format!("<Evm {name}, block {} at {} s, {} accounts>", head.number, head.timestamp, chain.world().len())
        })?)
    }
}

impl PyEvm {
    fn submit_all<'py>(&self, py: Python<'py>, requests: Vec<Request>) -> Outcome<Bound<'py, PyRange>> {
        let count = requests.len();
        let first = self.run(py, |chain| {
            chain.expect(count);
            let mut first = None;
            for request in requests {
                let ticket = chain.submit(request);
                first.get_or_insert(ticket);
            }
            Ok(first.unwrap_or_default())
        })?;
        Ok(tickets(py, first, count)?)
    }

    fn call_all(&self, py: Python<'_>, requests: &[Request], pending: bool) -> Outcome<Vec<Ending>> {
        self.run(py, |chain| {
            let mut poll = poller();
            let mut endings = Vec::with_capacity(requests.len());
            for request in requests {
                endings.push(chain.call(request, pending)?);
                poll()?;
            }
            Ok(endings)
        })
    }
}
