//! Python values to Rust ones and back, each refusal naming what was given and what to give instead.

use std::cell::RefCell;

use alloy_primitives::map::HashMap;
use alloy_primitives::{Address, B256, Bytes, I256, U256, hex};
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyInt, PyString, PyType};
use pyo3::{ffi, intern};

use crate::error::{Failure, Outcome};

/// At most this much of a refused value is shown.
const SHOWN: usize = 80;

pub fn show(value: &Bound<'_, PyAny>) -> String {
    let text = value.repr().map_or_else(|_| "a value without a repr".into(), |text| text.to_string());
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain("...".chars()).collect()
}

fn refuse(what: &str, wanted: &str, value: &Bound<'_, PyAny>) -> Failure {
    Failure::usage(format!("{what} must be {wanted}; found {}", show(value)))
}

/// The int behind `value`; None where it is none. A bool is not a number here.
fn as_int<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyInt>> {
    if value.is_instance_of::<PyBool>() {
        return None;
    }
    if let Ok(int) = value.cast::<PyInt>() {
        return Some(int.clone());
    }
    // numpy's integers are ints only through __index__.
    let int = value.call_method0(intern!(value.py(), "__index__")).ok()?;
    int.cast_into::<PyInt>().ok()
}

fn big_endian(int: &Bound<'_, PyInt>, signed: bool) -> Option<[u8; 32]> {
    let py = int.py();
    let bytes = if signed {
        let keywords = pyo3::types::PyDict::new(py);
        keywords.set_item(intern!(py, "signed"), true).ok()?;
        int.call_method(intern!(py, "to_bytes"), (32, intern!(py, "big")), Some(&keywords))
    } else {
        int.call_method1(intern!(py, "to_bytes"), (32, intern!(py, "big")))
    };
    bytes.ok()?.cast::<PyBytes>().ok()?.as_bytes().try_into().ok()
}

fn small(int: &Bound<'_, PyInt>) -> Option<u64> {
    // SAFETY: `int` is a live int object; an overflow is reported as an exception, which is taken back here.
    unsafe {
        let number = ffi::PyLong_AsUnsignedLongLong(int.as_ptr());
        if number == u64::MAX && !ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        Some(number)
    }
}

/// The number, None where `value` is no int or does not fit.
pub fn to_u256(value: &Bound<'_, PyAny>) -> Option<U256> {
    let int = as_int(value)?;
    match small(&int) {
        Some(number) => Some(U256::from(number)),
        None => big_endian(&int, false).map(U256::from_be_bytes),
    }
}

pub fn to_i256(value: &Bound<'_, PyAny>) -> Option<I256> {
    big_endian(&as_int(value)?, true).map(I256::from_be_bytes)
}

pub fn uint256(value: &Bound<'_, PyAny>, what: &str) -> Outcome<U256> {
    to_u256(value).ok_or_else(|| refuse(what, "an int from 0 to 2**256-1", value))
}

pub fn uint64(value: &Bound<'_, PyAny>, what: &str) -> Outcome<u64> {
    as_int(value).and_then(|int| small(&int)).ok_or_else(|| refuse(what, "an int from 0 to 2**64-1", value))
}

pub fn uint128(value: &Bound<'_, PyAny>, what: &str) -> Outcome<u128> {
    to_u256(value)
        .and_then(|number| u128::try_from(number).ok())
        .ok_or_else(|| refuse(what, "an int from 0 to 2**128-1", value))
}

/// What holds bytes: bytes, bytearray or any contiguous buffer.
pub fn to_bytes(value: &Bound<'_, PyAny>) -> Option<Bytes> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Some(Bytes::copy_from_slice(bytes.as_bytes()));
    }
    if let Ok(bytes) = value.cast::<PyByteArray>() {
        return Some(bytes.to_vec().into());
    }
    let buffer = PyBuffer::<u8>::get(value).ok()?;
    buffer.to_vec(value.py()).ok().map(Into::into)
}

pub fn bytes(value: &Bound<'_, PyAny>, what: &str) -> Outcome<Bytes> {
    to_bytes(value).ok_or_else(|| refuse(what, "bytes", value))
}

/// 32 bytes.
pub fn hash(value: &Bound<'_, PyAny>, what: &str) -> Outcome<B256> {
    let word = value.cast::<PyBytes>().ok().and_then(|bytes| B256::try_from(bytes.as_bytes()).ok());
    word.ok_or_else(|| refuse(what, "32 bytes", value))
}

pub fn address(value: &Bound<'_, PyAny>, what: &str) -> Outcome<Address> {
    value
        .cast::<PyBytes>()
        .ok()
        .and_then(|bytes| Address::try_from(bytes.as_bytes()).ok())
        .ok_or_else(|| refuse(what, "an address of 20 bytes", value))
}

/// What `to_address` takes.
const WANTED: &str = "takes 20 bytes or \"0x\" and 40 hex digits";

/// An address as contracts' arguments may give it: 20 bytes, or "0x" text whose capitals, if any, are its checksum.
pub fn to_address(value: &Bound<'_, PyAny>) -> Result<Address, &'static str> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Address::try_from(bytes.as_bytes()).map_err(|_| WANTED);
    }
    let text = value.cast::<PyString>().map_err(|_| WANTED)?;
    let text = text.to_str().map_err(|_| WANTED)?;
    let key: [u8; 42] = text.as_bytes().try_into().map_err(|_| WANTED)?;
    READ.with_borrow_mut(|read| {
        if let Some(address) = read.get(&key) {
            return Ok(*address);
        }
        let address = parse_address(text)?;
        if read.len() >= MOST_READ {
            read.clear();
        }
        read.insert(key, address);
        Ok(address)
    })
}

/// How many addresses' texts are remembered, which takes less than 2 MB.
const MOST_READ: usize = 1 << 14;

thread_local! {
    // Agents write the same addresses again and again, and checking a checksum costs a hash.
    static READ: RefCell<HashMap<[u8; 42], Address>> = RefCell::default();
}

fn parse_address(text: &str) -> Result<Address, &'static str> {
    let digits = text.strip_prefix("0x").ok_or(WANTED)?;
    let address = Address::new(hex::decode_to_array(digits).map_err(|_| WANTED)?);
    let mixed = digits.contains(|c: char| c.is_ascii_uppercase()) && digits.contains(|c: char| c.is_ascii_lowercase());
    if mixed && address.to_checksum(None) != text {
        return Err(
            "was given with a wrong checksum (its capital letters): copy it again, or write it in small letters",
        );
    }
    Ok(address)
}

pub fn int_from_u256<'py>(py: Python<'py>, number: U256) -> PyResult<Bound<'py, PyAny>> {
    match u64::try_from(number) {
        Ok(small) => Ok(small.into_pyobject(py)?.into_any()),
        Err(_) => int_type(py).call_method1(
            intern!(py, "from_bytes"),
            (PyBytes::new(py, &number.to_be_bytes::<32>()), intern!(py, "big")),
        ),
    }
}

pub fn int_from_i256<'py>(py: Python<'py>, number: I256) -> PyResult<Bound<'py, PyAny>> {
    match i64::try_from(number) {
        Ok(small) => Ok(small.into_pyobject(py)?.into_any()),
        Err(_) => {
            let size = int_from_u256(py, number.unsigned_abs())?;
            if number.is_negative() { size.neg() } else { Ok(size) }
        }
    }
}

fn int_type(py: Python<'_>) -> Bound<'_, PyType> {
    py.get_type::<PyInt>()
}

pub fn word(py: Python<'_>, word: B256) -> Bound<'_, PyBytes> {
    PyBytes::new(py, word.as_slice())
}
