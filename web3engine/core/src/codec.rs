//! Python values to ABI bytes and back.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{B256, Function, I256, hex};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::convert;
use crate::error::{Failure, Outcome};

/// A type with the names that its author gave: the argument's own and, for tuples, the fields'.
#[derive(Clone, Debug)]
pub struct Shape {
    pub name: String,
    pub ty: DynSolType,
    /// Of the tuple, or of the tuple that an array is made of.
    pub fields: Vec<Shape>,
}

/// What is wrong with a value, and where inside the argument.
struct Trouble {
    place: String,
    text: String,
}

impl Trouble {
    fn new(ty: &DynSolType, wanted: &str, value: &Bound<'_, PyAny>) -> Self {
        let text = format!("{} {wanted}; found {}", ty.sol_type_name(), convert::show(value));
        Self { place: String::new(), text }
    }

    fn inside(mut self, place: &str) -> Self {
        self.place.insert_str(0, place);
        self
    }
}

/// `prefix` and the encoded arguments, which `args` (a tuple or list) gives by position.
pub fn encode(whose: &str, prefix: &[u8], shapes: &[Shape], args: &Bound<'_, PyAny>) -> Outcome<Vec<u8>> {
    let items = sequence(args).ok_or_else(|| {
        Failure::abi(format!("{whose} takes its arguments as a tuple or list; found {}", convert::show(args)))
    })?;
    if items.len() != shapes.len() {
        return Err(Failure::abi(format!("{whose} takes {} arguments; found {}", shapes.len(), items.len())));
    }
    let failed = |position: usize, Trouble { place, text }: Trouble| {
        let shape = &shapes[position];
        let name = if shape.name.is_empty() { String::new() } else { format!(" ({})", shape.name) };
        let place = if place.is_empty() { place } else { format!(" at {place}") };
        Failure::abi(format!("{whose}, argument {}{name}{place}: {text}", position + 1))
    };
    let mut encoded = Vec::with_capacity(prefix.len() + 32 * shapes.len());
    encoded.extend_from_slice(prefix);
    if shapes.iter().all(|shape| is_word(&shape.ty)) {
        for (position, shape) in shapes.iter().enumerate() {
            let word = items.look(position, |item| to_word(&shape.ty, item))?;
            encoded.extend_from_slice(&word.map_err(|trouble| failed(position, trouble))?);
        }
    } else {
        let argument = |(position, shape): (usize, &Shape)| {
            let value = items.look(position, |item| from_python(&shape.ty, &shape.fields, item))?;
            value.map_err(|trouble| failed(position, trouble))
        };
        let values = shapes.iter().enumerate().map(argument).collect::<Outcome<_>>()?;
        encoded.extend_from_slice(&DynSolValue::Tuple(values).abi_encode_params());
    }
    Ok(encoded)
}

/// Whether every value of the type is encoded as one word, in place.
const fn is_word(ty: &DynSolType) -> bool {
    matches!(
        ty,
        DynSolType::Bool
            | DynSolType::Int(_)
            | DynSolType::Uint(_)
            | DynSolType::Address
            | DynSolType::FixedBytes(_)
            | DynSolType::Function
    )
}

pub fn decode(what: &str, shapes: &[Shape], data: &[u8]) -> Outcome<Vec<DynSolValue>> {
    if shapes.is_empty() {
        return Ok(Vec::new());
    }
    let types = DynSolType::Tuple(shapes.iter().map(|shape| shape.ty.clone()).collect());
    match types.abi_decode_sequence(data) {
        // The decoder cuts off what is out of a type's range: a bool of 2, a uint8 of 256. It is refused here.
        Ok(DynSolValue::Tuple(values)) => {
            let decoded = DynSolValue::Tuple(values);
            if !in_range(&decoded) || !data.starts_with(&decoded.abi_encode_params()) {
                return Err(Failure::abi(format!(
                    "{what} is {} bytes that are not how {types} is encoded",
                    data.len()
                )));
            }
            match decoded {
                DynSolValue::Tuple(values) => Ok(values),
                _ => Ok(Vec::new()),
            }
        }
        other => {
            let why = other.err().map_or_else(|| "not a sequence".into(), |error| error.to_string());
            let hint = if data.is_empty() { "; is there a contract at the address?" } else { "" };
            Err(Failure::abi(format!("{what} is {} bytes that do not decode as {types}: {why}{hint}", data.len())))
        }
    }
}

