//! Calls: what they change is forgotten.

use pyo3::prelude::*;

use super::PyEvm;
use crate::convert;
use crate::error::{Failure, Outcome, guard};
use crate::function::PyFunction;
use crate::receipt::Ending;
use crate::terms::{Keywords, Row, Value, request};
use crate::views::PyCallResult;

/// A call's result in Python values; its failure as an exception with the reason.
fn returned<'py>(py: Python<'py>, function: &PyFunction, ending: &Ending) -> Outcome<Bound<'py, PyAny>> {
    match ending.reason() {
        None => function.0.result(py, &ending.output),
        Some(reason) => Err(Failure::revert(format!("{} failed: {reason}", function.0.signature()), &ending.output)),
    }
}

#[pymethods]
impl PyEvm {
    /// Runs a call and forgets what it changed. `sender` may be any address, a contract's too.
    ///
    /// It runs in the head block, or with pending=True in the block that would come next. terms are those of
    /// `transact`. A call that offers nothing for gas pays no fees; one that does must be able to pay, and without `gas`
    /// it may use what it can pay for, at most a whole block's. The nonce is not checked. A failure is a result with
    /// success False.
    #[pyo3(signature = (sender, to, data, *, pending=false, **terms))]
    fn call(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: Value,
        data: &Bound<'_, PyAny>,
        pending: bool,
        terms: Option<Keywords>,
    ) -> PyResult<PyCallResult> {
        Ok(guard(|| {
            let request = request(sender, to, convert::bytes(data, "data")?, terms)?;
            self.run(py, |chain| chain.call(&request, pending)).map(PyCallResult)
        })?)
    }

    /// `call` of a contract's function: its value, a list of values where it returns several, [] where none.
    /// EvmError (revert), with the revert data, if it fails.
    #[pyo3(signature = (sender, to, function, args, value=None, gas=None, *, pending=false))]
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
            let row = Row { value, gas, ..Row::default() };
            let request = row.request(sender, Some(to), function.0.calldata(args)?)?;
            let ending = self.run(py, |chain| chain.call(&request, pending))?;
            returned(py, function, &ending)
        })?)
    }
}
