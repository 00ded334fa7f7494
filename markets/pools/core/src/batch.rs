//! Many windows of one history at once, on many threads, and their derivatives.

use crate::adjoint::Cursor;
use crate::arrays::{Reals, Whole, by_tokens};
use crate::lanes::{self, Lane};
use crate::scan::{Frictions, scan};
use crate::weights::Path;
use crate::{FrictionArrays, adjoint, for_tokens, free, path_of};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the derivative of a batch needs of its run: of each lane, rows as `Event` has them.
#[pyclass(frozen, module = "tokenspice.markets.pools._core")]
pub struct Tape {
    lanes: Mutex<Vec<Vec<f64>>>,
    tokens: usize,
    is_free: bool,
}

impl Tape {
    fn lanes(&self) -> MutexGuard<'_, Vec<Vec<f64>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Tape {
    /// How many arbitrages are on it.
    fn __len__(&self) -> usize {
        self.lanes().iter().map(|lane| lane.len() / (1 + 2 * self.tokens)).sum()
    }

    /// Fill d_starts and d_slopes [lanes, c, n] with the derivative of Σ d_values · values + d_lasts · lasts.
    #[allow(clippy::too_many_arguments)]
    fn back(
        &self,
        py: Python<'_>,
        prices: Reals,
        firsts: Vec<usize>,
        minutes: usize,
        starts: Reals,
        slopes: Reals,
        chunk: usize,
        moving: usize,
        value: f64,
        frictions: &FrictionArrays,
        sample: usize,
        threads: usize,
        values: Reals,
        lasts: Reals,
        d_values: Reals,
        d_lasts: Reals,
        d_starts: Whole,
        d_slopes: Whole,
    ) -> PyResult<()> {
        for_tokens!(prices.last()?, N, {
            let rows = by_tokens::<N>(prices.read())?;
            let lanes = firsts.len();
            let samples = check(&firsts, minutes, rows.len(), sample, frictions)?;
            let size = starts.read().len() / lanes.max(1);
            let tape = self.lanes();
            let fits = tape.len() == lanes
                && self.tokens == N
                && [values.read().len(), d_values.read().len()] == [lanes * samples; 2]
                && [lasts.read().len(), d_lasts.read().len()] == [lanes; 2]
                && [slopes.read().len(), d_starts.len(), d_slopes.len()] == [starts.read().len(); 3];
            if !fits {
                return Err(PyValueError::new_err("the arrays' sizes do not fit together"));
            }
            path_of::<N>(&starts.read()[..size], &slopes.read()[..size], chunk, moving, 0)?;
            let borrowed = frictions.borrowed();
            let (values, lasts) = (values.read(), lasts.read());
            let (d_values, d_lasts) = (d_values.read(), d_lasts.read());
            let (starts, slopes) = (starts.read(), slopes.read());
            // SAFETY: both are new arrays of the caller, which nobody else has before this returns.
            let (d_starts, d_slopes) = unsafe { (d_starts.write(), d_slopes.write()) };
            d_starts.fill(0.0);
            d_slopes.fill(0.0);
            let scale = |by_value: f64, value: f64| if self.is_free { by_value * value } else { by_value };
            let sampled: Vec<Vec<(usize, f64)>> = (0..lanes)
                .map(|lane| {
                    let at = |k: usize| lane * samples + k;
                    let inner = (0..samples).map(|k| (k * sample, scale(d_values[at(k)], values[at(k)])));
                    inner.chain([(minutes - 1, scale(d_lasts[lane], lasts[lane]))]).collect()
                })
                .collect();
            let mut cursors: Vec<_> = d_starts
                .chunks_mut(size)
                .zip(d_slopes.chunks_mut(size))
                .enumerate()
                .map(|(lane, (d_starts, d_slopes))| {
                    let at = lane * size..(lane + 1) * size;
                    let path = path_of(&starts[at.clone()], &slopes[at], chunk, moving, 0).expect("checked");
                    Cursor::<N> {
                        prices: &rows[firsts[lane]..firsts[lane] + minutes],
                        path,
                        tape: &tape[lane],
                        sampled: &sampled[lane],
                        c: path.starts.len() - 1,
                        d_starts: d_starts.as_chunks_mut::<N>().0,
                        d_slopes: d_slopes.as_chunks_mut::<N>().0,
                    }
                })
                .collect();
            let mut groups = Vec::new();
            while !cursors.is_empty() {
                groups.push(cursors.split_off(cursors.len() - cursors.len().min(4)));
            }
            py.detach(|| {
                in_parallel(threads, groups, |_, mut group| {
                    if !self.is_free
                        && let Ok(four) = <&mut [Cursor<N>; 4]>::try_from(&mut group[..])
                        && lanes::fits_back(&borrowed)
                    {
                        return lanes::back(four, value, &borrowed);
                    }
                    for cursor in group {
                        if self.is_free {
                            free::back(cursor.prices, cursor.path, cursor.sampled, cursor.d_starts, cursor.d_slopes);
                        } else {
                            adjoint::back(cursor, value, &borrowed);
                        }
                    }
                });
            });
            Ok(())
        })
    }
}

