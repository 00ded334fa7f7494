//! The exact arbitrage of a weighted pool. The reference is `markets/pools/arbitrage.py`.

/// What stands between a pool and the market in one step.
#[derive(Clone, Copy)]
pub struct Costs {
    pub fee: f64,
    pub gas: f64,
    pub outside: f64,
    pub noise: f64,
    pub share: f64,
}

/// ln x, by a series where that is as exact and faster.
#[inline(always)]
pub fn log_near_1(x: f64) -> f64 {
    let z = (x - 1.0) / (x + 1.0);
    if z.abs() > 0.01 {
        return x.ln();
    }
    let q = z * z;
    2.0 * z * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0)))))
}

/// exp y, by a series where that is as exact and faster.
#[inline(always)]
fn exp_near_0(y: f64) -> f64 {
    if y.abs() > 0.01 {
        return y.exp();
    }
    const C: [f64; 6] = [1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0];
    let q = y * y;
    1.0 + (y + q * ((C[0] + y * C[1]) + q * ((C[2] + y * C[3]) + q * (C[4] + y * C[5]))))
}

/// The best trade; none inside the region without trade.
///
/// The set of tokens that trade is guessed from the two that are farthest apart, and corrected until the multiplier that
/// it gives is consistent with it; the multiplier is then the only one.
#[inline(always)]
pub fn best_trade<const N: usize>(
    reserves: &[f64; N],
    weights: &[f64; N],
    prices: &[f64; N],
    gamma: f64,
    pairs: bool,
) -> Option<[f64; N]> {
    let m: [f64; N] = std::array::from_fn(|i| reserves[i] * prices[i] / weights[i]);
    let least = m.iter().fold(f64::INFINITY, |a, &b| if b < a { b } else { a });
    let most = m.iter().fold(0.0, |a, &b| if b > a { b } else { a });
    if most * gamma <= least {
        return None;
    }
    if pairs && gamma < 1.0 {
        return best_pair(weights, prices, gamma, &m);
    }
    let mut signs: [f64; N] = std::array::from_fn(|i| {
        if m[i] == least {
            -1.0
        } else if m[i] == most || gamma == 1.0 {
            1.0
        } else {
            0.0
        }
    });
    for _ in 0..2 * N {
        let mu = multiplier(weights, gamma, most, &m, &signs);
        if gamma == 1.0 || agrees(gamma, mu, &m, &mut signs) {
            return Some(trade_to(mu, gamma, &m, weights, prices));
        }
    }
    Some(trade_to(root(weights, gamma.ln(), &m).exp(), gamma, &m, weights, prices))
}

/// μ if tokens with sign −1 flow in and those with sign 1 flow out.
#[inline(always)]
fn multiplier<const N: usize>(weights: &[f64; N], gamma: f64, reference: f64, m: &[f64; N], signs: &[f64; N]) -> f64 {
    let (mut total, mut weight) = (0.0, 0.0);
    for i in 0..N {
        if signs[i] != 0.0 {
            let level = if signs[i] > 0.0 { m[i] / reference } else { m[i] / (gamma * reference) };
            total += weights[i] * log_near_1(level);
            weight += weights[i];
        }
    }
    reference * exp_near_0(total / weight)
}

/// Whether the signs are those that μ gives; they are set to these.
#[inline(always)]
fn agrees<const N: usize>(gamma: f64, mu: f64, m: &[f64; N], signs: &mut [f64; N]) -> bool {
    let mut same = true;
    for i in 0..N {
        let sign = if m[i] < gamma * mu {
            -1.0
        } else if m[i] > mu {
            1.0
        } else {
            0.0
        };
        same &= sign == signs[i];
        signs[i] = sign;
    }
    same
}

