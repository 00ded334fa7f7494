//! Four numbers at once, of four windows. Their functions are only called where the processor has AVX2.

use std::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Four float64, or four answers to a comparison.
#[derive(Clone, Copy)]
pub struct Four(__m256d);

// SAFETY of all that is unsafe here: `lanes::fits` asks whether the processor has AVX2 before it calls anything.
impl Four {
    #[inline(always)]
    pub fn of(values: [f64; 4]) -> Self {
        Self(unsafe { _mm256_loadu_pd(values.as_ptr()) })
    }

    #[inline(always)]
    pub fn all(value: f64) -> Self {
        Self(unsafe { _mm256_set1_pd(value) })
    }

    #[inline(always)]
    pub fn each(self) -> [f64; 4] {
        let mut values = [0.0; 4];
        unsafe { _mm256_storeu_pd(values.as_mut_ptr(), self.0) };
        values
    }

    #[inline(always)]
    pub fn least(self, other: Self) -> Self {
        Self(unsafe { _mm256_min_pd(self.0, other.0) })
    }

    #[inline(always)]
    pub fn most(self, other: Self) -> Self {
        Self(unsafe { _mm256_max_pd(self.0, other.0) })
    }

    #[inline(always)]
    pub fn size(self) -> Self {
        Self(unsafe { _mm256_andnot_pd(_mm256_set1_pd(-0.0), self.0) })
    }

    #[inline(always)]
    pub fn below(self, other: Self) -> Self {
        Self(unsafe { _mm256_cmp_pd::<_CMP_LT_OQ>(self.0, other.0) })
    }

    #[inline(always)]
    pub fn at_least(self, other: Self) -> Self {
        Self(unsafe { _mm256_cmp_pd::<_CMP_GE_OQ>(self.0, other.0) })
    }

    #[inline(always)]
    pub fn equals(self, other: Self) -> Self {
        Self(unsafe { _mm256_cmp_pd::<_CMP_EQ_OQ>(self.0, other.0) })
    }

    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Self(unsafe { _mm256_and_pd(self.0, other.0) })
    }

    /// Of answers: these, but not the other ones.
    #[inline(always)]
    pub fn without(self, other: Self) -> Self {
        Self(unsafe { _mm256_andnot_pd(other.0, self.0) })
    }

    /// Of answers: `yes` where they are so, `no` elsewhere.
    #[inline(always)]
    pub fn choose(self, yes: Self, no: Self) -> Self {
        Self(unsafe { _mm256_blendv_pd(no.0, yes.0, self.0) })
    }

    /// Of answers: a bit for each.
    #[inline(always)]
    pub fn bits(self) -> i32 {
        unsafe { _mm256_movemask_pd(self.0) }
    }

    #[inline(always)]
    pub fn is_any(self) -> bool {
        self.bits() != 0
    }
}

impl Add for Four {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(unsafe { _mm256_add_pd(self.0, other.0) })
    }
}

impl Sub for Four {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(unsafe { _mm256_sub_pd(self.0, other.0) })
    }
}

impl Mul for Four {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(unsafe { _mm256_mul_pd(self.0, other.0) })
    }
}

impl Div for Four {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(unsafe { _mm256_div_pd(self.0, other.0) })
    }
}

impl Neg for Four {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self::all(0.0) - self
    }
}
