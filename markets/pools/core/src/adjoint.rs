//! From the derivatives of values to those of weights, backwards through the arbitrages of a history.
//!
//! Between arbitrages the reserves do not change, so only these are gone through. Which tokens trade is taken as fixed: the
//! derivative of the exact arbitrage holds almost everywhere.

use crate::scan::{Event, Frictions};
use crate::trade::log_near_1;
use crate::weights::Path;

/// A way back through one window: what is left of its tape and of its sampled minutes, and where derivatives go.
pub struct Cursor<'a, const N: usize> {
    pub prices: &'a [[f64; N]],
    pub path: Path<'a, N>,
    /// Rows as `Event` has them.
    pub tape: &'a [f64],
    /// The minutes whose values count, from first to last, and how much.
    pub sampled: &'a [(usize, f64)],
    /// The chunk in which it is.
    pub c: usize,
    pub d_starts: &'a mut [[f64; N]],
    pub d_slopes: &'a mut [[f64; N]],
}

/// An arbitrage on the way back.
pub struct Stop<const N: usize> {
    pub event: Event<N>,
    pub t: usize,
    pub weights: [f64; N],
    /// Minutes for which the weights had moved in their chunk.
    pub moved: f64,
}

impl<const N: usize> Cursor<'_, N> {
    /// The arbitrage before the last one.
    #[inline(always)]
    pub fn next(&mut self, every: usize) -> Option<Stop<N>> {
        let (rest, row) = self.tape.split_at_checked(self.tape.len().checked_sub(Event::<N>::SIZE)?)?;
        self.tape = rest;
        let event = Event::<N>::read(row);
        let t = event.when / 2;
        let seen = if event.when % 2 == 1 { t } else { t.saturating_sub(every) };
        while seen < self.c * self.path.chunk {
            self.c -= 1;
        }
        let j = seen - self.c * self.path.chunk;
        Some(Stop { event, t, weights: self.path.at(self.c, j), moved: j.min(self.path.moving) as f64 })
    }

    /// Whether a sampled minute is not before `t`.
    #[inline(always)]
    pub fn is_due(&self, t: usize) -> bool {
        self.sampled.last().is_some_and(|&(at, _)| at >= t)
    }

    /// Add what the sampled minutes from `t` on say to the derivative by the reserves.
    pub fn gather(&mut self, t: usize, d: &mut [f64; N]) {
        while self.is_due(t) {
            let (at, weight) = self.sampled[self.sampled.len() - 1];
            self.sampled = &self.sampled[..self.sampled.len() - 1];
            (0..N).for_each(|i| d[i] += weight * self.prices[at][i]);
        }
    }

    /// Take in the derivative by the weights of a stop.
    #[inline(always)]
    pub fn take(&mut self, moved: f64, d_weights: &[f64; N]) {
        for i in 0..N {
            self.d_starts[self.c][i] += d_weights[i];
            self.d_slopes[self.c][i] += moved * d_weights[i];
        }
    }

    /// The window's beginning, where the reserves are those of the first weights.
    pub fn end(&mut self, value: f64, d: &mut [f64; N]) {
        self.gather(0, d);
        (0..N).for_each(|i| self.d_starts[0][i] += d[i] * value / self.prices[0][i]);
    }
}

/// Go back through one window.
pub fn back<const N: usize>(mut cursor: Cursor<N>, value: f64, frictions: &Frictions) {
    let mut d = [0.0; N];
    while let Some(stop) = cursor.next(frictions.every) {
        cursor.gather(stop.t, &mut d);
        let d_weights = through(&stop.event, &stop.weights, &cursor.prices[stop.t], frictions, stop.t, &mut d);
        cursor.take(stop.moved, &d_weights);
    }
    cursor.end(value, &mut d);
}

/// Turn `d`, the derivative by the reserves after an arbitrage, into that by those before; return that by the weights.
#[inline(always)]
fn through<const N: usize>(
    event: &Event<N>,
    weights: &[f64; N],
    prices: &[f64; N],
    frictions: &Frictions,
    t: usize,
    d: &mut [f64; N],
) -> [f64; N] {
    let costs = frictions.costs(t);
    let gamma = 1.0 - costs.fee;
    let after: [f64; N] = std::array::from_fn(|i| event.reserves[i] + event.trade[i]);
    // By the trade alone, before fees were shared out.
    let mut d_after = *d;
    let mut d_trade = [0.0; N];
    if costs.noise > 0.0 || costs.share > 0.0 {
        let value: f64 = (0..N).map(|i| after[i] * prices[i]).sum();
        let fees: f64 = (0..N).map(|i| event.trade[i].max(0.0) * costs.fee * prices[i]).sum();
        let noise = costs.noise * (1.0 - costs.share);
        let d_ratio: f64 = (0..N).map(|i| d[i] * after[i]).sum();
        for i in 0..N {
            d_after[i] = d[i] * (1.0 + noise * fees / value) - d_ratio * noise * fees / (value * value) * prices[i];
            if event.trade[i] > 0.0 {
                d_trade[i] = costs.fee * (d_ratio * noise * prices[i] / value - costs.share * d[i]);
            }
        }
    }
    // Traded tokens end at μ w / p, of which those that flow in keep the fee besides. No branches: which tokens trade is
    // as good as random.
    let (mut total, mut d_log_mu, mut worth_of_one, mut depth_of_one) = (0.0, 0.0, 0.0, 1.0);
    let per_gamma = 1.0 / gamma;
    for i in 0..N {
        let (is_traded, flows_in) = (event.trade[i] != 0.0, event.trade[i] > 0.0);
        let worth = if flows_in { event.reserves[i] * per_gamma + event.trade[i] } else { after[i] };
        total += if is_traded { weights[i] } else { 0.0 };
        d_log_mu += if is_traded { (d_after[i] + d_trade[i]) * worth } else { 0.0 };
        worth_of_one = if is_traded { worth * prices[i] } else { worth_of_one };
        depth_of_one = if is_traded { weights[i] } else { depth_of_one };
    }
    let mu = worth_of_one / depth_of_one;
    let d_log_mu = d_log_mu / total;
    let mut d_weights = [0.0; N];
    for i in 0..N {
        let (is_traded, flows_in) = (event.trade[i] != 0.0, event.trade[i] > 0.0);
        let end = mu / prices[i];
        let level = end * weights[i] * if flows_in { gamma } else { 1.0 };
        // ln m − ln μ, or ln m − ln γμ.
        let moved = log_near_1(if is_traded { event.reserves[i] / level } else { 1.0 });
        let direct = d_after[i] + d_trade[i];
        d_weights[i] = if is_traded { direct * end + d_log_mu * (moved - 1.0) } else { 0.0 };
        let kept = if flows_in { direct * (1.0 - per_gamma) - d_trade[i] } else { 0.0 };
        d[i] = if is_traded { kept + d_log_mu * weights[i] / event.reserves[i] } else { d_after[i] };
    }
    d_weights
}