/// ln μ, between the two breakpoints around the change of sign.
#[cold]
pub fn root<const N: usize>(weights: &[f64; N], log_gamma: f64, m: &[f64; N]) -> f64 {
    let logs: [f64; N] = std::array::from_fn(|i| m[i].ln());
    let (mut low, mut low_sum, mut high, mut high_sum) =
        (f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY);
    for x in logs.iter().flat_map(|&l| [l, l - log_gamma]) {
        let total: f64 =
            (0..N).map(|i| weights[i] * ((x + log_gamma - logs[i]).max(0.0) + (x - logs[i]).min(0.0))).sum();
        if total < 0.0 && x > low {
            (low, low_sum) = (x, total);
        }
        if total >= 0.0 && x < high {
            (high, high_sum) = (x, total);
        }
    }
    if high_sum == 0.0 || low == f64::NEG_INFINITY {
        return high;
    }
    low - low_sum / (high_sum - low_sum) * (high - low)
}

#[inline(always)]
fn trade_to<const N: usize>(mu: f64, gamma: f64, m: &[f64; N], weights: &[f64; N], prices: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|i| {
        if gamma * mu > m[i] {
            (gamma * mu - m[i]) / gamma * weights[i] / prices[i]
        } else if mu < m[i] {
            (mu - m[i]) * weights[i] / prices[i]
        } else {
            0.0
        }
    })
}

/// As `best_trade`, for one token in and one out.
fn best_pair<const N: usize>(weights: &[f64; N], prices: &[f64; N], gamma: f64, m: &[f64; N]) -> Option<[f64; N]> {
    let mut best = None;
    // Each of them gains, be it less than rounding.
    let mut profit = f64::NEG_INFINITY;
    for (a, b) in (0..N).flat_map(|a| (0..N).map(move |b| (a, b))) {
        if m[b] * gamma <= m[a] {
            continue;
        }
        let share = weights[a] / (weights[a] + weights[b]);
        let mu = m[b] * exp_near_0(share * log_near_1(m[a] / (gamma * m[b])));
        let gain = (m[b] - mu) * weights[b] - (gamma * mu - m[a]) / gamma * weights[a];
        if gain > profit {
            profit = gain;
            let mut trade = [0.0; N];
            trade[a] = (gamma * mu - m[a]) / gamma * weights[a] / prices[a];
            trade[b] = (mu - m[b]) * weights[b] / prices[b];
            best = Some(trade);
        }
    }
    best
}

/// Whether the profit of the best trade covers gas and the fee elsewhere. Where these are nothing, it does: the best trade
/// gains, be it less than rounding.
#[inline(always)]
pub fn pays<const N: usize>(trade: &[f64; N], prices: &[f64; N], costs: Costs) -> bool {
    if costs.gas == 0.0 && costs.outside == 0.0 {
        return true;
    }
    let (mut profit, mut gross) = (-costs.gas, 0.0);
    for i in 0..N {
        let value = trade[i] * prices[i];
        profit -= value;
        gross += value.abs();
    }
    profit >= 0.5 * costs.outside * gross
}

/// Make the trade: change the reserves, add to `protocol`, return the providers' income.
#[inline(always)]
pub fn settle<const N: usize>(
    reserves: &mut [f64; N],
    trade: &[f64; N],
    prices: &[f64; N],
    costs: Costs,
    protocol: &mut [f64; N],
) -> f64 {
    let (mut fees, mut value) = (0.0, 0.0);
    for i in 0..N {
        reserves[i] += trade[i];
        value += reserves[i] * prices[i];
        fees += trade[i].max(0.0) * costs.fee * prices[i];
    }
    let mut income = fees * (1.0 - costs.share);
    if costs.noise > 0.0 {
        let ratio = 1.0 + costs.noise * income / value;
        reserves.iter_mut().for_each(|r| *r *= ratio);
        income *= 1.0 + costs.noise;
    }
    if costs.share > 0.0 {
        for i in 0..N {
            let taken = trade[i].max(0.0) * costs.fee * costs.share;
            reserves[i] -= taken;
            protocol[i] += taken;
        }
    }
    income
}
