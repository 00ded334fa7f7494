//! Geth's traces, and access lists, by revm's inspectors.

use std::ops::Range;

use alloy_eips::eip2930::AccessList;
use alloy_rpc_types_trace::geth::GethDebugTracingOptions;
use revm::context::result::ResultAndState;
use revm_inspectors::access_list::AccessListInspector;
use revm_inspectors::tracing::{DebugInspector, TransactionContext};

use crate::chain::Chain;
use crate::error::{Failure, Kind, Outcome};
use crate::machine::Inspected;
use crate::receipt::{Ending, Receipt};
use crate::transaction::Request;

/// A list changes which slots a call uses only through its gas; more rounds than this would not settle it.
const ROUNDS: usize = 16;

/// Geth's tracing options from JSON.
pub fn options(json: &str) -> Outcome<GethDebugTracingOptions> {
    let options: GethDebugTracingOptions = serde_json::from_str(json).map_err(|error| refused(&error.to_string()))?;
    inspector(&options)?;
    Ok(options)
}

fn refused(why: &str) -> Failure {
    Failure::usage(format!(
        "the tracing options cannot be used: {why}; give geth's, such as {{\"tracer\": \"callTracer\"}}, or {{}}"
    ))
}

fn inspector(options: &GethDebugTracingOptions) -> Outcome<DebugInspector> {
    DebugInspector::new(options.clone()).map_err(|error| refused(&error.to_string()))
}

/// JSON text of what was seen.
fn written(inspected: Inspected<DebugInspector>, place: Option<TransactionContext>) -> Outcome<String> {
    let Inspected { result, state, mut inspector, mut world, block, tx } = inspected;
    let result = ResultAndState { result, state };
    let broken = |why: String| Failure::new(Kind::Internal, format!("the trace could not be written: {why}"));
    let trace =
        inspector.get_result(place, &tx, &block, &result, &mut world).map_err(|error| broken(error.to_string()))?;
    serde_json::to_string(&trace).map_err(|error| broken(error.to_string()))
}

pub fn call(chain: &mut Chain, request: &Request, pending: bool, options: GethDebugTracingOptions) -> Outcome<String> {
    written(chain.inspect(request, pending, inspector(&options)?)?, None)
}

pub fn transaction(chain: &Chain, number: u64, index: u64, options: &GethDebugTracingOptions) -> Outcome<String> {
    let traces = block(chain, number, index..index.saturating_add(1), options)?;
    traces.into_iter().next().ok_or_else(|| {
        Failure::usage(format!("block {number} has no transaction {index}; count from 0, below transaction_count"))
    })
}

/// The traces of a block's transactions from `wanted`.
pub fn block(
    chain: &Chain,
    number: u64,
    wanted: Range<u64>,
    options: &GethDebugTracingOptions,
) -> Outcome<Vec<String>> {
    let block_hash = chain.world().block(number).map(|block| block.hash);
    let mut traces = Vec::new();
    let take = |receipt: &Receipt, inspected| {
        let place = TransactionContext {
            block_hash,
            tx_index: receipt.index.map(|index| index as usize),
            tx_hash: Some(receipt.hash()),
        };
        traces.push(written(inspected, Some(place))?);
        Ok(())
    };
    chain.replay(number, wanted, |_| inspector(options), take)?;
    Ok(traces)
}

/// The access list of what a call uses, and how the call ends with it.
///
/// Source: geth, AccessList in internal/ethapi: lists are tried until one reproduces itself.
pub fn access_list(chain: &mut Chain, mut request: Request, pending: bool) -> Outcome<(AccessList, Ending)> {
    if request.kind == Some(0) {
        request.kind = None;
    }
    for _ in 0..ROUNDS {
        let list = request.access_list.clone();
        let inspected = chain.inspect(&request, pending, AccessListInspector::new(list.clone()))?;
        let found = inspected.inspector.into_access_list();
        if found == list {
            return Ok((list, inspected.result.into()));
        }
        request.access_list = found;
    }
    Err(Failure::usage(format!(
        "the access list of a call by {} does not settle: with each list it uses other slots; give it more gas",
        request.sender
    )))
}
