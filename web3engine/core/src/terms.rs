//! Transactions and calls as Python gives them.

use alloy_eips::eip2930::{AccessList, AccessListItem};
use alloy_eips::eip7702::{Authorization, SignedAuthorization};
use alloy_primitives::{B256, Bytes};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::convert::{self, uint64, uint128, uint256};
use crate::error::{Failure, Outcome};
use crate::transaction::{Fees, Request};

pub type Value<'a, 'py> = Option<&'a Bound<'py, PyAny>>;
pub type Keywords<'a, 'py> = &'a Bound<'py, PyDict>;

/// What a transaction's keywords may be.
const KNOWN: &str = "value, gas, gas_price, max_fee, priority_fee, nonce, access_list, type, blob_hashes, max_blob_fee \
                     and authorizations";

/// A transaction without its payload: who sends to whom, on which terms.
pub fn request(sender: &Bound<'_, PyAny>, to: Value, data: Bytes, terms: Option<Keywords>) -> Outcome<Request> {
    let sender = convert::address(sender, "sender")?;
    let to = to.map(|to| convert::address(to, "to")).transpose()?;
    let mut request = Request::new(sender, to, data);
    let mut offer = Offer::default();
    if let Some(terms) = terms {
        for (name, value) in terms.iter() {
            if !value.is_none() {
                set(&mut request, &mut offer, name.cast::<PyString>().map_err(PyErr::from)?, &value)?;
            }
        }
    }
    request.fees = offer.fees(request.kind)?;
    request.check()?;
    Ok(request)
}

fn set(request: &mut Request, offer: &mut Offer, name: &Bound<'_, PyString>, value: &Bound<'_, PyAny>) -> Outcome<()> {
    match name.to_str()? {
        "value" => request.value = uint256(value, "value (wei)")?,
        "gas" => request.gas = Some(uint64(value, "gas")?),
        "gas_price" => offer.price = Some(uint128(value, "gas_price (wei)")?),
        "max_fee" => offer.max = Some(uint128(value, "max_fee (wei)")?),
        "priority_fee" => offer.priority = Some(uint128(value, "priority_fee (wei)")?),
        "nonce" => request.nonce = Some(uint64(value, "nonce")?),
        "access_list" => request.access_list = access_list(value)?,
        "type" => request.kind = Some(kind(value)?),
        "blob_hashes" => request.extras().blob_hashes = each(value, "blob_hashes", blob_hash)?,
        "max_blob_fee" => request.extras().max_blob_fee = uint128(value, "max_blob_fee (wei)")?,
        "authorizations" => request.extras().authorizations = each(value, "authorizations", authorization)?,
        other => {
            let message = format!("a transaction was given a keyword {other:?}; it takes {KNOWN}");
            return Err(PyTypeError::new_err(message).into());
        }
    }
    Ok(())
}

/// What is offered for gas, as keywords give it.
#[derive(Default)]
struct Offer {
    price: Option<u128>,
    max: Option<u128>,
    priority: Option<u128>,
}

impl Offer {
    fn fees(self, kind: Option<u8>) -> Outcome<Fees> {
        match (self.price, self.max, self.priority) {
            (None, None, None) if kind >= Some(2) => Ok(Fees::Market { max: None, priority: 0 }),
            (price, None, None) => Ok(Fees::Flat(price.unwrap_or_default())),
            (None, max, priority) => Ok(Fees::Market { max, priority: priority.unwrap_or_default() }),
            _ => Err(Failure::usage(
                "a transaction was given gas_price together with max_fee or priority_fee; give the one or the others",
            )),
        }
    }
}

fn kind(value: &Bound<'_, PyAny>) -> Outcome<u8> {
    match uint64(value, "type")? {
        kind @ 0..=4 => Ok(kind as u8),
        other => Err(Failure::usage(format!("type must be an EIP-2718 type from 0 to 4; found {other}"))),
    }
}

fn access_list(list: &Bound<'_, PyAny>) -> Outcome<AccessList> {
    let item = |entry: &Bound<'_, PyAny>| {
        let (account, slots): (Bound<'_, PyAny>, Vec<Bound<'_, PyAny>>) = entry.extract().map_err(|_| {
            let shown = convert::show(entry);
            Failure::usage(format!("an entry of access_list must be (address, [slot, ...]); found {shown}"))
        })?;
        Ok(AccessListItem {
            address: convert::address(&account, "an address of access_list")?,
            storage_keys: slots
                .iter()
                .map(|slot| Ok(B256::from(uint256(slot, "a slot of access_list")?)))
                .collect::<Outcome<_>>()?,
        })
    };
    each(list, "access_list", item).map(AccessList)
}

