//! The loop of `scan.rs` over four windows in step, with the same operations in the same order: the same bytes.
//!
//! A window alone waits for each division before the next; four share the wait. Straight ways, no users' trades, no
//! changing supply, arbitrage of all tokens at once.

use crate::adjoint::Cursor;
use crate::four::Four;
use crate::lanes::Lane;
use crate::scan::{Event, Frictions};
use crate::trade::{Costs, root};
use crate::weights::Path;

/// An array of what is said for each token. Loops, because a closure would not be compiled for AVX2.
macro_rules! by_token {
    ($i:ident, $what:expr) => {{
        let mut made = [Four::all(0.0); N];
        for $i in 0..N {
            made[$i] = $what;
        }
        made
    }};
}

/// The numbers of four windows.
macro_rules! by_lane {
    ($l:ident, $what:expr) => {{
        let mut made = [0.0; 4];
        for $l in 0..4 {
            made[$l] = $what;
        }
        Four::of(made)
    }};
}

/// Follow four pools, on a processor that has AVX2.
#[target_feature(enable = "avx2")]
pub fn follow<const N: usize>(lanes: &mut [Lane<N>; 4], value: f64, frictions: &Frictions, sample: usize) {
    let minutes = lanes[0].prices.len();
    let prices: [&[[f64; N]]; 4] = std::array::from_fn(|l| &lanes[l].prices[..minutes]);
    let paths: [Path<N>; 4] = std::array::from_fn(|l| lanes[l].path);
    let (chunk, chunks) = (paths[0].chunk, paths[0].starts.len());
    let (mut starts, mut slopes) = coarse(&paths, 0);
    let mut before = starts;
    let mut reserves = by_token!(i, by_lane!(l, paths[l].starts[0][i] * value / prices[l][0][i]));
    let (mut c, mut j, mut until_step, mut until_sample, mut k) = (0, 0, 0, 0, 0);
    for t in 0..minutes {
        let p = by_token!(i, by_lane!(l, prices[l][t][i]));
        if until_step == 0 {
            until_step = frictions.every;
            let costs = frictions.costs(t);
            let moved = Four::all(j.min(paths[0].moving) as f64);
            let now = by_token!(i, starts[i] + moved * slopes[i]);
            look(&mut reserves, lanes, 2 * t, &before, &p, costs);
            look(&mut reserves, lanes, 2 * t + 1, &now, &p, costs);
            before = now;
        }
        until_step -= 1;
        j += 1;
        if j == chunk && c + 1 < chunks {
            (c, j) = (c + 1, 0);
            (starts, slopes) = coarse(&paths, c);
        }
        if until_sample == 0 {
            until_sample = sample;
            let worth = worth(&reserves, &p);
            for l in 0..4 {
                lanes[l].values[k] = worth[l];
            }
            k += 1;
        }
        until_sample -= 1;
        if t + 1 == minutes {
            let worth = worth(&reserves, &p);
            for l in 0..4 {
                *lanes[l].last = worth[l];
            }
        }
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn coarse<const N: usize>(paths: &[Path<N>; 4], c: usize) -> ([Four; N], [Four; N]) {
    let starts = by_token!(i, by_lane!(l, paths[l].starts[c][i]));
    (starts, by_token!(i, by_lane!(l, paths[l].slopes[c][i])))
}

#[target_feature(enable = "avx2")]
#[inline]
fn worth<const N: usize>(reserves: &[Four; N], prices: &[Four; N]) -> [f64; 4] {
    let mut sum = Four::all(0.0);
    for i in 0..N {
        sum = sum + reserves[i] * prices[i];
    }
    sum.each()
}

/// One look of an arbitrageur at each pool.
#[target_feature(enable = "avx2")]
#[inline]
fn look<const N: usize>(
    reserves: &mut [Four; N],
    lanes: &mut [Lane<N>; 4],
    when: usize,
    weights: &[Four; N],
    prices: &[Four; N],
    costs: Costs,
) {
    let (gamma, zero) = (Four::all(1.0 - costs.fee), Four::all(0.0));
    let m = by_token!(i, reserves[i] * prices[i] / weights[i]);
    let (mut least, mut most) = (m[0], m[0]);
    for i in 1..N {
        (least, most) = (least.least(m[i]), most.most(m[i]));
    }
    let mut trades = least.below(most * gamma);
    if !trades.is_any() {
        return;
    }
    let mu = multiplier(weights, gamma, costs.fee == 0.0, &m, least, most, trades);
    let trade = by_token!(i, {
        let inwards = (gamma * mu - m[i]) / gamma * weights[i] / prices[i];
        let outwards = (mu - m[i]) * weights[i] / prices[i];
        m[i].below(gamma * mu).choose(inwards, mu.below(m[i]).choose(outwards, zero))
    });
    let (mut profit, mut gross) = (Four::all(-costs.gas), zero);
    for i in 0..N {
        let value = trade[i] * prices[i];
        profit = profit - value;
        gross = gross + value.size();
    }
    trades = trades.and(profit.at_least(Four::all(0.5 * costs.outside) * gross));
    write(trades.bits(), reserves, &trade, lanes, when);
    settle(reserves, &trade, prices, costs, trades);
}

/// Put the arbitrages that are made on the tapes.
#[target_feature(enable = "avx2")]
#[inline]
fn write<const N: usize>(bits: i32, reserves: &[Four; N], trade: &[Four; N], lanes: &mut [Lane<N>; 4], when: usize) {
    let mut rows = [[0.0; 4]; 16];
    for i in 0..N {
        rows[i] = reserves[i].each();
        rows[N + i] = trade[i].each();
    }
    for l in 0..4 {
        if bits >> l & 1 == 1 {
            let (mut held, mut moved) = ([0.0; N], [0.0; N]);
            for i in 0..N {
                (held[i], moved[i]) = (rows[i][l], rows[N + i][l]);
            }
            Event::write(when, &held, &moved, lanes[l].tape);
        }
    }
}

/// μ of each pool that trades, as `trade::best_trade` finds it.
#[target_feature(enable = "avx2")]
#[inline]
fn multiplier<const N: usize>(
    weights: &[Four; N],
    gamma: Four,
    is_free: bool,
    m: &[Four; N],
    least: Four,
    most: Four,
    trades: Four,
) -> Four {
    let (zero, one) = (Four::all(0.0), Four::all(1.0));
    let flows_out = if is_free { one } else { zero };
    let mut signs = by_token!(i, m[i].equals(least).choose(-one, m[i].equals(most).choose(one, flows_out)));
    let mut mu = most;
    let mut differ = trades;
    for _ in 0..2 * N {
        let (mut total, mut weight) = (zero, zero);
        for i in 0..N {
            let active = zero.below(signs[i].size());
            let level = m[i] / zero.below(signs[i]).choose(most, gamma * most);
            total = total + active.choose(weights[i] * log_near_1(level, active), zero);
            weight = weight + active.choose(weights[i], zero);
        }
        mu = most * exp_near_0(total / weight);
        if is_free {
            return mu;
        }
        let mut same = trades;
        for i in 0..N {
            let sign = m[i].below(gamma * mu).choose(-one, mu.below(m[i]).choose(one, zero));
            same = same.and(sign.equals(signs[i]));
            signs[i] = sign;
        }
        differ = trades.without(same);
        if !differ.is_any() {
            return mu;
        }
    }
    alone(mu, differ.bits(), weights, gamma, m)
}

/// μ of the pools whose signs did not settle, one by one.
#[cold]
#[target_feature(enable = "avx2")]
fn alone<const N: usize>(mu: Four, bits: i32, weights: &[Four; N], gamma: Four, m: &[Four; N]) -> Four {
    let (weights, levels, mut found) = (weights.map(Four::each), m.map(Four::each), mu.each());
    for l in (0..4).filter(|l| bits >> l & 1 == 1) {
        let of = |rows: &[[f64; 4]; N]| -> [f64; N] { std::array::from_fn(|i| rows[i][l]) };
        found[l] = root(&of(&weights), gamma.each()[l].ln(), &of(&levels)).exp();
    }
    Four::of(found)
}

/// As `trade::log_near_1`, where it is asked for.
#[target_feature(enable = "avx2")]
#[inline]
fn log_near_1(x: Four, asked: Four) -> Four {
    let one = Four::all(1.0);
    let z = (x - one) / (x + one);
    let q = z * z;
    let near = Four::all(2.0)
        * z
        * (one
            + q * (Four::all(1.0 / 3.0)
                + q * (Four::all(0.2) + q * (Four::all(1.0 / 7.0) + q * Four::all(1.0 / 9.0)))));
    let far = Four::all(0.01).below(z.size()).and(asked);
    if far.is_any() { apart(far, near, x, f64::ln) } else { near }
}

/// As `trade::exp_near_0`.
#[target_feature(enable = "avx2")]
#[inline]
fn exp_near_0(y: Four) -> Four {
    let q = y * y;
    let near = Four::all(1.0)
        + (y + q
            * ((Four::all(1.0 / 2.0) + y * Four::all(1.0 / 6.0))
                + q * ((Four::all(1.0 / 24.0) + y * Four::all(1.0 / 120.0))
                    + q * (Four::all(1.0 / 720.0) + y * Four::all(1.0 / 5040.0)))));
    let far = Four::all(0.01).below(y.size());
    if far.is_any() { apart(far, near, y, f64::exp) } else { near }
}

/// The function itself where the series is not as exact.
#[cold]
#[target_feature(enable = "avx2")]
fn apart(far: Four, near: Four, x: Four, function: fn(f64) -> f64) -> Four {
    let (mut found, x, bits) = (near.each(), x.each(), far.bits());
    (0..4).filter(|l| bits >> l & 1 == 1).for_each(|l| found[l] = function(x[l]));
    Four::of(found)
}

/// Make the trades that are made, as `trade::settle` does. What leaves for the protocol is nobody's here.
#[target_feature(enable = "avx2")]
#[inline]
fn settle<const N: usize>(reserves: &mut [Four; N], trade: &[Four; N], prices: &[Four; N], costs: Costs, made: Four) {
    let zero = Four::all(0.0);
    let (mut fees, mut value) = (zero, zero);
    let mut after = by_token!(i, reserves[i] + trade[i]);
    for i in 0..N {
        value = value + after[i] * prices[i];
        fees = fees + trade[i].most(zero) * Four::all(costs.fee) * prices[i];
    }
    if costs.noise > 0.0 {
        let income = fees * Four::all(1.0 - costs.share);
        let ratio = Four::all(1.0) + Four::all(costs.noise) * income / value;
        after = by_token!(i, after[i] * ratio);
    }
    for i in 0..N {
        if costs.share > 0.0 {
            after[i] = after[i] - trade[i].most(zero) * Four::all(costs.fee) * Four::all(costs.share);
        }
        reserves[i] = made.choose(after[i], reserves[i]);
    }
}

/// Go back through four windows, each at its own arbitrage, as `adjoint::back` does. Fees stay with the providers.
#[target_feature(enable = "avx2")]
pub fn back<const N: usize>(cursors: &mut [Cursor<N>; 4], value: f64, frictions: &Frictions) {
    let (zero, one) = (Four::all(0.0), Four::all(1.0));
    let mut d = [zero; N];
    loop {
        // A window that is through stands still at a trade of nothing.
        let (mut reserves, mut trade, mut weights, mut prices) =
            ([[1.0; 4]; N], [[0.0; 4]; N], [[1.0; 4]; N], [[1.0; 4]; N]);
        let (mut fee, mut moved, mut goes_on) = ([0.0; 4], [0.0; 4], [false; 4]);
        for l in 0..4 {
            let Some(stop) = cursors[l].next(frictions.every) else { continue };
            (moved[l], goes_on[l], fee[l]) = (stop.moved, true, frictions.costs(stop.t).fee);
            if cursors[l].is_due(stop.t) {
                let mut own = lane_of(&d, l);
                cursors[l].gather(stop.t, &mut own);
                put(&mut d, l, &own);
            }
            let seen = &cursors[l].prices[stop.t];
            for i in 0..N {
                reserves[i][l] = stop.event.reserves[i];
                trade[i][l] = stop.event.trade[i];
                weights[i][l] = stop.weights[i];
                prices[i][l] = seen[i];
            }
        }
        if !(goes_on[0] | goes_on[1] | goes_on[2] | goes_on[3]) {
            break;
        }
        let (r, x) = (by_token!(i, Four::of(reserves[i])), by_token!(i, Four::of(trade[i])));
        let (w, p) = (by_token!(i, Four::of(weights[i])), by_token!(i, Four::of(prices[i])));
        let gamma = one - Four::of(fee);
        let per_gamma = one / gamma;
        let (mut total, mut d_log_mu, mut worth_of_one, mut depth_of_one) = (zero, zero, zero, one);
        for i in 0..N {
            let (is_traded, flows_in) = (zero.below(x[i].size()), zero.below(x[i]));
            let worth = flows_in.choose(r[i] * per_gamma + x[i], r[i] + x[i]);
            total = total + is_traded.choose(w[i], zero);
            d_log_mu = d_log_mu + is_traded.choose(d[i] * worth, zero);
            worth_of_one = is_traded.choose(worth * p[i], worth_of_one);
            depth_of_one = is_traded.choose(w[i], depth_of_one);
        }
        let mu = worth_of_one / depth_of_one;
        let d_log_mu = d_log_mu / zero.below(total).choose(total, one);
        for i in 0..N {
            let (is_traded, flows_in) = (zero.below(x[i].size()), zero.below(x[i]));
            let end = mu / p[i];
            let level = end * w[i] * flows_in.choose(gamma, one);
            let moved_by = log_near_1(is_traded.choose(r[i] / level, one), is_traded);
            weights[i] = is_traded.choose(d[i] * end + d_log_mu * (moved_by - one), zero).each();
            let kept = flows_in.choose(d[i] * (one - per_gamma), zero);
            d[i] = is_traded.choose(kept + d_log_mu * w[i] / r[i], d[i]);
        }
        for l in 0..4 {
            if goes_on[l] {
                let mut own = [0.0; N];
                for i in 0..N {
                    own[i] = weights[i][l];
                }
                cursors[l].take(moved[l], &own);
            }
        }
    }
    for l in 0..4 {
        let mut own = lane_of(&d, l);
        cursors[l].end(value, &mut own);
    }
}

fn lane_of<const N: usize>(d: &[Four; N], l: usize) -> [f64; N] {
    std::array::from_fn(|i| d[i].each()[l])
}

fn put<const N: usize>(d: &mut [Four; N], l: usize, own: &[f64; N]) {
    for i in 0..N {
        let mut row = d[i].each();
        row[l] = own[i];
        d[i] = Four::of(row);
    }
}
