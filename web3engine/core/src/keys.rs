//! Signatures over secp256k1: deterministic (RFC 6979), with the lower of both s, as every Ethereum client makes them.

use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert;
use crate::error::Failure;

/// The signature of a 32-byte hash by a 32-byte key: r, s, and the parity of the point, 65 bytes.
#[pyfunction]
pub fn sign_hash<'py>(
    py: Python<'py>,
    key: &Bound<'py, PyAny>,
    hash: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (signature, parity) = signing_key(key)?
        .sign_prehash_recoverable(convert::hash(hash, "hash")?.as_slice())
        .map_err(|_| Failure::usage("this hash cannot be signed"))?;
    let mut signed = signature.to_bytes().to_vec();
    signed.push(parity.to_byte());
    Ok(PyBytes::new(py, &signed))
}

/// The public key of a 32-byte key: both coordinates, 64 bytes.
#[pyfunction]
pub fn public_key<'py>(py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    Ok(coordinates(py, signing_key(key)?.verifying_key()))
}

/// The public key whose owner made a signature, as `sign_hash` returns it, of a hash.
#[pyfunction]
pub fn recover_key<'py>(
    py: Python<'py>,
    hash: &Bound<'py, PyAny>,
    signed: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let none = || Failure::usage("this is no signature of anybody");
    let bytes = convert::bytes(signed, "signed")?;
    let (parity, pair) = bytes.split_last().ok_or_else(none)?;
    let signature = Signature::from_slice(pair).map_err(|_| none())?;
    let parity = RecoveryId::from_byte(*parity).ok_or_else(none)?;
    let key = VerifyingKey::recover_from_prehash(convert::hash(hash, "hash")?.as_slice(), &signature, parity)
        .map_err(|_| none())?;
    Ok(coordinates(py, &key))
}

fn coordinates<'py>(py: Python<'py>, key: &VerifyingKey) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &key.to_encoded_point(false).as_bytes()[1..])
}

/// The key is never part of a message.
fn signing_key(key: &Bound<'_, PyAny>) -> PyResult<SigningKey> {
    let none = || Failure::usage("key is no private key of 32 bytes");
    let given = convert::hash(key, "key").map_err(|_| none())?;
    Ok(SigningKey::from_slice(given.as_slice()).map_err(|_| none())?)
}
