//! Results as Python sees them. Nothing is turned into a Python object before it is asked for.

use std::sync::Arc;

use alloy_eips::eip2930::{AccessList, AccessListItem};
use alloy_primitives::{Address, Log};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::block::Block;
use crate::chain::Saved;
use crate::convert::{self, int_from_u256, word};
use crate::error::guard;
use crate::hardfork;
use crate::receipt::{Ending, Receipt};
use crate::roots;
use crate::snapshot;
use crate::transaction::Fees;

fn address<'py>(py: Python<'py>, address: &Address) -> Bound<'py, PyBytes> {
    PyBytes::new(py, address.as_slice())
}

fn logs(ending: &Ending) -> Vec<PyLog> {
    ending.logs.iter().cloned().map(PyLog).collect()
}

/// An access list in Python values.
pub type Listed<'py> = Vec<(Bound<'py, PyBytes>, Bound<'py, PyList>)>;

pub fn access_list<'py>(py: Python<'py>, list: &AccessList) -> PyResult<Listed<'py>> {
    let entry = |item: &AccessListItem| {
        let slots = item.storage_keys.iter().map(|key| int_from_u256(py, (*key).into()));
        Ok((address(py, &item.address), PyList::new(py, slots.collect::<PyResult<Vec<_>>>()?)?))
    };
    list.iter().map(entry).collect()
}

/// One event as the EVM emitted it.
#[pyclass(frozen, module = "tokenspice.web3engine._core", name = "Log")]
pub struct PyLog(pub Log);

#[pymethods]
impl PyLog {
    /// The contract that emitted it: 20 bytes.
    #[getter]
    fn address<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        address(py, &self.0.address)
    }

    /// The event's hash and its indexed values: 32 bytes each.
    #[getter]
    fn topics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.topics().iter().map(|topic| word(py, *topic)))
    }

    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.data.data)
    }

    fn __repr__(&self) -> String {
        format!("<Log {} {} topics, {} bytes>", self.0.address, self.0.topics().len(), self.0.data.data.len())
    }
}

/// What a call returned; nothing of it was kept on the chain.
#[pyclass(frozen, module = "tokenspice.web3engine._core", name = "CallResult")]
pub struct PyCallResult(pub Ending);

#[pymethods]
impl PyCallResult {
    #[getter]
    fn success(&self) -> bool {
        self.0.success
    }

    #[getter]
    fn gas_used(&self) -> u64 {
        self.0.gas_used
    }

    /// What was returned, or what it reverted with.
    #[getter]
    fn output<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.output)
    }

    #[getter]
    fn logs(&self) -> Vec<PyLog> {
        logs(&self.0)
    }

    /// Why the EVM stopped, where it neither returned nor reverted.
    #[getter]
    fn halt(&self) -> Option<&str> {
        self.0.halt.as_deref()
    }

    /// Why it failed, in words; None for a success.
    #[getter]
    fn reason(&self) -> Option<String> {
        self.0.reason()
    }

    fn __repr__(&self) -> String {
        let ending = self.0.reason().unwrap_or_else(|| "success".into());
        format!("<CallResult {ending}, {} gas, {} bytes>", self.0.gas_used, self.0.output.len())
    }
}

/// What became of a transaction; final.
#[pyclass(frozen, module = "tokenspice.web3engine._core", name = "Receipt")]
pub struct PyReceipt(pub Arc<Receipt>);

#[pymethods]
impl PyReceipt {
    /// 1 for success, 0 for failure.
    #[getter]
    fn status(&self) -> u8 {
        self.0.ending.success.into()
    }

    /// False for a queued transaction that could not run: it is in no block and cost nothing.
    #[getter]
    fn included(&self) -> bool {
        self.0.index.is_some()
    }

    #[getter]
    fn gas_used(&self) -> u64 {
        self.0.ending.gas_used
    }

    /// Gas used in the block up to and with this transaction.
    #[getter]
    fn cumulative_gas_used(&self) -> u64 {
        self.0.cumulative_gas
    }

    /// Wei paid for a unit of gas.
    #[getter]
    fn effective_gas_price(&self) -> u128 {
        self.0.effective_gas_price
    }

