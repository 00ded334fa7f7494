//! What happens inside of transactions and calls: traces, access lists; and proofs of the state.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use super::PyEvm;
use crate::convert::{self, int_from_u256, uint64, uint256, word};
use crate::error::{Outcome, guard};
use crate::proof;
use crate::terms::{Keywords, Value, request};
use crate::trace;
use crate::views::{self, Listed, PyCallResult};

#[pymethods]
impl PyEvm {
    /// Traces a call, which takes the arguments of `call`: JSON text, as geth's debug_traceCall answers.
    ///
    /// options: JSON text of geth's tracing options. Without a "tracer" it gives struct logs; the tracers are
    /// "callTracer", "prestateTracer", "4byteTracer", "flatCallTracer", "muxTracer" and "noopTracer".
    #[pyo3(signature = (sender, to, data, *, options="{}", pending=false, **terms))]
    #[allow(clippy::too_many_arguments)]
    fn trace_call(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: Value,
        data: &Bound<'_, PyAny>,
        options: &str,
        pending: bool,
        terms: Option<Keywords>,
    ) -> PyResult<String> {
        Ok(guard(|| {
            let request = request(sender, to, convert::bytes(data, "data")?, terms)?;
            let options = trace::options(options)?;
            self.run(py, |chain| trace::call(chain, &request, pending, options))
        })?)
    }

    /// Traces a mined transaction by its block's number and its place there, as `trace_call` does a call.
    /// EvmError (usage) where the block's receipts, or the state before it, are not kept.
    #[pyo3(signature = (number, index, *, options="{}"))]
    fn trace_transaction(
        &self,
        py: Python<'_>,
        number: &Bound<'_, PyAny>,
        index: &Bound<'_, PyAny>,
        options: &str,
    ) -> PyResult<String> {
        Ok(guard(|| {
            let (number, index) = (uint64(number, "number")?, uint64(index, "index")?);
            let options = trace::options(options)?;
            self.run(py, |chain| trace::transaction(chain, number, index, &options))
        })?)
    }

    /// Traces all transactions of a block, in order.
    #[pyo3(signature = (number, *, options="{}"))]
    fn trace_block(&self, py: Python<'_>, number: &Bound<'_, PyAny>, options: &str) -> PyResult<Vec<String>> {
        Ok(guard(|| {
            let number = uint64(number, "number")?;
            let options = trace::options(options)?;
            self.run(py, |chain| trace::block(chain, number, 0..u64::MAX, &options))
        })?)
    }

    /// The access list with which a call uses the addresses and slots that it uses, and what the call gives with it:
    /// ([(address, [slot, ...]), ...], result). The arguments are those of `call`.
    #[pyo3(signature = (sender, to, data, *, pending=false, **terms))]
    fn access_list<'py>(
        &self,
        py: Python<'py>,
        sender: &Bound<'py, PyAny>,
        to: Value<'_, 'py>,
        data: &Bound<'py, PyAny>,
        pending: bool,
        terms: Option<Keywords<'_, 'py>>,
    ) -> PyResult<(Listed<'py>, PyCallResult)> {
        Ok(guard(|| {
            let request = request(sender, to, convert::bytes(data, "data")?, terms)?;
            let (list, ending) = self.run(py, |chain| trace::access_list(chain, request, pending))?;
            Ok((views::access_list(py, &list)?, PyCallResult(ending)))
        })?)
    }

    /// The 32-byte root of the state trie, as it is now. It is computed from the whole state; not for a fork.
    fn state_root<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(word(py, self.run(py, |chain| proof::state_root(chain.world()))?))
    }

    /// (storage root, the account's proof, [(slot, value, the slot's proof), ...]) as EIP-1186 has them: a proof is a
    /// list of RLP-encoded trie nodes, from the root down. It is computed from the whole state; not for a fork.
    fn proof<'py>(
        &self,
        py: Python<'py>,
        address: &Bound<'py, PyAny>,
        slots: Vec<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        Ok(guard(|| {
            let address = convert::address(address, "proof()'s address")?;
            let slots = slots.iter().map(|slot| uint256(slot, "slot")).collect::<Outcome<Vec<_>>>()?;
            let proof = self.run(py, |chain| proof::of_account(chain.world(), address, &slots))?;
            let nodes = |nodes: &[alloy_primitives::Bytes]| {
                PyList::new(py, nodes.iter().map(|node| PyBytes::new(py, node)).collect::<Vec<_>>())
            };
            let slots = proof.slots.iter().map(|slot| {
                let (key, value) = (int_from_u256(py, slot.key)?, int_from_u256(py, slot.value)?);
                (key, value, nodes(&slot.nodes)?).into_pyobject(py)
            });
            let slots = PyList::new(py, slots.collect::<PyResult<Vec<_>>>()?)?;
            Ok((word(py, proof.storage_root), nodes(&proof.nodes)?, slots).into_pyobject(py)?)
        })?)
    }
}
