//! Hashes and addresses, for Python code that would else need a library for them.

use alloy_primitives::B256;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert::{self, uint64, word};
use crate::error::Failure;

/// keccak-256 of bytes: 32 bytes.
#[pyfunction]
pub fn keccak256<'py>(py: Python<'py>, data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    Ok(word(py, alloy_primitives::keccak256(convert::bytes(data, "data")?)))
}

/// "0x" text with EIP-55 capitals for a 20-byte address.
#[pyfunction]
pub fn checksum_address(address: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(convert::address(address, "checksum_address()'s address")?.to_checksum(None))
}

/// Where the contract goes that `sender` creates with its transaction number `nonce`.
#[pyfunction]
pub fn create_address<'py>(
    py: Python<'py>,
    sender: &Bound<'py, PyAny>,
    nonce: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let created = convert::address(sender, "sender")?.create(uint64(nonce, "nonce")?);
    Ok(PyBytes::new(py, created.as_slice()))
}

/// Where CREATE2 by `sender` puts a contract: 32 bytes of salt, and its creation code.
#[pyfunction]
pub fn create2_address<'py>(
    py: Python<'py>,
    sender: &Bound<'py, PyAny>,
    salt: &Bound<'py, PyAny>,
    init_code: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let sender = convert::address(sender, "sender")?;
    let given = convert::bytes(salt, "salt")?;
    let salt = B256::try_from(&given[..])
        .map_err(|_| Failure::usage(format!("salt must be 32 bytes; found {}", convert::show(salt))))?;
    let created = sender.create2_from_code(salt, convert::bytes(init_code, "init_code")?);
    Ok(PyBytes::new(py, created.as_slice()))
}