fn blob_hash(value: &Bound<'_, PyAny>) -> Outcome<B256> {
    convert::hash(value, "one of blob_hashes")
}

fn authorization(entry: &Bound<'_, PyAny>) -> Outcome<SignedAuthorization> {
    type Six<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>, u8, Bound<'py, PyAny>, Bound<'py, PyAny>);
    let (chain_id, address, nonce, y_parity, r, s): Six<'_> = entry.extract().map_err(|_| {
        let shown = convert::show(entry);
        Failure::usage(format!(
            "an entry of authorizations must be (chain_id, address, nonce, y_parity, r, s); found {shown}"
        ))
    })?;
    let inner = Authorization {
        chain_id: uint256(&chain_id, "an authorization's chain_id")?,
        address: convert::address(&address, "an authorization's address")?,
        nonce: uint64(&nonce, "an authorization's nonce")?,
    };
    let (r, s) = (uint256(&r, "an authorization's r")?, uint256(&s, "an authorization's s")?);
    Ok(SignedAuthorization::new_unchecked(inner, y_parity, r, s))
}

fn each<T>(
    list: &Bound<'_, PyAny>,
    what: &str,
    mut read: impl FnMut(&Bound<'_, PyAny>) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    let bad = |_| Failure::usage(format!("{what} must be a list; found {}", convert::show(list)));
    list.try_iter().map_err(bad)?.map(|entry| read(&entry.map_err(bad)?)).collect()
}

/// The terms that rows and functions' calls have, by position.
#[derive(Default)]
pub struct Row<'a, 'py> {
    pub value: Value<'a, 'py>,
    pub gas: Value<'a, 'py>,
    /// With it, it is an EIP-1559 transaction that pays the base fee too.
    pub priority_fee: Value<'a, 'py>,
    pub nonce: Value<'a, 'py>,
}

impl Row<'_, '_> {
    pub fn request(&self, sender: &Bound<'_, PyAny>, to: Value, data: Bytes) -> Outcome<Request> {
        let sender = convert::address(sender, "sender")?;
        let to = to.map(|to| convert::address(to, "to")).transpose()?;
        let mut request = Request::new(sender, to, data);
        if let Some(value) = self.value {
            request.value = uint256(value, "value (wei)")?;
        }
        request.gas = self.gas.map(|gas| uint64(gas, "gas")).transpose()?;
        if let Some(priority) = self.priority_fee {
            request.fees = Fees::Market { max: None, priority: uint128(priority, "priority_fee (wei)")? };
        }
        request.nonce = self.nonce.map(|nonce| uint64(nonce, "nonce")).transpose()?;
        Ok(request)
    }
}

/// One transaction given as a tuple (sender, to, payload[, value[, gas[, priority_fee[, nonce]]]]).
pub fn from_tuple<'py>(
    entry: &Bound<'py, PyAny>,
    position: usize,
    payload: impl FnOnce(&Bound<'py, PyAny>) -> Outcome<Bytes>,
) -> Outcome<Request> {
    let bad = || {
        Failure::usage(format!(
            "entry {position} must be a tuple of 3 to 7: sender, to, data or arguments, value, gas, priority_fee, nonce; found {}",
            convert::show(entry)
        ))
    };
    let tuple = entry.cast::<PyTuple>().map_err(|_| bad())?;
    let count = tuple.len();
    if !(3..=7).contains(&count) {
        return Err(bad());
    }
    let given = |index: usize| {
        let value = if index < count { tuple.get_borrowed_item(index).ok() } else { None };
        value.filter(|value| !value.is_none())
    };
    let (to, value, gas, priority_fee, nonce) = (given(1), given(3), given(4), given(5), given(6));
    let row = Row {
        value: value.as_deref(),
        gas: gas.as_deref(),
        priority_fee: priority_fee.as_deref(),
        nonce: nonce.as_deref(),
    };
    let (sender, payload_given) = (tuple.get_borrowed_item(0)?, tuple.get_borrowed_item(2)?);
    row.request(&sender, to.as_deref(), payload(&payload_given)?)
}
