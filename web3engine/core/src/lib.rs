//! `tokenspice.web3engine._core`: the in-process EVM, a thin binding of revm for simulations.

mod account;
mod anvil;
mod block;
mod chain;
mod codec;
mod config;
mod convert;
mod error;
mod evm;
mod function;
mod functions;
mod hardfork;
mod history;
mod keys;
mod machine;
mod order;
mod proof;
mod random;
mod reason;
mod receipt;
mod remote;
mod roots;
mod snapshot;
mod terms;
mod trace;
mod transaction;
mod views;
mod world;

use pyo3::prelude::*;

#[pymodule]
mod _core {
    use super::*;

    #[pymodule_export]
    use error::EvmError;
    #[pymodule_export]
    use evm::PyEvm;
    #[pymodule_export]
    use function::PyFunction;
    #[pymodule_export]
    use functions::{checksum_address, create_address, create2_address, keccak256};
    #[pymodule_export]
    use keys::{public_key, recover_key, sign_hash};
    #[pymodule_export]
    use views::{PyBlock, PyCallResult, PyLog, PyReceipt, PySnapshot};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        error::silence_guarded_panics();
        let error = module.getattr("EvmError")?;
        error.setattr("kind", "internal")?;
        error.setattr("data", module.py().None())?;
        module.add("REVM_VERSION", "43.0.3")?;
        module.add("HARDFORKS", hardfork::names())
    }
}
