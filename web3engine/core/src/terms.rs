//! Transactions and calls as Python gives them.

use alloy_eips::eip2930::{AccessList, AccessListItem};
use alloy_primitives::{Address, B256, Bytes, U256};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::{self, uint64, uint128, uint256};
use crate::error::{Failure, Outcome};
use crate::transaction::{Fees, Request};

pub type Value<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// A transaction's terms as keywords give them.
pub struct Terms<'a, 'py> {
    pub value: Value<'a, 'py>,
    pub gas: Value<'a, 'py>,
    pub gas_price: Value<'a, 'py>,
    pub max_fee: Value<'a, 'py>,
    pub priority_fee: Value<'a, 'py>,
    pub nonce: Value<'a, 'py>,
    pub access_list: Value<'a, 'py>,
}

impl Terms<'_, '_> {
    pub fn apply(&self, mut request: Request) -> Outcome<Request> {
        request.value = self.value.map_or(Ok(U256::ZERO), |value| uint256(value, "value (wei)"))?;
        request.gas = self.gas.map(|gas| uint64(gas, "gas")).transpose()?;
        request.nonce = self.nonce.map(|nonce| uint64(nonce, "nonce")).transpose()?;
        request.fees = self.fees()?;
        request.access_list = self.access_list.map_or(Ok(AccessList::default()), access_list)?;
        Ok(request)
    }

    fn fees(&self) -> Outcome<Fees> {
        let price = self.gas_price.map(|price| uint128(price, "gas_price (wei)")).transpose()?;
        let max = self.max_fee.map(|fee| uint128(fee, "max_fee (wei)")).transpose()?;
        let priority = self.priority_fee.map(|fee| uint128(fee, "priority_fee (wei)")).transpose()?;
        match (price, max, priority) {
            (price, None, None) => Ok(Fees::Flat(price.unwrap_or_default())),
            (None, max, priority) => Ok(Fees::Market { max, priority: priority.unwrap_or_default() }),
            _ => Err(Failure::usage(
                "a transaction was given gas_price together with max_fee or priority_fee; give the one or the others",
            )),
        }
    }
}

fn access_list(list: &Bound<'_, PyAny>) -> Outcome<AccessList> {
    let bad = |_| {
        Failure::usage(format!("access_list must be a list of (address, [slot, ...]); found {}", convert::show(list)))
    };
    let mut items = Vec::new();
    for entry in list.try_iter().map_err(bad)? {
        let (account, slots): (Bound<'_, PyAny>, Vec<Bound<'_, PyAny>>) =
            entry.and_then(|entry| entry.extract()).map_err(bad)?;
        items.push(AccessListItem {
            address: convert::address(&account, "an address of access_list")?,
            storage_keys: slots
                .iter()
                .map(|slot| Ok(B256::from(uint256(slot, "a slot of access_list")?)))
                .collect::<Outcome<_>>()?,
        });
    }
    Ok(AccessList(items))
}

fn receiver(to: Value) -> Outcome<Option<Address>> {
    to.map(|to| convert::address(to, "to")).transpose()
}

pub fn request(sender: &Bound<'_, PyAny>, to: Value, data: Bytes) -> Outcome<Request> {
    Ok(Request::new(convert::address(sender, "sender")?, receiver(to)?, data))
}

/// One queued transaction given as a tuple (sender, to, payload[, value[, gas[, priority_fee[, nonce]]]]).
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
    if !(3..=7).contains(&tuple.len()) {
        return Err(bad());
    }
    let given = |index: usize| {
        let value = if index < tuple.len() { tuple.get_item(index).ok() } else { None };
        value.filter(|value| !value.is_none())
    };
    let (to, value, gas, priority_fee, nonce) = (given(1), given(3), given(4), given(5), given(6));
    let terms = Terms {
        value: value.as_ref(),
        gas: gas.as_ref(),
        gas_price: None,
        max_fee: None,
        priority_fee: priority_fee.as_ref(),
        nonce: nonce.as_ref(),
        access_list: None,
    };
    terms.apply(request(&tuple.get_item(0)?, to.as_ref(), payload(&tuple.get_item(2)?)?)?)
}

/// A call has no fees, no nonce and no access list.
pub fn call_request(mut request: Request, value: Value, gas: Value) -> Outcome<Request> {
    request.value = value.map_or(Ok(U256::ZERO), |value| uint256(value, "value (wei)"))?;
    request.gas = gas.map(|gas| uint64(gas, "gas")).transpose()?;
    Ok(request)
}