/// Whether each number and each short byte string is one of its type, where the decoder keeps the whole word.
fn in_range(value: &DynSolValue) -> bool {
    match value {
        DynSolValue::Uint(number, bits) => number.bit_len() <= *bits,
        DynSolValue::Int(number, bits) => fits(*number, *bits),
        DynSolValue::FixedBytes(word, size) => word[*size..].iter().all(|byte| *byte == 0),
        DynSolValue::Array(values) | DynSolValue::FixedArray(values) | DynSolValue::Tuple(values) => {
            values.iter().all(in_range)
        }
        _ => true,
    }
}

enum Items<'a, 'py> {
    Tuple(&'a Bound<'py, PyTuple>),
    List(&'a Bound<'py, PyList>),
}

impl<'py> Items<'_, 'py> {
    fn len(&self) -> usize {
        match self {
            Self::Tuple(tuple) => tuple.len(),
            Self::List(list) => list.len(),
        }
    }

    /// Looks at an item; of a tuple, which cannot change, without counting a reference.
    fn look<T>(&self, index: usize, look: impl FnOnce(&Bound<'py, PyAny>) -> T) -> PyResult<T> {
        match self {
            Self::Tuple(tuple) => tuple.get_borrowed_item(index).map(|item| look(&item)),
            Self::List(list) => list.get_item(index).map(|item| look(&item)),
        }
    }

    fn to_vec(&self) -> Vec<Bound<'py, PyAny>> {
        match self {
            Self::Tuple(tuple) => tuple.iter().collect(),
            Self::List(list) => list.iter().collect(),
        }
    }
}

fn sequence<'a, 'py>(value: &'a Bound<'py, PyAny>) -> Option<Items<'a, 'py>> {
    if let Ok(tuple) = value.cast::<PyTuple>() {
        return Some(Items::Tuple(tuple));
    }
    value.cast::<PyList>().ok().map(Items::List)
}

fn from_python(ty: &DynSolType, fields: &[Shape], value: &Bound<'_, PyAny>) -> Result<DynSolValue, Trouble> {
    let trouble = |wanted: &str| Trouble::new(ty, wanted, value);
    match ty {
        DynSolType::Bool => match value.cast::<PyBool>() {
            Ok(bool) => Ok(DynSolValue::Bool(bool.is_true())),
            Err(_) => Err(trouble("takes True or False")),
        },
        DynSolType::Uint(bits) => match convert::to_u256(value) {
            Some(number) if number.bit_len() <= *bits => Ok(DynSolValue::Uint(number, *bits)),
            _ => Err(trouble(&format!("takes an int from 0 to 2**{bits}-1"))),
        },
        DynSolType::Int(bits) => match convert::to_i256(value) {
            Some(number) if fits(number, *bits) => Ok(DynSolValue::Int(number, *bits)),
            _ => Err(trouble(&format!("takes an int from -2**{0} to 2**{0}-1", bits - 1))),
        },
        DynSolType::Address => convert::to_address(value).map(DynSolValue::Address).map_err(trouble),
        DynSolType::FixedBytes(size) => {
            let bytes = byte_string(value).filter(|bytes| bytes.len() == *size);
            let bytes = bytes.ok_or_else(|| trouble(&format!("takes exactly {size} bytes")))?;
            Ok(DynSolValue::FixedBytes(B256::right_padding_from(&bytes), *size))
        }
        DynSolType::Function => {
            let bytes = byte_string(value).and_then(|bytes| Function::try_from(&bytes[..]).ok());
            bytes.map(DynSolValue::Function).ok_or_else(|| trouble("takes 24 bytes: an address and a selector"))
        }
        DynSolType::Bytes => byte_string(value).map(DynSolValue::Bytes).ok_or_else(|| trouble("takes bytes")),
        DynSolType::String => match value.cast::<PyString>().map(|text| text.to_cow()) {
            Ok(Ok(text)) => Ok(DynSolValue::String(text.into_owned())),
            _ => Err(trouble("takes a str")),
        },
        DynSolType::Array(inner) => {
            let items = sequence(value).ok_or_else(|| trouble("takes a list or tuple"))?;
            items_of(inner, fields, &items).map(DynSolValue::Array)
        }
        DynSolType::FixedArray(inner, size) => {
            let items = sequence(value).filter(|items| items.len() == *size);
            let items = items.ok_or_else(|| trouble(&format!("takes a list or tuple of {size}")))?;
            items_of(inner, fields, &items).map(DynSolValue::FixedArray)
        }
        DynSolType::Tuple(types) => tuple_of(ty, types, fields, value).map(DynSolValue::Tuple),
    }
}

