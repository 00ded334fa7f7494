//! Fine weights inside the loops. The reference is `markets/pools/interpolation.py`.

/// The way between weights, in the order of `Interpolation`.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    Linear,
    Optimal,
    Lagged,
    GreatCircle,
}

impl Way {
    pub fn from_index(index: usize) -> Option<Way> {
        [Way::Linear, Way::Optimal, Way::Lagged, Way::GreatCircle].get(index).copied()
    }
}

/// Weights of a window: their start and slope in each chunk.
#[derive(Clone, Copy)]
pub struct Path<'a, const N: usize> {
    pub starts: &'a [[f64; N]],
    pub slopes: &'a [[f64; N]],
    pub chunk: usize,
    pub moving: usize,
    pub way: Way,
}

impl<const N: usize> Path<'_, N> {
    /// The chunk of a minute, and the minute of that chunk. After the last chunk's end, it goes on.
    #[inline(always)]
    pub fn place(&self, t: usize) -> (usize, usize) {
        let c = (t / self.chunk).min(self.starts.len() - 1);
        (c, t - c * self.chunk)
    }

    /// Weights of minute j of chunk c.
    #[inline(always)]
    pub fn at(&self, c: usize, j: usize) -> [f64; N] {
        let (start, slope) = (&self.starts[c], &self.slopes[c]);
        if self.way == Way::Linear || j >= self.moving {
            let moved = j.min(self.moving) as f64;
            return std::array::from_fn(|i| start[i] + moved * slope[i]);
        }
        self.bent(start, slope, j)
    }

    fn bent(&self, start: &[f64; N], slope: &[f64; N], j: usize) -> [f64; N] {
        let moving = self.moving as f64;
        let end: [f64; N] = std::array::from_fn(|i| start[i] + moving * slope[i]);
        let way = j as f64 / if self.way == Way::Lagged { moving + 1.0 } else { moving };
        let raw: [f64; N] = if self.way == Way::GreatCircle {
            let angle = (0..N).map(|i| (start[i] * end[i]).sqrt()).sum::<f64>().min(1.0).acos();
            if angle < 1e-12 {
                std::array::from_fn(|i| start[i] + way * (end[i] - start[i]))
            } else {
                let (from, to) = (((1.0 - way) * angle).sin(), (way * angle).sin());
                std::array::from_fn(|i| (from * start[i].sqrt() + to * end[i].sqrt()).powi(2))
            }
        } else {
            std::array::from_fn(|i| start[i] + j as f64 * slope[i] + start[i] * (end[i] / start[i]).powf(way))
        };
        let total: f64 = raw.iter().sum();
        std::array::from_fn(|i| raw[i] / total)
    }
}
