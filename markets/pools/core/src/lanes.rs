//! Windows of one history, each with its own pool; four of them at once where the processor can.

use crate::adjoint::Cursor;
use crate::scan::Frictions;
use crate::weights::{Path, Way};

/// What is known of one window, and where its results go.
pub struct Lane<'a, const N: usize> {
    pub prices: &'a [[f64; N]],
    pub path: Path<'a, N>,
    pub values: &'a mut [f64],
    pub last: &'a mut f64,
    pub tape: &'a mut Vec<f64>,
}

/// Whether four windows can be followed at once, with these frictions, on this processor.
pub fn fits<const N: usize>(path: &Path<N>, frictions: &Frictions) -> bool {
    let plain = frictions.swaps.is_empty() && frictions.supply.0.len() == 1 && !frictions.pairs && frictions.moves;
    plain && frictions.arbitrage && path.way == Way::Linear && has_avx2()
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}

/// Follow four pools. `fits` was asked.
#[cfg(target_arch = "x86_64")]
pub fn follow<const N: usize>(lanes: &mut [Lane<N>; 4], value: f64, frictions: &Frictions, sample: usize) {
    // SAFETY: the processor has AVX2.
    unsafe { crate::abreast::follow(lanes, value, frictions, sample) }
}

#[cfg(not(target_arch = "x86_64"))]
pub fn follow<const N: usize>(_: &mut [Lane<N>; 4], _: f64, _: &Frictions, _: usize) {
    unreachable!("`fits` says no")
}

/// Whether the way back through four windows can be gone at once.
pub fn fits_back(frictions: &Frictions) -> bool {
    frictions.noise == 0.0 && frictions.share == 0.0 && has_avx2()
}

/// Go back through four windows. `fits_back` was asked.
#[cfg(target_arch = "x86_64")]
pub fn back<const N: usize>(cursors: &mut [Cursor<N>; 4], value: f64, frictions: &Frictions) {
    // SAFETY: the processor has AVX2.
    unsafe { crate::abreast::back(cursors, value, frictions) }
}

#[cfg(not(target_arch = "x86_64"))]
pub fn back<const N: usize>(_: &mut [Cursor<N>; 4], _: f64, _: &Frictions) {
    unreachable!("`fits_back` says no")
}
