//! Contract interfaces, parsed once: calls, returns, events and errors to and from Python values.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use alloy_dyn_abi::{DynSolType, DynSolValue, Specifier};
use alloy_json_abi::{EventParam, JsonAbi, Param, StateMutability};
use alloy_primitives::{B256, Bytes, Log};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};
use serde_json::Value;

use crate::codec::{Shape, decode, encode, to_python};
use crate::convert;
use crate::error::{Failure, Outcome, guard};
use crate::reason;
use crate::views::{PyLog, PyReceipt};

#[derive(Debug)]
pub struct Callable {
    name: String,
    signature: String,
    selector: [u8; 4],
    inputs: Vec<Shape>,
    outputs: Vec<Shape>,
    mutability: &'static str,
}

impl Callable {
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Selector and arguments.
    pub fn calldata(&self, args: &Bound<'_, PyAny>) -> Outcome<Bytes> {
        encode(&self.signature, &self.selector, &self.inputs, args).map(Into::into)
    }

    /// All outputs, in order.
    pub fn returned<'py>(&self, py: Python<'py>, data: &[u8]) -> Outcome<Vec<Bound<'py, PyAny>>> {
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
}

/// One function of a contract's interface.
#[pyclass(frozen, module = "tokenspice.web3engine._core", name = "Function")]
pub struct PyFunction(pub Arc<Callable>);

#[pymethods]
impl PyFunction {
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// As it is hashed, such as "transfer(address,uint256)".
    #[getter]
    fn signature(&self) -> &str {
        &self.0.signature
    }

    /// The first 4 bytes of the signature's hash.
    #[getter]
    fn selector<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.selector)
    }

    /// "pure", "view", "nonpayable" or "payable".
    #[getter]
    fn mutability(&self) -> &'static str {
        self.0.mutability
    }

    /// Names and types of the inputs; a name may be empty.
    #[getter]
    fn inputs(&self) -> Vec<(String, String)> {
        names_and_types(&self.0.inputs)
    }

    /// Names and types of the outputs; a name may be empty.
    #[getter]
    fn outputs(&self) -> Vec<(String, String)> {
        names_and_types(&self.0.outputs)
    }

    /// Calldata: the selector and the arguments.
    fn encode<'py>(&self, py: Python<'py>, args: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(guard(|| Ok(PyBytes::new(py, &self.0.calldata(args)?)))?)
    }

    /// The arguments in calldata.
    fn decode_input<'py>(&self, py: Python<'py>, data: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        Ok(guard(|| {
            let data = convert::bytes(data, "calldata")?;
            let what = format!("the calldata of {}", self.0.signature);
            let body = data.strip_prefix(&self.0.selector).ok_or_else(|| {
                Failure::abi(format!(
                    "{what} must start with its selector 0x{}; found 0x{}; look the function up by the first 4 bytes",
                    alloy_primitives::hex::encode(self.0.selector),
                    alloy_primitives::hex::encode(&data[..data.len().min(4)])
                ))
            })?;
            decode(&what, &self.0.inputs, body)?.iter().map(|value| Ok(to_python(py, value)?)).collect()
        })?)
    }

    /// All outputs, in order.
    fn decode_output<'py>(&self, py: Python<'py>, data: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        Ok(guard(|| self.0.returned(py, &convert::bytes(data, "return data")?))?)
    }

    fn __repr__(&self) -> String {
        format!("<Function {}>", self.0.signature)
    }
}

fn names_and_types(shapes: &[Shape]) -> Vec<(String, String)> {
    shapes.iter().map(|shape| (shape.name.clone(), shape.ty.sol_type_name().into_owned())).collect()
}

struct Event {
    name: String,
    signature: String,
    /// In the order of declaration, each with whether it is indexed.
    fields: Vec<(Shape, bool)>,
    body: Vec<Shape>,
}

impl Event {
    fn topics(&self) -> usize {
        1 + self.fields.iter().filter(|(_, indexed)| *indexed).count()
    }

    fn values<'py>(&self, py: Python<'py>, log: &Log) -> Outcome<Bound<'py, PyDict>> {
        let mut body =
            decode(&format!("the data of event {}", self.signature), &self.body, &log.data.data)?.into_iter();
        let mut topics = log.topics().iter().skip(1);
        let values = PyDict::new(py);
        for (position, (shape, indexed)) in self.fields.iter().enumerate() {
            let value = if *indexed { topics.next().map(|topic| indexed_value(shape, *topic)) } else { body.next() };
            let value = value.expect("the number of topics was checked");
            let value = to_python(py, &value)?;
            if shape.name.is_empty() {
                values.set_item(position, value)?;
            } else {
                values.set_item(&shape.name, value)?;
            }
        }
        Ok(values)
    }
}

/// What does not fit a word is there only as its hash.
fn indexed_value(shape: &Shape, topic: B256) -> DynSolValue {
    let hashed = || DynSolValue::FixedBytes(topic, 32);
    match shape.ty {
        DynSolType::Tuple(_) | DynSolType::FixedArray(..) => hashed(),
        ref ty if ty.is_dynamic() => hashed(),
        ref ty => ty.abi_decode(topic.as_slice()).unwrap_or_else(|_| hashed()),
    }
}

