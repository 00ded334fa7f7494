//! Accounts: looked at, and changed from outside.

use alloy_primitives::{Address, keccak256};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use revm::bytecode::Bytecode;

use super::PyEvm;
use crate::convert::{self, int_from_u256, uint64, uint256};
use crate::error::Failure;

#[pymethods]
impl PyEvm {
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
        let hash = keccak256(&code);
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
}
