//! The step of a weighted pool over long histories, and its derivative, for `tokenspice.markets.pools.kernel`.
//!
//! Arrays come and go as C-contiguous buffers, without copies; shapes are checked here, values in Python.

#[cfg(target_arch = "x86_64")]
mod abreast;
mod adjoint;
mod arrays;
mod batch;
#[cfg(target_arch = "x86_64")]
mod four;
mod free;
mod lanes;
mod scan;
mod trade;
mod weights;

use crate::arrays::{Reals, Whole, by_tokens};
use crate::scan::{Frictions, Level, Swap};
use crate::weights::{Path, Way};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Run the body for the number of tokens that `$n` is.
#[macro_export]
macro_rules! for_tokens {
    ($n:expr, $size:ident, $body:expr) => {
        match $n {
            2 => {
                const $size: usize = 2;
                $body
            }
            3 => {
                const $size: usize = 3;
                $body
            }
            4 => {
                const $size: usize = 4;
                $body
            }
            5 => {
                const $size: usize = 5;
                $body
            }
            6 => {
                const $size: usize = 6;
                $body
            }
            7 => {
                const $size: usize = 7;
                $body
            }
            8 => {
                const $size: usize = 8;
                $body
            }
            n => Err(PyValueError::new_err(format!("{n} tokens; from 2 to 8 are compiled"))),
        }
    };
}

/// What a pool's users and costs are, as Python hands it over.
#[pyclass(frozen, module = "tokenspice.markets.pools._core")]
pub struct FrictionArrays {
    fee: Vec<f64>,
    gas: Vec<f64>,
    outside: Vec<f64>,
    noise: f64,
    share: f64,
    supply: Vec<f64>,
    swaps: Vec<(usize, usize, usize, f64)>,
    arbitrage: bool,
    every: usize,
    moves: bool,
    pairs: bool,
}

#[pymethods]
impl FrictionArrays {
    #[new]
    #[allow(clippy::too_many_arguments)]
    #[pyo3(signature = (*, fee, gas, outside, noise, share, supply, swaps, arbitrage, every, moves, pairs))]
    fn new(
        fee: Vec<f64>,
        gas: Vec<f64>,
        outside: Vec<f64>,
        noise: f64,
        share: f64,
        supply: Vec<f64>,
        swaps: Vec<(usize, usize, usize, f64)>,
        arbitrage: bool,
        every: usize,
        moves: bool,
        pairs: bool,
    ) -> Self {
        Self { fee, gas, outside, noise, share, supply, swaps, arbitrage, every, moves, pairs }
    }
}

impl FrictionArrays {
    pub fn borrowed(&self) -> Frictions<'_> {
        let swaps = self.swaps.iter();
        Frictions {
            fee: Level(&self.fee),
            gas: Level(&self.gas),
            outside: Level(&self.outside),
            noise: self.noise,
            share: self.share,
            supply: Level(&self.supply),
            swaps: swaps.map(|&(minute, sold, bought, amount)| Swap { minute, sold, bought, amount }).collect(),
            arbitrage: self.arbitrage,
            every: self.every,
            moves: self.moves,
            pairs: self.pairs,
        }
    }

    pub fn is_free(&self) -> bool {
        let nothing = |level: &[f64]| level.iter().all(|&value| value == 0.0);
        let costs = nothing(&self.fee) && nothing(&self.gas) && nothing(&self.outside);
        costs && self.arbitrage && self.every == 1 && self.moves && self.swaps.is_empty() && self.supply.len() == 1
    }

    pub fn is_plain(&self) -> bool {
        self.swaps.is_empty() && self.supply.len() == 1
    }
}

/// Follow one pool. Fills values and incomes [samples], rows [samples or 0, n], protocol [n]; returns the number of
/// arbitrages and the value in the last minute.
#[pyfunction]
#[allow(clippy::too_many_arguments)]
#[pyo3(signature = (prices, starts, slopes, chunk, moving, way, value, frictions, sample, values, incomes, rows, protocol))]
fn follow(
    py: Python<'_>,
    prices: Reals,
    starts: Reals,
    slopes: Reals,
    chunk: usize,
    moving: usize,
    way: usize,
    value: f64,
    frictions: &FrictionArrays,
    sample: usize,
    values: Whole,
    incomes: Whole,
    rows: Whole,
    protocol: Whole,
) -> PyResult<(usize, f64)> {
    let n = prices.last()?;
    for_tokens!(n, N, {
        let prices = by_tokens::<N>(prices.read())?;
        let path = path_of::<N>(starts.read(), slopes.read(), chunk, moving, way)?;
        let borrowed = frictions.borrowed();
        let samples = prices.len().div_ceil(sample.max(1));
        let kept = rows.len();
        if sample == 0
            || prices.is_empty()
            || !borrowed.fit(prices.len(), N)
            || values.len() != samples
            || incomes.len() != samples
            || (kept != 0 && kept != samples * N)
            || protocol.len() != N
        {
            return Err(PyValueError::new_err("the arrays' sizes do not fit together"));
        }
        // SAFETY: each buffer is a new array of the caller, which nobody else has before this returns.
        let (values, incomes, rows, protocol) =
            unsafe { (values.write(), incomes.write(), rows.write(), protocol.write()) };
        let start: [f64; N] = std::array::from_fn(|i| path.starts[0][i] * value / prices[0][i]);
        Ok(py.detach(|| {
            let (mut until, mut k, mut earned) = (0, 0, 0.0);
            let out = scan::scan(prices, path, start, &borrowed, None, |t, reserves, income| {
                earned += income;
                if until == 0 {
                    until = sample;
                    values[k] = (0..N).map(|i| reserves[i] * prices[t][i]).sum();
                    incomes[k] = earned;
                    if kept != 0 {
                        rows[k * N..(k + 1) * N].copy_from_slice(reserves);
                    }
                    (k, earned) = (k + 1, 0.0);
                }
                until -= 1;
            });
            protocol.copy_from_slice(&out.protocol);
            let last = &prices[prices.len() - 1];
            (out.arbitrages, (0..N).map(|i| out.reserves[i] * last[i]).sum())
        }))
    })
}

/// Weights of a window from flat arrays.
pub fn path_of<'a, const N: usize>(
    starts: &'a [f64],
    slopes: &'a [f64],
    chunk: usize,
    moving: usize,
    way: usize,
) -> PyResult<Path<'a, N>> {
    let (starts, slopes) = (by_tokens::<N>(starts)?, by_tokens::<N>(slopes)?);
    match Way::from_index(way) {
        Some(way) if starts.len() == slopes.len() && !starts.is_empty() && 0 < moving && moving <= chunk => {
            Ok(Path { starts, slopes, chunk, moving, way })
        }
        _ => Err(PyValueError::new_err("the weights' arrays do not fit together")),
    }
}

#[pymodule(gil_used = false)]
#[pyo3(name = "_core")]
fn pools_core(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<FrictionArrays>()?;
    m.add_class::<batch::Tape>()?;
    m.add_function(wrap_pyfunction!(follow, m)?)?;
    m.add_function(wrap_pyfunction!(batch::follow_batch, m)?)?;
    Ok(())
}