    /// The created contract: 20 bytes, or None.
    #[getter]
    fn contract_address<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.ending.created.as_ref().map(|created| address(py, created))
    }

    #[getter]
    fn logs(&self) -> Vec<PyLog> {
        logs(&self.0.ending)
    }

    /// What was returned (a created contract's code), or what it reverted with.
    #[getter]
    fn output<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.ending.output)
    }

    /// Why the EVM stopped, where it neither returned nor reverted; "rejected: ..." if the transaction never ran.
    #[getter]
    fn halt(&self) -> Option<&str> {
        self.0.ending.halt.as_deref()
    }

    /// Why it failed, in words; None for a success.
    #[getter]
    fn reason(&self) -> Option<String> {
        self.0.ending.reason()
    }

    #[getter]
    fn block_number(&self) -> u64 {
        self.0.block_number
    }

    /// The place in its block, from 0; None if it is in none.
    #[getter]
    fn transaction_index(&self) -> Option<u64> {
        self.0.index
    }

    /// 32 bytes: the real hash of a signed transaction. An unsigned one has keccak-256 of 0x7f and the RLP list
    /// [sender, nonce, max fee, priority fee, gas, to, value, data, access list, chain id].
    #[getter]
    fn transaction_hash<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        word(py, self.0.hash())
    }

    #[getter]
    fn sender<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        address(py, &self.0.request.sender)
    }

    /// 20 bytes; None where a contract was created.
    #[getter]
    fn to<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.request.to.as_ref().map(|to| address(py, to))
    }

    #[getter]
    fn nonce(&self) -> u64 {
        self.0.nonce
    }

    /// What the transaction carried: calldata, or a contract's creation code.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.request.data)
    }

    /// Wei sent along.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        int_from_u256(py, self.0.request.value)
    }

    /// The transaction's gas limit.
    #[getter]
    fn gas(&self) -> u64 {
        self.0.gas
    }

    /// [(address, [slot, ...]), ...] as it was sent.
    #[getter]
    fn access_list<'py>(&self, py: Python<'py>) -> PyResult<Listed<'py>> {
        access_list(py, &self.0.request.access_list)
    }

    /// Hashes of the blobs that it carried: 32 bytes each.
    #[getter]
    fn blob_hashes<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyBytes>> {
        let extras = self.0.request.extras.iter();
        extras.flat_map(|extras| &extras.blob_hashes).map(|hash| word(py, *hash)).collect()
    }

    /// The most wei that a unit of blob gas might have cost; None where there are no blobs.
    #[getter]
    fn max_blob_fee(&self) -> Option<u128> {
        let extras = self.0.request.extras.as_ref().filter(|_| self.0.request.kind() == 3);
        extras.map(|extras| extras.max_blob_fee)
    }

    /// [(chain_id, address, nonce, y_parity, r, s), ...] as EIP-7702 transactions carry them.
    #[getter]
    fn authorizations<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyTuple>>> {
        let extras = self.0.request.extras.iter();
        let all = extras.flat_map(|extras| &extras.authorizations).map(|signed| {
            let (chain_id, r, s) = (&signed.chain_id, signed.r(), signed.s());
            let values = (
                int_from_u256(py, *chain_id)?,
                address(py, &signed.address),
                signed.nonce,
                signed.y_parity(),
                int_from_u256(py, r)?,
                int_from_u256(py, s)?,
            );
            values.into_pyobject(py)
        });
        all.collect()
    }

    /// What was signed, or the chain's; None for a legacy transaction that any chain takes.
    #[getter]
    fn chain_id(&self) -> Option<u64> {
        match &self.0.request.signed {
            Some(signed) => signed.chain_id,
            None => Some(self.0.chain_id),
        }
    }

    /// The EIP-2718 type: 0 legacy, 1 access list, 2 EIP-1559, 3 blobs, 4 EIP-7702.
    #[getter]
    fn r#type(&self) -> u8 {
        self.0.request.kind()
    }

    /// The most wei that a unit of gas might have cost.
    #[getter]
    fn max_fee(&self) -> u128 {
        match self.0.request.fees {
            Fees::Flat(price) => price,
            Fees::Market { max, .. } => max.unwrap_or(self.0.effective_gas_price),
        }
    }

    /// The most wei a unit of gas might have given to the coinbase; None for a transaction with a flat price.
    #[getter]
    fn priority_fee(&self) -> Option<u128> {
        match self.0.request.fees {
            Fees::Flat(_) => None,
            Fees::Market { priority, .. } => Some(priority),
        }
    }

    /// What `submit` and its like returned; 0 for a transaction that was never queued.
    #[getter]
    fn ticket(&self) -> u64 {
        self.0.request.ticket
    }

    /// The signed transaction as it was sent; None for an unsigned one.
    #[getter]
    fn raw<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.request.signed.as_ref().map(|signed| PyBytes::new(py, &signed.raw))
    }

    fn __repr__(&self) -> String {
        let ending = self.0.ending.reason().unwrap_or_else(|| "success".into());
        format!("<Receipt block {}: {ending}, {} gas>", self.0.block_number, self.0.ending.gas_used)
    }
}

/// A mined block.
#[pyclass(frozen, module = "tokenspice.web3engine._core", name = "Block")]
pub struct PyBlock(pub Arc<Block>);

#[pymethods]
impl PyBlock {
    #[getter]
    fn number(&self) -> u64 {
        self.0.number
    }

