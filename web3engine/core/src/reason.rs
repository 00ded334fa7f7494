//! Revert data and invalid transactions in words.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{U256, hex};
use revm::context::result::InvalidTransaction;

use crate::transaction::Request;

/// Selector of Solidity's built-in Error(string).
pub const ERROR: [u8; 4] = [0x08, 0xc3, 0x79, 0xa0];
/// Selector of Solidity's built-in Panic(uint256).
pub const PANIC: [u8; 4] = [0x4e, 0x48, 0x7b, 0x71];

pub fn error_text(data: &[u8]) -> Option<String> {
    let body = data.strip_prefix(&ERROR)?;
    match DynSolType::String.abi_decode(body) {
        Ok(DynSolValue::String(text)) => Some(text),
        _ => None,
    }
}

pub fn panic_code(data: &[u8]) -> Option<U256> {
    U256::try_from_be_slice(data.strip_prefix(&PANIC)?.get(..32)?)
}

pub fn of_revert(data: &[u8]) -> String {
    if data.is_empty() {
        return "reverted without a reason".into();
    }
    if let Some(text) = error_text(data) {
        return text;
    }
    if let Some(code) = panic_code(data) {
        return format!("panic 0x{code:02x}: {}", panic_meaning(code));
    }
    format!("custom error 0x{}", hex::encode(data))
}

pub fn panic_meaning(code: U256) -> &'static str {
    match u64::try_from(code) {
        Ok(0x01) => "an assertion failed",
        Ok(0x11) => "arithmetic overflow or underflow",
        Ok(0x12) => "division or modulo by zero",
        Ok(0x21) => "a value that its enum does not have",
        Ok(0x22) => "a storage byte array is encoded wrongly",
        Ok(0x31) => "pop() on an empty array",
        Ok(0x32) => "array index out of bounds",
        Ok(0x41) => "too much memory was asked for",
        Ok(0x51) => "an uninitialised function pointer was called",
        _ => "unknown panic code",
    }
}

/// Who sent what, what is wrong with it, and what to write instead.
pub fn of_rejection(request: &Request, gas: u64, invalid: &InvalidTransaction) -> String {
    let sender = request.sender;
    match invalid {
        InvalidTransaction::NonceTooHigh { tx, state } | InvalidTransaction::NonceTooLow { tx, state } => format!(
            "{sender} sent a transaction with nonce {tx}, but its next nonce is {state}; give {state} or no nonce"
        ),
        InvalidTransaction::LackOfFundForMaxFee { fee, balance } => format!(
            "{sender} must hold {fee} wei for value and gas but holds {balance} wei; fund it, or lower value, gas or price"
        ),
        InvalidTransaction::GasPriceLessThanBasefee => format!(
            "{sender} offers less for gas than the block's base fee; raise gas_price or max_fee, or set_base_fee(0)"
        ),
        InvalidTransaction::RejectCallerWithCode => format!(
            "{sender} is a contract, and a contract cannot send a transaction (EIP-3607); send from an account without code"
        ),
        InvalidTransaction::CallerGasLimitMoreThanBlock => {
            format!("{sender} gave {gas} gas, more than a block has; lower gas or raise the chain's block_gas_limit")
        }
        InvalidTransaction::CallGasCostMoreThanGasLimit { initial_gas, gas_limit } => format!(
            "{sender} gave {gas_limit} gas, but the transaction costs {initial_gas} before it starts; give more"
        ),
        other => format!("{sender} sent a transaction that the hardfork's rules refuse: {other}"),
    }
}
