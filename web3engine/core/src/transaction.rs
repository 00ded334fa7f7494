//! Transactions as they are asked for, before the chain fills in nonce, gas and fees.

use alloy_consensus::transaction::SignerRecoverable;
use alloy_consensus::{Transaction as _, TxEnvelope, Typed2718};
use alloy_eips::eip2718::Decodable2718;
use alloy_eips::eip2930::AccessList;
use alloy_eips::eip7702::SignedAuthorization;
use alloy_primitives::{Address, B256, Bytes, TxKind, U256, keccak256};
use alloy_rlp::{BufMut, Encodable, Header};

use crate::error::{Failure, Outcome};

/// What the sender offers for a unit of gas, in wei.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fees {
    Flat(u128),
    /// EIP-1559; a missing maximum means the block's base fee plus the priority fee.
    Market {
        max: Option<u128>,
        priority: u128,
    },
}

impl Fees {
    /// What reaches the coinbase for a unit of gas; None when the base fee is not covered.
    pub fn tip(&self, base_fee: u64) -> Option<u128> {
        let base_fee = u128::from(base_fee);
        match *self {
            Self::Flat(price) => price.checked_sub(base_fee),
            Self::Market { max: None, priority } => Some(priority),
            Self::Market { max: Some(max), priority } => Some(max.checked_sub(base_fee)?.min(priority)),
        }
    }
}

/// What only a signed transaction has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub raw: Bytes,
    pub hash: B256,
    pub kind: u8,
    pub chain_id: Option<u64>,
    pub authorizations: Vec<SignedAuthorization>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub sender: Address,
    /// None creates a contract.
    pub to: Option<Address>,
    pub data: Bytes,
    pub value: U256,
    /// None asks for as much as a block can give.
    pub gas: Option<u64>,
    pub fees: Fees,
    /// None takes the sender's next one.
    pub nonce: Option<u64>,
    pub access_list: AccessList,
    pub signed: Option<Box<Signed>>,
    /// The place in the order of submission; 0 for what was never queued.
    pub ticket: u64,
}

impl Request {
    pub fn new(sender: Address, to: Option<Address>, data: Bytes) -> Self {
        Self {
            sender,
            to,
            data,
            value: U256::ZERO,
            gas: None,
            fees: Fees::Flat(0),
            nonce: None,
            access_list: AccessList::default(),
            signed: None,
            ticket: 0,
        }
    }

    /// Reads a signed transaction and recovers who signed it.
    pub fn from_raw(raw: &[u8]) -> Outcome<Self> {
        let bad = |what: String| Failure::transaction(format!("a raw transaction of {} bytes {what}", raw.len()));
        let mut rest = raw;
        let envelope = TxEnvelope::decode_2718(&mut rest)
            .map_err(|error| bad(format!("is not a signed transaction: {error}; send the signed bytes as they are")))?;
        if !rest.is_empty() {
            return Err(bad(format!("has {} bytes too many at its end; send one transaction at a time", rest.len())));
        }
        if envelope.is_eip4844() {
            return Err(bad("carries blobs (EIP-4844), which a chain without blobs cannot take; send type 2".into()));
        }
        let sender = envelope
            .recover_signer()
            .map_err(|error| bad(format!("has a signature that names no sender: {error}; sign it again")))?;
        let fees = match envelope.max_priority_fee_per_gas() {
            Some(priority) => Fees::Market { max: Some(envelope.max_fee_per_gas()), priority },
            None => Fees::Flat(envelope.max_fee_per_gas()),
        };
        Ok(Self {
            sender,
            to: envelope.to(),
            data: envelope.input().clone(),
            value: envelope.value(),
            gas: Some(envelope.gas_limit()),
            fees,
            nonce: Some(envelope.nonce()),
            access_list: envelope.access_list().cloned().unwrap_or_default(),
            signed: Some(Box::new(Signed {
                raw: Bytes::copy_from_slice(raw),
                hash: *envelope.tx_hash(),
                kind: envelope.ty(),
                chain_id: envelope.chain_id(),
                authorizations: envelope.authorization_list().map(<[_]>::to_vec).unwrap_or_default(),
            })),
            ticket: 0,
        })
    }

    /// The EIP-2718 type number.
    pub fn kind(&self) -> u8 {
        match (&self.signed, &self.fees) {
            (Some(signed), _) => signed.kind,
            (None, Fees::Market { .. }) => 2,
            (None, Fees::Flat(_)) => u8::from(!self.access_list.is_empty()),
        }
    }

    /// The transaction's hash. An unsigned one has keccak-256 of the RLP list
    /// [sender, nonce, max fee, priority fee, gas, to, value, data, access list, chain id].
    pub fn hash(&self, nonce: u64, gas: u64, chain_id: u64) -> B256 {
        if let Some(signed) = &self.signed {
            return signed.hash;
        }
        let to: TxKind = self.to.into();
        let (max, priority) = match self.fees {
            Fees::Flat(price) => (price, price),
            Fees::Market { max, priority } => (max.unwrap_or_default(), priority),
        };
        let fields: [&dyn Encodable; 10] =
            [&self.sender, &nonce, &max, &priority, &gas, &to, &self.value, &self.data, &self.access_list, &chain_id];
        let payload_length = fields.iter().map(|field| field.length()).sum();
        let mut encoded = Vec::with_capacity(payload_length + 10);
        encoded.put_u8(0x7f);
        Header { list: true, payload_length }.encode(&mut encoded);
        fields.iter().for_each(|field| field.encode(&mut encoded));
        keccak256(encoded)
    }
}