    #[getter]
    fn hash<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        word(py, self.0.hash)
    }

    #[getter]
    fn parent_hash<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        word(py, self.0.parent_hash)
    }

    /// Seconds since 1970.
    #[getter]
    fn timestamp(&self) -> u64 {
        self.0.timestamp
    }

    #[getter]
    fn coinbase<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        address(py, &self.0.coinbase)
    }

    #[getter]
    fn gas_limit(&self) -> u64 {
        self.0.gas_limit
    }

    #[getter]
    fn gas_used(&self) -> u64 {
        self.0.gas_used
    }

    /// Wei for a unit of gas, burned.
    #[getter]
    fn base_fee(&self) -> u64 {
        self.0.base_fee
    }

    #[getter]
    fn prevrandao<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        word(py, self.0.prevrandao)
    }

    /// 256 bytes: the Bloom filter of all its logs. None where its receipts are not kept.
    #[getter]
    fn logs_bloom<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        roots::is_whole(&self.0).then(|| PyBytes::new(py, roots::logs_bloom(&self.0).as_slice()))
    }

    /// The root of the trie of its transactions, unsigned ones as their hash has them. None where its receipts are not
    /// kept. The block's hash does not depend on it.
    #[getter]
    fn transactions_root<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        roots::is_whole(&self.0).then(|| word(py, roots::of_transactions(&self.0)))
    }

    /// The root of the trie of its receipts. None where they are not kept. The block's hash does not depend on it.
    #[getter]
    fn receipts_root<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        roots::is_whole(&self.0).then(|| word(py, roots::of_receipts(&self.0)))
    }

    /// How many transactions ran in the block, failed ones with them.
    #[getter]
    fn transaction_count(&self) -> u64 {
        self.0.transactions
    }

    /// How many of them failed.
    #[getter]
    fn reverted(&self) -> u64 {
        self.0.reverted
    }

    /// How many queued transactions could not run and are gone.
    #[getter]
    fn rejected(&self) -> u64 {
        self.0.rejected
    }

    /// How many queued transactions did not fit and wait for a later block.
    #[getter]
    fn carried_over(&self) -> u64 {
        self.0.carried_over
    }

    /// Receipts in the order of execution, rejected transactions' among them; empty where they are not kept.
    #[getter]
    fn receipts(&self) -> Vec<PyReceipt> {
        self.0.receipts.iter().cloned().map(PyReceipt).collect()
    }

    fn __len__(&self) -> usize {
        self.0.transactions as usize
    }

    fn __bool__(&self) -> bool {
        true
    }

    fn __repr__(&self) -> String {
        format!(
            "<Block {} at {} s, {} transactions, {} gas>",
            self.number(),
            self.timestamp(),
            self.0.transactions,
            self.gas_used()
        )
    }
}

/// A chain at one moment: state, clock, block hashes and queue. Cheap to take, and never changes.
#[pyclass(frozen, module = "tokenspice.web3engine._core", name = "Snapshot")]
pub struct PySnapshot(pub Arc<Saved>);

#[pymethods]
impl PySnapshot {
    /// The head block's number.
    #[getter]
    fn block_number(&self) -> u64 {
        self.0.world.head().number
    }

    /// The head block's time in seconds.
    #[getter]
    fn timestamp(&self) -> u64 {
        self.0.world.head().timestamp
    }

    #[getter]
    fn hardfork(&self) -> &'static str {
        hardfork::name_of(self.0.config.spec)
    }

    /// The snapshot as bytes for a file or another process: versioned, and protected by a hash. Of the blocks it holds
    /// the headers that opcode BLOCKHASH can see, and no receipts.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = guard(|| Ok(py.detach(|| snapshot::to_bytes(&self.0))))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The number and hash of the block that the chain was forked at; None if it began empty.
    #[getter]
    fn fork<'py>(&self, py: Python<'py>) -> Option<(u64, Bound<'py, PyBytes>)> {
        self.0.world.remote().map(|remote| (remote.number, convert::word(py, remote.hash)))
    }

    /// The inverse of `to_bytes`; a forked chain's needs the `reader` of its fork. EvmError (snapshot) for anything that
    /// was not written so, or was changed since.
    #[staticmethod]
    #[pyo3(signature = (data, reader=None))]
    fn from_bytes(py: Python<'_>, data: &Bound<'_, PyAny>, reader: Option<Py<PyAny>>) -> PyResult<Self> {
        Ok(guard(|| {
            let data = convert::bytes(data, "a snapshot")?;
            Ok(Self(Arc::new(py.detach(|| snapshot::from_bytes(&data, reader))?)))
        })?)
    }

    fn __repr__(&self) -> String {
        format!("<Snapshot {}, block {}>", self.hardfork(), self.block_number())
    }
}
