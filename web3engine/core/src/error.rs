//! The one exception of this module, and the one place where Rust panics stop.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

create_exception!(
    _core,
    EvmError,
    PyException,
    "Every failure of the in-process EVM.\n\n\
     `kind` is \"usage\", \"abi\", \"transaction\", \"revert\", \"snapshot\" or \"internal\";\n\
     `data` is what a reverted call returned (bytes), else None."
);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Usage,
    Abi,
    Transaction,
    Revert,
    Snapshot,
    Internal,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Abi => "abi",
            Self::Transaction => "transaction",
            Self::Revert => "revert",
            Self::Snapshot => "snapshot",
            Self::Internal => "internal",
        }
    }
}

/// Why an entry point gave no result: our own error, or one that Python raised (Ctrl-C among them).
#[derive(Debug)]
pub enum Failure {
    Ours { kind: Kind, message: String, data: Option<Vec<u8>> },
    Python(PyErr),
}

pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self::Ours { kind, message: message.into(), data: None }
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    pub fn abi(message: impl Into<String>) -> Self {
        Self::new(Kind::Abi, message)
    }

    pub fn transaction(message: impl Into<String>) -> Self {
        Self::new(Kind::Transaction, message)
    }

    pub fn snapshot(message: impl Into<String>) -> Self {
        Self::new(Kind::Snapshot, message)
    }

    pub fn revert(message: impl Into<String>, data: &[u8]) -> Self {
        Self::Ours { kind: Kind::Revert, message: message.into(), data: Some(data.to_vec()) }
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Python(error) => error,
            Failure::Ours { kind, message, data } => Python::attach(|py| {
                let error = EvmError::new_err(message);
                let value = error.value(py);
                let data = data.map(|data| PyBytes::new(py, &data));
                match value.setattr("kind", kind.name()).and_then(|()| value.setattr("data", data)) {
                    Ok(()) => error,
                    Err(other) => other,
                }
            }),
        }
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the text of a guarded panic off stderr: it becomes an exception instead.
pub fn silence_guarded_panics() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !GUARDED.get() {
            default(info);
        }
    }));
}

/// Runs `work`; a panic inside it becomes an `EvmError` of kind "internal".
pub fn guard<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let outer = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.unwrap_or_else(|payload| {
        Err(Failure::new(Kind::Internal, format!("the EVM core failed inside: {}", text_of(&*payload))))
    })
}

fn text_of(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}
