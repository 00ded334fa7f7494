//! The queue: transactions that wait for a block.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyRange};

use super::{PyEvm, poller};
use crate::chain::Chain;
use crate::convert::{self, uint64};
use crate::error::{Outcome, guard};
use crate::function::PyFunction;
use crate::order::Ordering;
use crate::terms::{Keywords, Row, Value, from_tuple, request};
use crate::transaction::Request;
use crate::views::PyBlock;

fn tickets(py: Python<'_>, first: u64, count: usize) -> PyResult<Bound<'_, PyRange>> {
    PyRange::new(py, first as isize, first as isize + count as isize)
}

#[pymethods]
impl PyEvm {
    /// Queues a transaction, as `transact` takes it, for the next `mine_queue`; gives its ticket.
    #[pyo3(signature = (sender, to, data, **terms))]
    fn submit(
        &self,
        py: Python<'_>,
        sender: &Bound<'_, PyAny>,
        to: Value,
        data: &Bound<'_, PyAny>,
        terms: Option<Keywords>,
    ) -> PyResult<u64> {
        Ok(guard(|| {
            let request = request(sender, to, convert::bytes(data, "data")?, terms)?;
            self.brief(py, |chain| chain.submit(request))
        })?)
    }

    /// Queues a contract's function with its arguments, as `transact_function` takes it; gives its ticket.
    #[pyo3(signature = (sender, to, function, args, value=None, gas=None, priority_fee=None, nonce=None))]
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
        priority_fee: Value,
        nonce: Value,
    ) -> PyResult<u64> {
        Ok(guard(|| {
            let row = Row { value, gas, priority_fee, nonce };
            let request = row.request(sender, Some(to), function.0.calldata(args)?)?;
            self.brief(py, |chain| chain.submit(request))
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

    /// Takes a transaction out of the queue by its ticket; False if it is not there.
    fn withdraw(&self, py: Python<'_>, ticket: &Bound<'_, PyAny>) -> PyResult<bool> {
        let ticket = uint64(ticket, "ticket")?;
        Ok(self.run(py, |chain| Ok(chain.withdraw(ticket)))?)
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
}

#[pymethods]
impl PyEvm {
    /// Mines calls in one block at `timestamp` (seconds) as `call` runs them, and keeps what they change; gives the
    /// block with all receipts.
    ///
    /// calls: (sender, to, data, terms) each, terms a dict of those of `call`. With transfers=True, ether that moves is
    /// in the logs too, as eth_simulateV1 has it. A call that cannot run (funds, gas) is an EvmError (transaction), and
    /// nothing has happened.
    #[pyo3(signature = (timestamp, calls, *, transfers=false))]
    fn mine_calls(
        &self,
        py: Python<'_>,
        timestamp: &Bound<'_, PyAny>,
        calls: Vec<(Bound<'_, PyAny>, Option<Bound<'_, PyAny>>, Bound<'_, PyAny>, Bound<'_, PyDict>)>,
        transfers: bool,
    ) -> PyResult<PyBlock> {
        Ok(guard(|| {
            let timestamp = uint64(timestamp, "timestamp (seconds)")?;
            let read = |(sender, to, data, terms): &(_, Option<Bound<'_, PyAny>>, _, _)| {
                request(sender, to.as_ref(), convert::bytes(data, "data")?, Some(terms))
            };
            let calls = calls.iter().map(read).collect::<Outcome<Vec<_>>>()?;
            self.run(py, |chain| chain.mine_calls(timestamp, calls, transfers)).map(PyBlock)
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
}