struct CustomError {
    name: String,
    signature: String,
    inputs: Vec<Shape>,
}

/// A contract's interface, parsed from its ABI JSON.
#[pyclass(frozen, module = "tokenspice.web3engine._core", name = "Abi")]
pub struct PyAbi {
    functions: BTreeMap<String, Arc<Callable>>,
    events: HashMap<B256, Vec<Event>>,
    errors: HashMap<[u8; 4], CustomError>,
    constructor: Vec<Shape>,
}

#[pymethods]
impl PyAbi {
    /// `json` is the text of the ABI list, or of an artifact that has it under "abi". EvmError (abi) if it is neither.
    #[new]
    fn new(json: &str) -> PyResult<Self> {
        Ok(guard(|| Self::parse(json))?)
    }

    /// All functions by signature.
    #[getter]
    fn functions(&self) -> BTreeMap<String, PyFunction> {
        self.functions.iter().map(|(signature, function)| (signature.clone(), PyFunction(function.clone()))).collect()
    }

    /// The signatures of all events.
    #[getter]
    fn events(&self) -> Vec<String> {
        let mut all: Vec<_> = self.events.values().flatten().map(|event| event.signature.clone()).collect();
        all.sort();
        all
    }

    /// The signatures of all custom errors.
    #[getter]
    fn errors(&self) -> Vec<String> {
        let mut all: Vec<_> = self.errors.values().map(|error| error.signature.clone()).collect();
        all.sort();
        all
    }

    /// The 32-byte first topic of an event, by name or signature.
    fn event_topic<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyBytes>> {
        Ok(guard(|| {
            let found: Vec<_> = self
                .events
                .iter()
                .filter(|(_, events)| events.iter().any(|event| event.name == name || event.signature == name))
                .map(|(topic, _)| *topic)
                .collect();
            match found[..] {
                [topic] => Ok(convert::word(py, topic)),
                [] => Err(Failure::abi(format!("the ABI has no event {name:?}; it has {}", self.events().join(", ")))),
                _ => Err(Failure::abi(format!("event {name:?} is overloaded; give its full signature"))),
            }
        })?)
    }

    /// A function by full signature or by name. An overloaded name needs `arguments`, the number of arguments, if that
    /// tells the overloads apart, else the signature. EvmError (abi) otherwise.
    #[pyo3(signature = (name, arguments=None))]
    fn function(&self, name: &str, arguments: Option<usize>) -> PyResult<PyFunction> {
        Ok(guard(|| self.find(name, arguments).map(PyFunction))?)
    }

    /// Calldata for a function given by name or signature.
    fn encode<'py>(&self, py: Python<'py>, name: &str, args: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(guard(|| {
            let function = self.find(name, args.len().ok())?;
            Ok(PyBytes::new(py, &function.calldata(args)?))
        })?)
    }

    /// All outputs of a function given by name or signature.
    fn decode_output<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        data: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        Ok(guard(|| self.find(name, None)?.returned(py, &convert::bytes(data, "return data")?))?)
    }

    /// The arguments of the constructor, to be put behind the creation code.
    fn encode_constructor<'py>(&self, py: Python<'py>, args: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(guard(|| Ok(PyBytes::new(py, &encode("constructor", &[], &self.constructor, args)?)))?)
    }

    /// (name, signature, values by name) of a log; None if the ABI does not have its event.
    ///
    /// Indexed values that do not fit a word (strings, bytes, arrays, tuples) are their 32-byte hash.
    fn decode_log<'py>(&self, py: Python<'py>, log: &PyLog) -> PyResult<Option<Decoded<'py>>> {
        Ok(guard(|| self.event(py, &log.0))?)
    }

    /// `decode_log` of all of a receipt's logs that the ABI knows, each with its log.
    fn decode_logs<'py>(&self, py: Python<'py>, receipt: &PyReceipt) -> PyResult<Vec<(PyLog, Decoded<'py>)>> {
        Ok(guard(|| {
            let mut known = Vec::new();
            for log in &receipt.0.ending.logs {
                if let Some(decoded) = self.event(py, log)? {
                    known.push((PyLog(log.clone()), decoded));
                }
            }
            Ok(known)
        })?)
    }

    /// (name, arguments) of what a call reverted with; Error(string) and Panic(uint256) are always known.
    /// None for data that names no known error.
    fn decode_error<'py>(
        &self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
    ) -> PyResult<Option<(String, Bound<'py, PyTuple>)>> {
        Ok(guard(|| {
            let data = convert::bytes(data, "revert data")?;
            if let Some(text) = reason::error_text(&data) {
                return Ok(Some(("Error".into(), PyTuple::new(py, [text])?)));
            }
            if let Some(code) = reason::panic_code(&data) {
                return Ok(Some(("Panic".into(), PyTuple::new(py, [convert::int_from_u256(py, code)?])?)));
            }
            let Some(error) = data.first_chunk::<4>().and_then(|selector| self.errors.get(selector)) else {
                return Ok(None);
            };
            let values = decode(&format!("the data of error {}", error.signature), &error.inputs, &data[4..])?;
            let values = values.iter().map(|value| to_python(py, value)).collect::<PyResult<Vec<_>>>()?;
            Ok(Some((error.name.clone(), PyTuple::new(py, values)?)))
        })?)
    }
}

