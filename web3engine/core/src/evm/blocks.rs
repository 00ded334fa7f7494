//! The clock, the blocks, and what they are made with.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{PyEvm, poller};
use crate::chain::Chain;
use crate::config::Keep;
use crate::convert::{self, uint64, word};
use crate::terms::Value;
use crate::views::PyBlock;

#[pymethods]
impl PyEvm {
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

    /// Wei for a unit of gas, in the next block alone. Only 0 before london.
    fn set_next_base_fee(&self, py: Python<'_>, base_fee: &Bound<'_, PyAny>) -> PyResult<()> {
        let base_fee = uint64(base_fee, "base_fee (wei)")?;
        Ok(self.run(py, |chain| chain.set_next_base_fee(base_fee))?)
    }

    /// 20 bytes: who gets the tips, from the next block on.
    fn set_coinbase(&self, py: Python<'_>, coinbase: &Bound<'_, PyAny>) -> PyResult<()> {
        let coinbase = convert::address(coinbase, "coinbase")?;
        self.edit(py, |chain| chain.set_coinbase(coinbase))
    }

    /// 32 bytes: what the next block gives contracts as randomness, in place of what the seed would.
    fn set_next_prevrandao(&self, py: Python<'_>, prevrandao: &Bound<'_, PyAny>) -> PyResult<()> {
        let prevrandao = convert::hash(prevrandao, "prevrandao")?;
        self.edit(py, |chain| chain.set_next_prevrandao(prevrandao))
    }

    /// Makes the randomness of later blocks, and the order of shuffled ones, from another seed.
    fn set_seed(&self, py: Python<'_>, seed: &Bound<'_, PyAny>) -> PyResult<()> {
        let seed = uint64(seed, "seed")?;
        self.edit(py, |chain| chain.set_seed(seed))
    }

    /// Which receipts and blocks stay readable from now on: "none", "last" or "all".
    fn set_keep(&self, py: Python<'_>, keep: &str) -> PyResult<()> {
        let keep = Keep::parse(keep)?;
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
}
