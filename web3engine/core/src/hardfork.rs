//! Hardforks by name.

use revm::primitives::hardfork::SpecId;

use crate::error::{Failure, Outcome};

const KNOWN: [(&str, SpecId); 9] = [
    ("istanbul", SpecId::ISTANBUL),
    ("berlin", SpecId::BERLIN),
    ("london", SpecId::LONDON),
    ("paris", SpecId::MERGE),
    ("shanghai", SpecId::SHANGHAI),
    ("cancun", SpecId::CANCUN),
    ("prague", SpecId::PRAGUE),
    ("osaka", SpecId::OSAKA),
    ("amsterdam", SpecId::AMSTERDAM),
];

pub fn names() -> Vec<&'static str> {
    KNOWN.iter().map(|(name, _)| *name).collect()
}

pub fn parse(name: &str) -> Outcome<SpecId> {
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, spec)| *spec).ok_or_else(|| {
        Failure::usage(format!(
            "Evm() was given hardfork {name:?}, which it does not know; write one of {}",
            names().join(", ")
        ))
    })
}

pub fn name_of(spec: SpecId) -> &'static str {
    KNOWN.iter().find(|(_, known)| *known == spec).map_or("unknown", |(name, _)| *name)
}

/// The most blobs of one transaction: those of a block (EIP-4844, EIP-7691), later six (EIP-7594).
pub fn most_blobs(spec: SpecId) -> u64 {
    if spec.is_enabled_in(SpecId::PRAGUE) && !spec.is_enabled_in(SpecId::OSAKA) { 9 } else { 6 }
}
