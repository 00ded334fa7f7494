//! The whole chain as a value, and in anvil's format.

use std::sync::{Arc, Mutex};

use alloy_primitives::Bytes;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::PyEvm;
use crate::anvil;
use crate::chain::{Chain, Saved};
use crate::convert::{self, uint64};
use crate::error::guard;
use crate::views::PySnapshot;

#[pymethods]
impl PyEvm {
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

    /// A new chain that goes on from block `number` of this one, as the chain was when the next block began; nothing is
    /// queued there. None where that is not kept: keep="all" keeps the states of the last 256 blocks, else only the
    /// present one is there.
    fn at(&self, py: Python<'_>, number: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let number = uint64(number, "number")?;
        Ok(self.peek(py, |chain| chain.at(number))?.map(|saved| Self(Mutex::new(Chain::from(saved)))))
    }
}
