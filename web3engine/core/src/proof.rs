//! The state as Ethereum's Merkle-Patricia trie: its root, and proofs of what is in it (EIP-1186).

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_rlp::Encodable;
use alloy_trie::proof::ProofRetainer;
use alloy_trie::root::storage_root_unhashed;
use alloy_trie::{HashBuilder, Nibbles, TrieAccount};

use crate::account::Account;
use crate::error::{Failure, Outcome};
use crate::world::World;

pub struct AccountProof {
    pub storage_root: B256,
    /// Trie nodes from the root down.
    pub nodes: Vec<Bytes>,
    pub slots: Vec<SlotProof>,
}

pub struct SlotProof {
    pub key: U256,
    pub value: U256,
    pub nodes: Vec<Bytes>,
}

pub fn state_root(world: &World) -> Outcome<B256> {
    Ok(prove(&leaves(world)?, None).0)
}

/// Proves an account, or that there is none, and some of its slots.
pub fn of_account(world: &World, address: Address, slots: &[U256]) -> Outcome<AccountProof> {
    let (_, nodes) = prove(&leaves(world)?, Some(keccak256(address)));
    let held = world.look(address, |account| slot_leaves(account))?.unwrap_or_default();
    let (storage_root, _) = prove(&held, None);
    let slots = slots.iter().map(|key| {
        let (_, nodes) = prove(&held, Some(keccak256(key.to_be_bytes::<32>())));
        Ok(SlotProof { key: *key, value: world.slot(address, *key)?, nodes })
    });
    Ok(AccountProof { storage_root, nodes, slots: slots.collect::<Outcome<_>>()? })
}

/// Hashed keys and RLP-encoded values, by key.
type Leaves = Vec<(B256, Vec<u8>)>;

fn leaves(world: &World) -> Outcome<Leaves> {
    if world.remote().is_some() {
        return Err(Failure::usage("a forked chain's state is not all here, so it has no root and no proofs here"));
    }
    let encode = |account: &Account| {
        let storage = account.storage.iter().map(|(key, value)| (B256::from(*key), *value));
        let storage_root = storage_root_unhashed(storage);
        let mut value = Vec::with_capacity(128);
        TrieAccount::new(account.nonce, account.balance, storage_root, account.code_hash).encode(&mut value);
        value
    };
    let accounts = world.sorted().into_iter().filter(|(_, account)| !account.is_blank());
    let mut leaves: Leaves = accounts.map(|(address, account)| (keccak256(address), encode(account))).collect();
    leaves.sort_unstable();
    Ok(leaves)
}

fn slot_leaves(account: &Account) -> Leaves {
    let encode = |(key, value): (&U256, &U256)| (keccak256(key.to_be_bytes::<32>()), alloy_rlp::encode(value));
    let mut leaves: Leaves = account.storage.iter().map(encode).collect();
    leaves.sort_unstable();
    leaves
}

/// The trie's root, and the nodes on the way to `target`.
fn prove(leaves: &Leaves, target: Option<B256>) -> (B256, Vec<Bytes>) {
    let targets = target.iter().map(Nibbles::unpack).collect();
    let mut builder = HashBuilder::default().with_proof_retainer(ProofRetainer::new(targets));
    for (key, value) in leaves {
        builder.add_leaf(Nibbles::unpack(key), value);
    }
    let root = builder.root();
    let nodes = builder.take_proof_nodes().into_nodes_sorted().into_iter().map(|(_, node)| node);
    (root, if leaves.is_empty() { Vec::new() } else { nodes.collect() })
}
