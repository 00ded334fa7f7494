//! Repeatable randomness: SplitMix64, started from a seed and a place.

use alloy_primitives::B256;

pub struct Random(u64);

impl Random {
    pub fn new(seed: u64, place: u64) -> Self {
        let mut start = Self(seed);
        // A round in between keeps neighbouring seeds and places from meeting on one sequence.
        Self(start.next() ^ place.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end`, without `end`.
    pub fn below(&mut self, end: usize) -> usize {
        // A 64-bit draw scaled to a queue's length is off by less than one part in 2**40: no need to redraw.
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    pub fn word(&mut self) -> B256 {
        let mut word = B256::ZERO;
        word.chunks_exact_mut(8).for_each(|part| part.copy_from_slice(&self.next().to_be_bytes()));
        word
    }
}