/// Follow a pool through many windows. Fills values [lanes, samples] and lasts [lanes].
///
/// Where arbitrage is free, `prices` are their logarithms. The tape of an earlier run is emptied, and its memory used again.
#[pyfunction]
#[allow(clippy::too_many_arguments)]
pub fn follow_batch(
    py: Python<'_>,
    prices: Reals,
    firsts: Vec<usize>,
    minutes: usize,
    starts: Reals,
    slopes: Reals,
    chunk: usize,
    moving: usize,
    value: f64,
    frictions: &FrictionArrays,
    sample: usize,
    threads: usize,
    spent: Option<&Tape>,
    values: Whole,
    lasts: Whole,
) -> PyResult<Tape> {
    let is_free = frictions.is_free();
    for_tokens!(prices.last()?, N, {
        let rows = by_tokens::<N>(prices.read())?;
        let lanes = firsts.len();
        let samples = check(&firsts, minutes, rows.len(), sample, frictions)?;
        let size = starts.read().len() / lanes.max(1);
        if starts.shape().first() != Some(&lanes) || values.len() != lanes * samples || lasts.len() != lanes {
            return Err(PyValueError::new_err("the arrays' sizes do not fit together"));
        }
        path_of::<N>(&starts.read()[..size], &slopes.read()[..size], chunk, moving, 0)?;
        let borrowed = frictions.borrowed();
        let (starts, slopes) = (starts.read(), slopes.read());
        if slopes.len() != starts.len() {
            return Err(PyValueError::new_err("starts and slopes have different sizes"));
        }
        // SAFETY: both are new arrays of the caller, which nobody else has before this returns.
        let (values, lasts) = unsafe { (values.write(), lasts.write()) };
        let mut tapes = spent.map(|tape| std::mem::take(&mut *tape.lanes())).unwrap_or_default();
        tapes.resize_with(lanes, Vec::new);
        tapes.iter_mut().for_each(Vec::clear);
        let path_at = |lane: usize| -> Path<N> {
            let at = lane * size..(lane + 1) * size;
            path_of(&starts[at.clone()], &slopes[at], chunk, moving, 0).expect("checked")
        };
        let mut outs: Vec<_> = values
            .chunks_mut(samples)
            .zip(lasts.iter_mut())
            .zip(tapes.iter_mut())
            .enumerate()
            .map(|(lane, ((values, last), tape))| Lane {
                prices: &rows[firsts[lane]..firsts[lane] + minutes],
                path: path_at(lane),
                values,
                last,
                tape,
            })
            .collect();
        let mut groups = Vec::new();
        while !outs.is_empty() {
            groups.push(outs.split_off(outs.len() - outs.len().min(4)));
        }
        py.detach(|| {
            in_parallel(threads, groups, |_, mut group| {
                if !is_free
                    && let Ok(four) = <&mut [Lane<N>; 4]>::try_from(&mut group[..])
                    && lanes::fits(&four[0].path, &borrowed)
                {
                    return lanes::follow(four, value, &borrowed, sample);
                }
                group.into_iter().for_each(|lane| alone(lane, value, &borrowed, is_free, sample));
            });
        });
        Ok(Tape { lanes: Mutex::new(tapes), tokens: N, is_free })
    })
}

/// Follow one pool.
fn alone<const N: usize>(lane: Lane<N>, value: f64, frictions: &Frictions, is_free: bool, sample: usize) {
    let Lane { prices, path, values, last, tape } = lane;
    if is_free {
        *last = free::values(prices, path, value, sample, values).exp();
        return values.iter_mut().for_each(|v| *v = v.exp());
    }
    let start: [f64; N] = std::array::from_fn(|i| path.starts[0][i] * value / prices[0][i]);
    let (mut until, mut k) = (0, 0);
    let out = scan(prices, path, start, frictions, Some(tape), |t, reserves, _| {
        if until == 0 {
            until = sample;
            values[k] = (0..N).map(|i| reserves[i] * prices[t][i]).sum();
            k += 1;
        }
        until -= 1;
    });
    let end = &prices[prices.len() - 1];
    *last = (0..N).map(|i| out.reserves[i] * end[i]).sum();
}

/// The number of samples of a window; refuses windows outside the history and what has no derivative.
fn check(firsts: &[usize], minutes: usize, rows: usize, sample: usize, frictions: &FrictionArrays) -> PyResult<usize> {
    let inside = firsts.iter().all(|first| first.checked_add(minutes).is_some_and(|end| end <= rows));
    if !inside || minutes == 0 || sample == 0 || firsts.is_empty() || !frictions.borrowed().fit(minutes, 16) {
        return Err(PyValueError::new_err("a window is not within the history"));
    }
    if !frictions.is_plain() {
        return Err(PyValueError::new_err("a batch knows no users' trades and no changing supply"));
    }
    Ok(minutes.div_ceil(sample))
}

/// Do all the work, each piece on the next thread that is free.
fn in_parallel<T: Send>(threads: usize, work: Vec<T>, job: impl Fn(usize, T) + Sync) {
    let next = AtomicUsize::new(0);
    let pieces: Vec<Mutex<Option<T>>> = work.into_iter().map(|w| Mutex::new(Some(w))).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, pieces.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let lane = next.fetch_add(1, Ordering::Relaxed);
                    let Some(piece) = pieces.get(lane) else { break };
                    if let Some(work) = piece.lock().expect("a piece is taken once").take() {
                        job(lane, work);
                    }
                }
            });
        }
    });
}