type Decoded<'py> = (String, String, Bound<'py, PyDict>);

impl PyAbi {
    fn parse(json: &str) -> Outcome<Self> {
        let bad = |what: String| Failure::abi(format!("the ABI text of {} characters {what}", json.len()));
        let abi = serde_json::from_str::<Value>(json)
            .and_then(|mut value| match value.get_mut("abi") {
                Some(inside) => serde_json::from_value::<JsonAbi>(inside.take()),
                None => serde_json::from_value(value),
            })
            .map_err(|error| {
                bad(format!("is no contract ABI: {error}; give an artifact, or the list under its \"abi\""))
            })?;
        let mut functions = BTreeMap::new();
        for function in abi.functions() {
            let signature = function.signature();
            let callable = Callable {
                name: function.name.clone(),
                selector: function.selector().0,
                inputs: shapes(&function.inputs)?,
                outputs: shapes(&function.outputs)?,
                mutability: match function.state_mutability {
                    StateMutability::Pure => "pure",
                    StateMutability::View => "view",
                    StateMutability::NonPayable => "nonpayable",
                    StateMutability::Payable => "payable",
                },
                signature: signature.clone(),
            };
            functions.insert(signature, Arc::new(callable));
        }
        let mut events: HashMap<B256, Vec<Event>> = HashMap::new();
        for event in abi.events().filter(|event| !event.anonymous) {
            let fields = event
                .inputs
                .iter()
                .map(|input| Ok((event_shape(input)?, input.indexed)))
                .collect::<Outcome<Vec<(Shape, bool)>>>()?;
            let body = fields.iter().filter(|(_, indexed)| !indexed).map(|(shape, _)| shape.clone()).collect();
            let signature = event.signature();
            let overloads = events.entry(event.selector()).or_default();
            overloads.push(Event { name: event.name.clone(), signature, fields, body });
        }
        let mut errors = HashMap::new();
        for error in abi.errors() {
            let inputs = shapes(&error.inputs)?;
            let known = CustomError { name: error.name.clone(), signature: error.signature(), inputs };
            errors.insert(error.selector().0, known);
        }
        let constructor = abi.constructor.as_ref().map_or(Ok(Vec::new()), |constructor| shapes(&constructor.inputs))?;
        Ok(Self { functions, events, errors, constructor })
    }

    fn find(&self, name: &str, arguments: Option<usize>) -> Outcome<Arc<Callable>> {
        if let Some(function) = self.functions.get(name) {
            return Ok(function.clone());
        }
        let named: Vec<_> = self.functions.values().filter(|function| function.name == name).collect();
        let fitting: Vec<_> = named
            .iter()
            .filter(|function| named.len() == 1 || arguments.is_some_and(|count| count == function.inputs.len()))
            .collect();
        match (&fitting[..], &named[..]) {
            ([function], _) => Ok((**function).clone()),
            (_, []) => {
                let known: Vec<_> = self.functions.keys().map(String::as_str).collect();
                Err(Failure::abi(format!("the ABI has no function {name:?}; it has {}", known.join(", "))))
            }
            _ => {
                let candidates: Vec<_> = named.iter().map(|function| function.signature.as_str()).collect();
                Err(Failure::abi(format!("function {name:?} is overloaded; give one of {}", candidates.join(", "))))
            }
        }
    }

    fn event<'py>(&self, py: Python<'py>, log: &Log) -> Outcome<Option<Decoded<'py>>> {
        let topics = log.topics();
        let Some(overloads) = topics.first().and_then(|topic| self.events.get(topic)) else {
            return Ok(None);
        };
        // Two events may share signature and topic and differ in what is indexed, as ERC-20's and ERC-721's Transfer.
        let Some(event) = overloads.iter().find(|event| event.topics() == topics.len()) else {
            return Ok(None);
        };
        Ok(Some((event.name.clone(), event.signature.clone(), event.values(py, log)?)))
    }
}

fn shapes(params: &[Param]) -> Outcome<Vec<Shape>> {
    params.iter().map(shape).collect()
}

fn shape(param: &Param) -> Outcome<Shape> {
    Ok(Shape { name: param.name.clone(), ty: resolved(param, &param.ty)?, fields: shapes(&param.components)? })
}

fn event_shape(param: &EventParam) -> Outcome<Shape> {
    Ok(Shape { name: param.name.clone(), ty: resolved(param, &param.ty)?, fields: shapes(&param.components)? })
}

fn resolved(param: &impl Specifier<DynSolType>, written: &str) -> Outcome<DynSolType> {
    param.resolve().map_err(|error| Failure::abi(format!("the ABI has a type {written:?} that is none: {error}")))
}
