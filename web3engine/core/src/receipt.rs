//! What a transaction or a call left behind, in Rust; `views` shows it to Python.

use std::sync::{Arc, OnceLock};

use alloy_primitives::{Address, B256, Bytes, Log};
use revm::context::result::{ExecutionResult, Output};

use crate::reason;
use crate::transaction::Request;

/// How an execution ended, for a transaction and a call alike.
#[derive(Debug, Default)]
pub struct Ending {
    pub success: bool,
    pub gas_used: u64,
    pub created: Option<Address>,
    pub logs: Vec<Log>,
    /// Returned or reverted with.
    pub output: Bytes,
    /// Why the EVM stopped where it was neither a return nor a revert, or why the transaction never ran.
    pub halt: Option<String>,
}

impl From<ExecutionResult> for Ending {
    fn from(result: ExecutionResult) -> Self {
        let gas_used = result.gas().tx_gas_used();
        match result {
            ExecutionResult::Success { logs, output, .. } => {
                let (output, created) = match output {
                    Output::Call(output) => (output, None),
                    Output::Create(code, address) => (code, address),
                };
                Self { success: true, gas_used, created, logs, output, halt: None }
            }
            ExecutionResult::Revert { output, .. } => Self { gas_used, output, ..Self::default() },
            ExecutionResult::Halt { reason, .. } => {
                Self { gas_used, halt: Some(reason.to_string()), ..Self::default() }
            }
        }
    }
}

impl Ending {
    /// None for a success.
    pub fn reason(&self) -> Option<String> {
        if self.success {
            return None;
        }
        Some(self.halt.clone().unwrap_or_else(|| reason::of_revert(&self.output)))
    }
}

#[derive(Debug)]
pub struct Receipt {
    pub request: Arc<Request>,
    pub ending: Ending,
    pub nonce: u64,
    pub gas: u64,
    pub effective_gas_price: u128,
    pub block_number: u64,
    /// None for a queued transaction that was rejected: it is in no block.
    pub index: Option<u64>,
    pub cumulative_gas: u64,
    pub chain_id: u64,
    pub hash: OnceLock<B256>,
}

impl Receipt {
    pub fn hash(&self) -> B256 {
        *self.hash.get_or_init(|| self.request.hash(self.nonce, self.gas, self.chain_id))
    }
}
