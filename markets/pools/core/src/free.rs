//! A weighted pool whose arbitrage costs nothing: its value has a closed form from minute to minute.
//!
//! With ρ = p(t) / p(t − 1) and ω = w(t) / w(t − 1), ln V grows by Σ w(t − 1) ln ρ − Σ w(t) ln ω.

use crate::weights::Path;

/// Fill `logs` with ln V at the sampled minutes, which rise, and return ln V in the last minute.
pub fn values<const N: usize>(
    log_prices: &[[f64; N]],
    path: Path<N>,
    value: f64,
    sample: usize,
    logs: &mut [f64],
) -> f64 {
    let mut before = path.starts[0];
    let mut log_value = value.ln();
    let (mut c, mut j, mut until_sample, mut k) = (0, 0, 0, 0);
    for t in 0..log_prices.len() {
        let now = path.at(c, j);
        if t > 0 {
            let (p, q) = (&log_prices[t], &log_prices[t - 1]);
            for i in 0..N {
                log_value += before[i] * (p[i] - q[i]);
            }
            if now != before {
                for i in 0..N {
                    log_value -= now[i] * (now[i] / before[i]).ln();
                }
            }
        }
        before = now;
        if until_sample == 0 {
            until_sample = sample;
            logs[k] = log_value;
            k += 1;
        }
        until_sample -= 1;
        j += 1;
        if j == path.chunk && c + 1 < path.starts.len() {
            (c, j) = (c + 1, 0);
        }
    }
    log_value
}

/// Add to `d_starts` and `d_slopes` the derivative of a sum of ln V, weighted by `d_log` at each minute that counts.
pub fn back<const N: usize>(
    log_prices: &[[f64; N]],
    path: Path<N>,
    sampled: &[(usize, f64)],
    d_starts: &mut [[f64; N]],
    d_slopes: &mut [[f64; N]],
) {
    let (mut left, mut d) = (sampled.len(), 0.0);
    for t in (1..log_prices.len()).rev() {
        while left > 0 && sampled[left - 1].0 >= t {
            left -= 1;
            d += sampled[left].1;
        }
        let ((c, j), (cb, jb)) = (path.place(t), path.place(t - 1));
        let (now, before) = (path.at(c, j), path.at(cb, jb));
        let (moved, moved_before) = (j.min(path.moving) as f64, jb.min(path.moving) as f64);
        for i in 0..N {
            let ratio = now[i] / before[i];
            let by_before = d * (log_prices[t][i] - log_prices[t - 1][i] + ratio);
            let by_now = if ratio == 1.0 { -d } else { d * (-ratio.ln() - 1.0) };
            d_starts[cb][i] += by_before;
            d_slopes[cb][i] += moved_before * by_before;
            d_starts[c][i] += by_now;
            d_slopes[c][i] += moved * by_now;
        }
    }
}
