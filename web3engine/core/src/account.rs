//! An account: balance, nonce, code and storage.

use alloy_primitives::{B256, KECCAK256_EMPTY, U256};
use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;
use revm::bytecode::Bytecode;
use revm::state::AccountInfo;

pub type Map<K, V> = GenericHashMap<K, V, foldhash::fast::FixedState, DefaultSharedPtr>;

#[derive(Clone, Debug)]
pub struct Account {
    pub balance: U256,
    pub nonce: u64,
    pub code_hash: B256,
    pub code: Bytecode,
    pub storage: Map<U256, U256>,
    /// Whether the slots that it does not hold are to be read from the remote state; else they are zero.
    pub remote: bool,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            balance: U256::ZERO,
            nonce: 0,
            code_hash: KECCAK256_EMPTY,
            code: Bytecode::default(),
            storage: Map::default(),
            remote: false,
        }
    }
}

impl Account {
    pub fn is_blank(&self) -> bool {
        self.balance.is_zero() && self.nonce == 0 && self.code_hash == KECCAK256_EMPTY && self.storage.is_empty()
    }

    /// What the EVM is told; None for an account that does not exist.
    #[inline]
    pub fn info(&self) -> Option<AccountInfo> {
        (!self.is_blank()).then(|| AccountInfo {
            balance: self.balance,
            nonce: self.nonce,
            // EIP-7610: nothing is created where storage is. The EVM asks only for code and nonce, so such an account
            // shows a hash that is not that of no code; EXTCODEHASH gives 0 for it.
            code_hash: if self.code.is_empty() && self.nonce == 0 && !self.storage.is_empty() {
                B256::ZERO
            } else {
                self.code_hash
            },
            // All empty code is one shared value, whose counter threads would fight over: it is left out.
            code: (!self.code.is_empty()).then(|| self.code.clone()),
            account_id: None,
        })
    }

    pub fn set_slot(&mut self, key: U256, value: U256) {
        // A zero is an absent slot, unless it hides a remote one.
        if value.is_zero() && !self.remote {
            self.storage.remove(&key);
        } else {
            self.storage.insert(key, value);
        }
    }
}
