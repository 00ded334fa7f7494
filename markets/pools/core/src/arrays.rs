//! Python's arrays of float64, as slices.

use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// An array that is read.
pub struct Reals(PyBuffer<f64>);

impl<'py> FromPyObject<'_, 'py> for Reals {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let buffer = PyBuffer::<f64>::get(&object)?;
        if !buffer.is_c_contiguous() {
            return Err(PyValueError::new_err("an array is not C-contiguous"));
        }
        Ok(Self(buffer))
    }
}

impl Reals {
    /// The numbers. Nobody writes to them meanwhile: they are inputs of a call that has not returned.
    pub fn read(&self) -> &[f64] {
        // SAFETY: the buffer is contiguous, holds so many numbers, and is held as long as this lives.
        unsafe { slice(self.0.buf_ptr().cast(), self.0.item_count()) }
    }

    /// The size of the last dimension.
    pub fn last(&self) -> PyResult<usize> {
        self.0.shape().last().copied().ok_or_else(|| PyValueError::new_err("an array has no dimension"))
    }

    pub fn shape(&self) -> &[usize] {
        self.0.shape()
    }
}

unsafe fn slice<'a>(start: *const f64, count: usize) -> &'a [f64] {
    // An empty array may have no address that a slice could have.
    if count == 0 { &[] } else { unsafe { std::slice::from_raw_parts(start, count) } }
}

/// An array that is filled.
pub struct Whole(PyBuffer<f64>);

impl<'py> FromPyObject<'_, 'py> for Whole {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let buffer = PyBuffer::<f64>::get(&object)?;
        if !buffer.is_c_contiguous() || buffer.readonly() {
            return Err(PyValueError::new_err("an array cannot be filled: it is not C-contiguous, or read-only"));
        }
        Ok(Self(buffer))
    }
}

impl Whole {
    pub fn len(&self) -> usize {
        self.0.item_count()
    }

    /// The numbers.
    ///
    /// # Safety
    ///
    /// Nobody else may read or write the array as long as the slice lives.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn write(&self) -> &mut [f64] {
        if self.len() == 0 {
            return &mut [];
        }
        unsafe { std::slice::from_raw_parts_mut(self.0.buf_ptr().cast(), self.len()) }
    }
}

/// Rows of N numbers.
pub fn by_tokens<const N: usize>(flat: &[f64]) -> PyResult<&[[f64; N]]> {
    match flat.as_chunks::<N>() {
        (rows, []) => Ok(rows),
        _ => Err(PyValueError::new_err(format!("an array of {} numbers does not hold rows of {N}", flat.len()))),
    }
}
