//! From the derivatives of values to those of weights, backwards through the arbitrages of a history.
//!
//! Between arbitrages the reserves do not change, so only these are gone through. Which tokens trade is taken as fixed: the
//! derivative of the exact arbitrage holds almost everywhere.

use crate::scan::{Event, Frictions};
use crate::trade::log_near_1;
use crate::weights::Path;

/// Add to `d_starts` and `d_slopes` what they contribute to a sum of values, weighted by `d_value(t)`.
///
/// `sampled` holds the minutes whose values count, from first to last.
pub fn back<const N: usize>(
    prices: &[[f64; N]],
    path: Path<N>,
    value: f64,
    frictions: &Frictions,
    tape: &[f64],
    sampled: &[(usize, f64)],
    d_starts: &mut [[f64; N]],
    d_slopes: &mut [[f64; N]],
) {
    let mut d = [0.0; N];
    let mut left = sampled.len();
    let mut c = path.starts.len() - 1;
    for row in tape.rchunks_exact(Event::<N>::SIZE) {
        let event = Event::<N>::read(row);
        let t = event.when / 2;
        while left > 0 && sampled[left - 1].0 >= t {
            left -= 1;
            let (at, weight) = sampled[left];
            (0..N).for_each(|i| d[i] += weight * prices[at][i]);
        }
        let seen = if event.when % 2 == 1 { t } else { t.saturating_sub(frictions.every) };
        while seen < c * path.chunk {
            c -= 1;
        }
        let j = seen - c * path.chunk;
        let moved = j.min(path.moving) as f64;
        let d_weights = through(&event, &path.at(c, j), &prices[t], frictions, t, &mut d);
        for i in 0..N {
            d_starts[c][i] += d_weights[i];
            d_slopes[c][i] += moved * d_weights[i];
        }
    }
    for &(at, weight) in &sampled[..left] {
        (0..N).for_each(|i| d[i] += weight * prices[at][i]);
    }
    (0..N).for_each(|i| d_starts[0][i] += d[i] * value / prices[0][i]);
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