/// A value of a type that is encoded as one word; the most frequent types without a detour.
fn to_word(ty: &DynSolType, value: &Bound<'_, PyAny>) -> Result<[u8; 32], Trouble> {
    match ty {
        DynSolType::Uint(256) => {
            let number = convert::to_u256(value);
            let number = number.ok_or_else(|| Trouble::new(ty, "takes an int from 0 to 2**256-1", value))?;
            Ok(number.to_be_bytes())
        }
        DynSolType::Address => {
            let address = convert::to_address(value).map_err(|wanted| Trouble::new(ty, wanted, value))?;
            Ok(address.into_word().0)
        }
        _ => Ok(from_python(ty, &[], value)?.as_word().unwrap_or_default().0),
    }
}

fn items_of(ty: &DynSolType, fields: &[Shape], items: &Items<'_, '_>) -> Result<Vec<DynSolValue>, Trouble> {
    items
        .to_vec()
        .iter()
        .enumerate()
        .map(|(index, item)| from_python(ty, fields, item).map_err(|trouble| trouble.inside(&format!("[{index}]"))))
        .collect()
}

fn tuple_of(
    ty: &DynSolType,
    types: &[DynSolType],
    fields: &[Shape],
    value: &Bound<'_, PyAny>,
) -> Result<Vec<DynSolValue>, Trouble> {
    let named = value.cast::<PyDict>().ok().filter(|_| fields.len() == types.len());
    // A NamedTuple has fields of its own, maybe in another order; who asks reads it by name.
    let plain = value.is_exact_instance_of::<PyTuple>() || value.is_exact_instance_of::<PyList>();
    let items: Vec<Bound<'_, PyAny>> = match (named, sequence(value).filter(|_| plain)) {
        (Some(dict), _) if dict.len() == fields.len() => fields
            .iter()
            .map(|field| match dict.get_item(&field.name) {
                Ok(Some(item)) => Ok(item),
                _ => Err(Trouble::new(ty, &format!("has a field {:?} that the dict lacks", field.name), value)),
            })
            .collect::<Result<_, _>>()?,
        (None, Some(items)) if items.len() == types.len() => items.to_vec(),
        _ => {
            let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
            let wanted = format!("takes a tuple or list of {}, or a dict of {}", types.len(), names.join(", "));
            return Err(Trouble::new(ty, &wanted, value));
        }
    };
    let no_fields: &[Shape] = &[];
    types
        .iter()
        .zip(&items)
        .enumerate()
        .map(|(index, (inner, item))| {
            let field = fields.get(index);
            from_python(inner, field.map_or(no_fields, |field| &field.fields), item).map_err(|trouble| match field {
                Some(field) if !field.name.is_empty() => trouble.inside(&format!(".{}", field.name)),
                _ => trouble.inside(&format!(".{index}")),
            })
        })
        .collect()
}

fn fits(number: I256, bits: usize) -> bool {
    // One bit of a two's complement is its sign.
    let size = if number.is_negative() { !number } else { number };
    size.into_raw().bit_len() < bits
}

/// Bytes, or hex text with "0x".
fn byte_string(value: &Bound<'_, PyAny>) -> Option<Vec<u8>> {
    if let Ok(text) = value.cast::<PyString>() {
        let text = text.to_cow().ok()?;
        return hex::decode(text.strip_prefix("0x")?).ok();
    }
    convert::to_bytes(value).map(Into::into)
}

/// int, str, bytes and bool; an address as checksummed text, a tuple as tuple, an array as list.
pub fn to_python<'py>(py: Python<'py>, value: &DynSolValue) -> PyResult<Bound<'py, PyAny>> {
    let all = |values: &[DynSolValue]| values.iter().map(|value| to_python(py, value)).collect::<PyResult<Vec<_>>>();
    Ok(match value {
        DynSolValue::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        DynSolValue::Int(number, _) => convert::int_from_i256(py, *number)?,
        DynSolValue::Uint(number, _) => convert::int_from_u256(py, *number)?,
        DynSolValue::FixedBytes(word, size) => PyBytes::new(py, &word[..*size]).into_any(),
        DynSolValue::Address(address) => PyString::new(py, &address.to_checksum(None)).into_any(),
        DynSolValue::Function(function) => PyBytes::new(py, function.as_slice()).into_any(),
        DynSolValue::Bytes(bytes) => PyBytes::new(py, bytes).into_any(),
        DynSolValue::String(text) => PyString::new(py, text).into_any(),
        DynSolValue::Array(values) | DynSolValue::FixedArray(values) => PyList::new(py, all(values)?)?.into_any(),
        DynSolValue::Tuple(values) => PyTuple::new(py, all(values)?)?.into_any(),
    })
}
