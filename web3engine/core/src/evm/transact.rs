//! Transactions that are mined at once, each in a block of its own.

use pyo3::prelude::*;

use super::PyEvm;
use crate::convert;
use crate::error::{Outcome, guard};
use crate::function::PyFunction;
use crate::terms::{Keywords, Row, Value, request};
use crate::transaction::Request;
use crate::views::PyReceipt;

#[pymethods]
impl PyEvm {
    /// Runs one transaction in a block of its own.
    ///
    /// sender and to are 20 bytes; to=None creates a contract from `data`. terms: value, gas_price, max_fee,
    /// priority_fee and max_blob_fee in wei, gas, nonce, access_list [(address, [slot, ...]), ...], type, blob_hashes
    /// and authorizations [(chain_id, address, nonce, y_parity, r, s), ...]. Without `gas` it may use a whole block's;
    /// without `nonce` it takes the sender's next. max_fee or priority_fee make it an EIP-1559 transaction; without
    /// max_fee it pays the base fee and the priority fee. A transaction that fails gives a receipt with status 0; one
    /// that cannot run (nonce, funds, gas) is an EvmError (transaction), and no block is mined.
    #[pyo3(signature = (sender, to, data, **terms))]
    fn transact(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: Value,
        data: &Bound<'_, PyAny>,
        terms: Option<Keywords>,
    ) -> PyResult<PyReceipt> {
        Ok(guard(|| {
            let request = request(sender, to, convert::bytes(data, "data")?, terms)?;
            self.run(py, |chain| chain.transact(request)).map(PyReceipt)
        })?)
    }

    /// `transact` of a contract's function with its arguments, a tuple or list; terms by position, as in the rows of
    /// `submit_functions`.
    #[pyo3(signature = (sender, to, function, args, value=None, gas=None, priority_fee=None, nonce=None))]
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
        priority_fee: Value,
        nonce: Value,
    ) -> PyResult<PyReceipt> {
        Ok(guard(|| {
            let row = Row { value, gas, priority_fee, nonce };
            let request = row.request(sender, Some(to), function.0.calldata(args)?)?;
            self.run(py, |chain| chain.transact(request)).map(PyReceipt)
        })?)
    }

    /// `transact` of a signed transaction of any type; a blob transaction may come with its blobs or without.
    fn transact_raw(&self, py: Python<'_>, raw: &Bound<'_, PyAny>) -> PyResult<PyReceipt> {
        Ok(guard(|| {
            let raw = convert::bytes(raw, "raw")?;
            self.run(py, |chain| chain.transact(Request::from_raw(&raw)?)).map(PyReceipt)
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
            let read = |args: &Bound<'_, PyAny>| request(sender, Some(to), function.0.calldata(args)?, None);
            let requests = arguments.iter().map(read).collect::<Outcome<Vec<_>>>()?;
            Ok(self.run(py, |chain| chain.plain_loop(&requests, count))?.as_secs_f64())
        })?)
    }
}
