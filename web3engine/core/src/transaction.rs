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
    /// Whether nothing is offered for gas, as in a call that is only to be looked at.
    pub const fn are_free(&self) -> bool {
        matches!(self, Self::Flat(0) | Self::Market { max: None | Some(0), priority: 0 })
    }

    /// The most that a unit of gas may cost.
    pub fn most(&self, base_fee: u64) -> u128 {
        match *self {
            Self::Flat(price) => price,
            Self::Market { max: Some(max), .. } => max,
            Self::Market { max: None, priority: 0 } => 0,
            Self::Market { max: None, priority } => priority.saturating_add(base_fee.into()),
        }
    }

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
    /// None for a legacy transaction that any chain takes.
    pub chain_id: Option<u64>,
}

/// What only blob transactions (EIP-4844) and those that set code (EIP-7702) have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    pub blob_hashes: Vec<B256>,
    /// The most wei for a unit of blob gas.
    pub max_blob_fee: u128,
    pub authorizations: Vec<SignedAuthorization>,
}

/// A transaction or a call, before the chain fills in what is not given.
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
    /// The EIP-2718 type, where it was given; else what the other fields ask for.
    pub kind: Option<u8>,
    pub extras: Option<Box<Extras>>,
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
            kind: None,
            extras: None,
            signed: None,
            ticket: 0,
        }
    }

    pub fn extras(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    /// Refuses fields that do not go together.
    pub fn check(&self) -> Outcome<()> {
        let Some(kind) = self.kind else { return Ok(()) };
        let market = matches!(self.fees, Fees::Market { .. });
        let blobs = self.extras.as_ref().is_some_and(|extras| !extras.blob_hashes.is_empty());
        let sets_code = self.extras.as_ref().is_some_and(|extras| !extras.authorizations.is_empty());
        let misfit = match kind {
            0 | 1 if market => "max_fee or priority_fee, which type 2 has",
            2..=4 if matches!(self.fees, Fees::Flat(price) if price > 0) => "gas_price, which types 0 and 1 have",
            0 if !self.access_list.is_empty() => "an access_list, which types 1 and up have",
            0 | 1 | 2 | 4 if blobs => "blob_hashes, which type 3 has",
            0..=3 if sets_code => "authorizations, which type 4 has",
            _ => return Ok(()),
        };
        Err(Failure::usage(format!("a transaction of type {kind} was given {misfit}; leave out the one or the other")))
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
            kind: Some(envelope.ty()),
            extras: (envelope.ty() > 2).then(|| {
                Box::new(Extras {
                    blob_hashes: envelope.blob_versioned_hashes().map(<[_]>::to_vec).unwrap_or_default(),
                    max_blob_fee: envelope.max_fee_per_blob_gas().unwrap_or_default(),
                    authorizations: envelope.authorization_list().map(<[_]>::to_vec).unwrap_or_default(),
                })
            }),
            signed: Some(Box::new(Signed {
                raw: Bytes::copy_from_slice(raw),
                hash: *envelope.tx_hash(),
                chain_id: envelope.chain_id(),
            })),
            ticket: 0,
        })
    }

    /// The EIP-2718 type number.
    pub fn kind(&self) -> u8 {
        match (self.kind, &self.extras, &self.fees) {
            (Some(kind), ..) => kind,
            (None, Some(extras), _) if !extras.authorizations.is_empty() => 4,
            (None, Some(extras), _) if !extras.blob_hashes.is_empty() => 3,
            (None, _, Fees::Market { .. }) => 2,
            (None, _, Fees::Flat(_)) => u8::from(!self.access_list.is_empty()),
        }
    }

    /// The transaction's hash: keccak-256 of `encoded`.
    pub fn hash(&self, nonce: u64, gas: u64, chain_id: u64) -> B256 {
        match &self.signed {
            Some(signed) => signed.hash,
            None => keccak256(self.encoded(nonce, gas, chain_id)),
        }
    }

    /// The signed bytes. An unsigned one has 0x7f and the RLP list
    /// [sender, nonce, max fee, priority fee, gas, to, value, data, access list, chain id]; types 3 and 4 add
    /// blob hashes, the maximum blob fee, and authorizations.
    pub fn encoded(&self, nonce: u64, gas: u64, chain_id: u64) -> Vec<u8> {
        if let Some(signed) = &self.signed {
            return signed.raw.to_vec();
        }
        let to: TxKind = self.to.into();
        let (max, priority) = match self.fees {
            Fees::Flat(price) => (price, price),
            Fees::Market { max, priority } => (max.unwrap_or_default(), priority),
        };
        let mut fields: Vec<&dyn Encodable> = vec![
            &self.sender,
            &nonce,
            &max,
            &priority,
            &gas,
            &to,
            &self.value,
            &self.data,
            &self.access_list,
            &chain_id,
        ];
        if let Some(extras) = &self.extras {
            fields.extend([&extras.blob_hashes as &dyn Encodable, &extras.max_blob_fee, &extras.authorizations]);
        }
        let payload_length = fields.iter().map(|field| field.length()).sum();
        let mut encoded = Vec::with_capacity(payload_length + 10);
        encoded.put_u8(0x7f);
        Header { list: true, payload_length }.encode(&mut encoded);
        fields.iter().for_each(|field| field.encode(&mut encoded));
        encoded
    }
}
