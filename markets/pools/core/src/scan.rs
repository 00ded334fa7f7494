//! The loop over a history of a weighted pool.

use crate::trade::{Costs, best_trade, pays, settle};
use crate::weights::Path;

/// A number that holds for all minutes, or one for each.
#[derive(Clone, Copy)]
pub struct Level<'a>(pub &'a [f64]);

impl Level<'_> {
    #[inline(always)]
    fn at(&self, t: usize) -> f64 {
        if self.0.len() == 1 { self.0[0] } else { self.0[t] }
    }

    fn fits(&self, minutes: usize) -> bool {
        self.0.len() == 1 || self.0.len() == minutes
    }
}

/// A user's trade.
pub struct Swap {
    pub minute: usize,
    pub sold: usize,
    pub bought: usize,
    pub amount: f64,
}

/// What happens besides prices and weights.
pub struct Frictions<'a> {
    pub fee: Level<'a>,
    pub gas: Level<'a>,
    pub outside: Level<'a>,
    pub noise: f64,
    pub share: f64,
    pub supply: Level<'a>,
    pub swaps: Vec<Swap>,
    pub arbitrage: bool,
    pub every: usize,
    pub moves: bool,
    pub pairs: bool,
}

impl Frictions<'_> {
    pub fn fit(&self, minutes: usize, n: usize) -> bool {
        let levels = [self.fee, self.gas, self.outside, self.supply];
        self.every > 0
            && levels.iter().all(|level| level.fits(minutes))
            && self.swaps.iter().all(|swap| swap.sold < n && swap.bought < n)
    }

    #[inline(always)]
    pub fn costs(&self, t: usize) -> Costs {
        Costs {
            fee: self.fee.at(t),
            gas: self.gas.at(t),
            outside: self.outside.at(t),
            noise: self.noise,
            share: self.share,
        }
    }
}

/// Of how many tokens the loops are compiled for.
const MOST_TOKENS: usize = 8;

/// An arbitrage, for whoever goes back through the history.
pub struct Event<const N: usize> {
    /// minute · 2 + phase
    pub when: usize,
    pub reserves: [f64; N],
    pub trade: [f64; N],
}

impl<const N: usize> Event<N> {
    /// How many numbers one is on a tape.
    pub const SIZE: usize = 1 + 2 * N;

    #[inline(always)]
    pub fn write(when: usize, reserves: &[f64; N], trade: &[f64; N], tape: &mut Vec<f64>) {
        let mut row = [0.0; 1 + 2 * MOST_TOKENS];
        row[0] = when as f64;
        row[1..1 + N].copy_from_slice(reserves);
        row[1 + N..Self::SIZE].copy_from_slice(trade);
        tape.extend_from_slice(&row[..Self::SIZE]);
    }

    #[inline(always)]
    pub fn read(row: &[f64]) -> Self {
        let part = |at: usize| row[at..at + N].try_into().expect("a row of a tape");
        Self { when: row[0] as usize, reserves: part(1), trade: part(1 + N) }
    }
}

/// What a loop leaves.
pub struct Outcome<const N: usize> {
    pub reserves: [f64; N],
    pub protocol: [f64; N],
    pub arbitrages: usize,
}

/// Follow a pool through prices; `seen(t, reserves, income)` is called after every minute. Arbitrages go to the tape, if
/// there is one.
#[inline(always)]
pub fn scan<const N: usize>(
    prices: &[[f64; N]],
    path: Path<N>,
    start: [f64; N],
    frictions: &Frictions,
    mut tape: Option<&mut Vec<f64>>,
    mut seen: impl FnMut(usize, &[f64; N], f64),
) -> Outcome<N> {
    let mut out = Outcome { reserves: start, protocol: [0.0; N], arbitrages: 0 };
    let still = path.slopes.iter().flatten().all(|&slope| slope == 0.0) && path.starts.len() == 1;
    let (mut before, mut growth, mut next_swap, mut until_step) = (path.starts[0], 1.0, 0, 0);
    let (mut c, mut j) = (0, 0);
    let changing = frictions.supply.0.len() > 1;
    for (t, p) in prices.iter().enumerate() {
        let mut income = 0.0;
        if changing {
            growth *= frictions.supply.0[t];
        }
        if until_step == 0 {
            until_step = frictions.every;
            if growth != 1.0 {
                out.reserves.iter_mut().for_each(|r| *r *= growth);
                growth = 1.0;
            }
            let costs = frictions.costs(t);
            let now = if still { before } else { path.at(c, j) };
            if frictions.arbitrage {
                income += look(&mut out, 2 * t, &before, p, costs, frictions.pairs, tape.as_deref_mut());
            }
            while next_swap < frictions.swaps.len() && frictions.swaps[next_swap].minute <= t {
                swap(&mut out.reserves, &now, &frictions.swaps[next_swap], costs.fee);
                next_swap += 1;
            }
            if frictions.arbitrage && frictions.moves {
                income += look(&mut out, 2 * t + 1, &now, p, costs, frictions.pairs, tape.as_deref_mut());
            }
            before = now;
        }
        until_step -= 1;
        j += 1;
        if j == path.chunk && c + 1 < path.starts.len() {
            (c, j) = (c + 1, 0);
        }
        seen(t, &out.reserves, income);
    }
    out
}

/// One look of an arbitrageur; returns the providers' income.
#[inline(always)]
fn look<const N: usize>(
    out: &mut Outcome<N>,
    when: usize,
    weights: &[f64; N],
    prices: &[f64; N],
    costs: Costs,
    pairs: bool,
    tape: Option<&mut Vec<f64>>,
) -> f64 {
    let Some(trade) = best_trade(&out.reserves, weights, prices, 1.0 - costs.fee, pairs) else {
        return 0.0;
    };
    if !pays(&trade, prices, costs) {
        return 0.0;
    }
    if let Some(tape) = tape {
        Event::write(when, &out.reserves, &trade, tape);
    }
    out.arbitrages += 1;
    settle(&mut out.reserves, &trade, prices, costs, &mut out.protocol)
}

fn swap<const N: usize>(reserves: &mut [f64; N], weights: &[f64; N], swap: &Swap, fee: f64) {
    let (a, b) = (swap.sold, swap.bought);
    if a == b {
        return;
    }
    let grown = ((1.0 - fee) * swap.amount / reserves[a]).ln_1p();
    let bought = -reserves[b] * (-weights[a] / weights[b] * grown).exp_m1();
    reserves[a] += swap.amount;
    reserves[b] -= bought;
}
