//! One function of a contract: calls and returns, to and from Python values.

use std::sync::Arc;

use alloy_dyn_abi::{DynSolType, Specifier};
use alloy_json_abi::{AbiItem, Constructor, Param};
use alloy_primitives::Bytes;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::codec::{Shape, decode, encode, to_python};
use crate::convert;
use crate::error::{Failure, Outcome, guard};

/// The most characters of a type: what has more is an attack on the parser.
const LONGEST_TYPE: usize = 256;

#[derive(Debug)]
pub struct Callable {
    signature: String,
    /// None for a constructor, whose arguments follow the creation code.
    selector: Option<[u8; 4]>,
    inputs: Vec<Shape>,
    outputs: Vec<Shape>,
}

impl Callable {
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Selector and arguments.
    pub fn calldata(&self, args: &Bound<'_, PyAny>) -> Outcome<Bytes> {
        let selector = self.selector.as_ref().map_or(&[][..], |selector| selector);
        encode(&self.signature, selector, &self.inputs, args).map(Into::into)
    }

    /// All outputs, in order.
    fn returned<'py>(&self, py: Python<'py>, data: &[u8]) -> Outcome<Vec<Bound<'py, PyAny>>> {
        let values = decode(&format!("the return data of {}", self.signature), &self.outputs, data)?;
        values.iter().map(|value| Ok(to_python(py, value)?)).collect()
    }

    /// Outputs as web3.py gives them: the value alone where there is one, else a list.
    pub fn result<'py>(&self, py: Python<'py>, data: &[u8]) -> Outcome<Bound<'py, PyAny>> {
        let mut values = self.returned(py, data)?;
        if values.len() == 1 {
            return Ok(values.remove(0));
        }
        Ok(PyList::new(py, values)?.into_any())
    }

    fn parse(json: &str) -> Outcome<Self> {
        let bad = |what: String| {
            let hint = "give one entry of a contract's ABI, a function or the constructor";
            Failure::abi(format!("the text of {} characters {what}; {hint}", json.len()))
        };
        match serde_json::from_str(json).map_err(|error| bad(format!("is no entry of an ABI: {error}")))? {
            AbiItem::Function(function) => Ok(Self {
                signature: function.signature(),
                selector: Some(function.selector().0),
                inputs: shapes(&function.inputs)?,
                outputs: shapes(&function.outputs)?,
            }),
            AbiItem::Constructor(constructor) => {
                let Constructor { inputs, .. } = constructor.into_owned();
                Ok(Self {
                    signature: "constructor".into(),
                    selector: None,
                    inputs: shapes(&inputs)?,
                    outputs: Vec::new(),
                })
            }
            other => Err(bad(format!("is of type {:?}", other.json_type()))),
        }
    }
}

/// One function of a contract, or its constructor.
#[pyclass(frozen, module = "tokenspice.web3engine._core", name = "Function")]
pub struct PyFunction(pub Arc<Callable>);

#[pymethods]
impl PyFunction {
    /// `json` is the text of one ABI entry of type "function" or "constructor". EvmError (abi) if it is neither.
    #[new]
    fn new(json: &str) -> PyResult<Self> {
        Ok(guard(|| Callable::parse(json).map(Arc::new).map(Self))?)
    }

    /// As it is hashed, such as "transfer(address,uint256)"; of a constructor "constructor".
    #[getter]
    fn signature(&self) -> &str {
        &self.0.signature
    }

    /// The first 4 bytes of the signature's hash; none for a constructor.
    #[getter]
    fn selector<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.selector.as_ref().map_or(&[], |selector| selector))
    }

    /// Calldata: the selector and the arguments. Of a constructor the arguments, to be put behind the creation code.
    fn encode<'py>(&self, py: Python<'py>, args: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(guard(|| Ok(PyBytes::new(py, &self.0.calldata(args)?)))?)
    }

    /// All outputs, in order.
    fn decode<'py>(&self, py: Python<'py>, data: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        Ok(guard(|| self.0.returned(py, &convert::bytes(data, "return data")?))?)
    }

    fn __repr__(&self) -> String {
        format!("<Function {}>", self.0.signature)
    }
}

fn shapes(params: &[Param]) -> Outcome<Vec<Shape>> {
    params.iter().map(shape).collect()
}

fn shape(param: &Param) -> Outcome<Shape> {
    if param.ty.len() > LONGEST_TYPE {
        let length = param.ty.len();
        return Err(Failure::abi(format!("the ABI has a type of {length} characters; {LONGEST_TYPE} are the most")));
    }
    let ty: DynSolType = param
        .resolve()
        .map_err(|error| Failure::abi(format!("the ABI has a type {:?} that is none: {error}", param.ty)))?;
    Ok(Shape { name: param.name.clone(), ty, fields: shapes(&param.components)? })
}
