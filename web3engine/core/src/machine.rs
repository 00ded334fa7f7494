//! revm's EVM, built once and kept alive over its world.

use alloy_primitives::{Address, B256, U256};
use revm::context::result::{EVMError, ExecutionResult, InvalidTransaction};
use revm::context::{BlockEnv, Cfg, CfgEnv, TxEnv};
use revm::context_interface::block::BlobExcessGasAndPrice;
use revm::handler::MainnetContext;
use revm::state::EvmState;
use revm::{ExecuteEvm, InspectEvm, Inspector, MainBuilder, MainnetEvm};

use crate::config::Config;
use crate::error::{Failure, Kind};
use crate::hardfork;
use crate::reason;
use crate::receipt::Ending;
use crate::remote::Unread;
use crate::transaction::Request;
use crate::world::World;

/// More memory than any real block's gas can buy; a chain with a huge gas limit must not exhaust the machine.
const MEMORY_LIMIT: u64 = 1 << 27;

/// The most accounts that the map of a transaction's changes has room for when it is used again.
const RECYCLED: usize = 256;

/// The EVM with its world inside.
pub struct Machine(MainnetEvm<MainnetContext<World>>);

// SAFETY: the only thing in it that is not Send is the shared memory buffer, an `Rc` whose every clone lives inside
// this same value; the value moves between threads as a whole and is used by one at a time.
unsafe impl Send for Machine {}

impl Machine {
    pub fn new(config: &Config, world: World) -> Self {
        let mut context = MainnetContext::new(world, config.spec);
        context.cfg.chain_id = config.chain_id;
        context.cfg.memory_limit = MEMORY_LIMIT;
        context.cfg.set_max_blobs_per_tx(hardfork::most_blobs(config.spec));
        context.block = BlockEnv {
            beneficiary: config.coinbase,
            gas_limit: config.block_gas_limit,
            blob_excess_gas_and_price: Some(BlobExcessGasAndPrice::new(0, context.cfg.blob_base_fee_update_fraction())),
            ..BlockEnv::default()
        };
        Self(context.build_mainnet())
    }

    pub fn world(&self) -> &World {
        &self.0.ctx.journaled_state.database
    }

    pub fn world_mut(&mut self) -> &mut World {
        &mut self.0.ctx.journaled_state.database
    }

    pub fn enter(&mut self, number: u64, timestamp: u64, base_fee: u64, beacon: B256) {
        let block = &mut self.0.ctx.block;
        block.number = U256::from(number);
        block.timestamp = U256::from(timestamp);
        block.basefee = base_fee;
        block.prevrandao = Some(beacon);
    }

    pub fn set_coinbase(&mut self, coinbase: Address) {
        self.0.ctx.block.beneficiary = coinbase;
    }

    pub fn set_block_gas_limit(&mut self, gas: u64) {
        self.0.ctx.block.gas_limit = gas;
    }

    /// The most gas one transaction can be given: EIP-7825 caps it below the block's.
    pub fn most_gas(&self) -> u64 {
        let cfg = &self.0.ctx.cfg;
        // EIP-8037 caps only a part of the gas.
        let cap = if cfg.is_amsterdam_eip8037_enabled() { u64::MAX } else { cfg.tx_gas_limit_cap() };
        self.0.ctx.block.gas_limit.min(cap)
    }

    /// Runs one transaction from cold; its changes come back instead of being written.
    pub fn run(&mut self, tx: TxEnv) -> Result<(Ending, EvmState), Unrun> {
        let result = self.0.transact_one(tx);
        let changes = self.0.finalize();
        Ok((result?.into(), changes))
    }

    /// `run` with an inspector that looks on, over a copy of the world.
    pub fn inspect<I: Inspector<MainnetContext<World>>>(&self, tx: TxEnv, inspector: I) -> Result<Inspected<I>, Unrun> {
        let mut context = MainnetContext::new(self.world().clone(), self.0.ctx.cfg.spec);
        context.cfg = self.0.ctx.cfg.clone();
        context.block = self.0.ctx.block.clone();
        let mut evm = context.build_mainnet_with_inspector(inspector);
        let result = evm.inspect_one_tx(tx);
        let state = evm.finalize();
        let result = result.map_err(Unrun::from)?;
        let (world, block, tx) = (evm.ctx.journaled_state.database, evm.ctx.block, evm.ctx.tx);
        Ok(Inspected { result, state, inspector: evm.inspector, world, block, tx })
    }

    pub fn commit(&mut self, mut changes: EvmState) {
        self.world_mut().commit(&mut changes);
        self.recycle(changes);
    }

    /// Gives the emptied map back to the journal, so that the next transaction need not allocate it again.
    pub fn recycle(&mut self, mut changes: EvmState) {
        // Emptying takes time by capacity: a map that one huge transaction made is not worth keeping.
        if changes.capacity() <= RECYCLED {
            changes.clear();
            self.0.ctx.journaled_state.inner.state = changes;
        }
    }

    /// Lets a call off what only a transaction must keep to: a nonce, an account without code, the gas limits; and the
    /// base fee, if it is a `free` one that offers nothing for gas. None for a transaction.
    pub fn relax(&mut self, call: Option<bool>) {
        let cfg: &mut CfgEnv = &mut self.0.ctx.cfg;
        let relaxed = call.is_some();
        cfg.disable_base_fee = call == Some(true);
        cfg.disable_nonce_check = relaxed;
        cfg.disable_eip3607 = relaxed;
        cfg.disable_block_gas_limit = relaxed;
        cfg.tx_gas_limit_cap = relaxed.then_some(u64::MAX);
    }
}

/// What an inspector saw, and all that the EVM had in hand at the end.
pub struct Inspected<I> {
    pub result: ExecutionResult,
    /// What the transaction leaves behind; the world does not hold it.
    pub state: EvmState,
    pub inspector: I,
    pub world: World,
    pub block: BlockEnv,
    pub tx: TxEnv,
}

/// Why a transaction did not run at all.
pub enum Unrun {
    Invalid(InvalidTransaction),
    Unread(Failure),
    Broken(String),
}

impl From<EVMError<Unread>> for Unrun {
    fn from(error: EVMError<Unread>) -> Self {
        match error {
            EVMError::Transaction(invalid) => Self::Invalid(invalid),
            EVMError::Database(Unread(failure)) => Self::Unread(*failure),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl Unrun {
    pub fn into_failure(self, request: &Request, gas: u64) -> Failure {
        match self {
            Self::Invalid(invalid) => Failure::transaction(reason::of_rejection(request, gas, &invalid)),
            Self::Unread(failure) => failure,
            Self::Broken(text) => Failure::new(Kind::Internal, format!("the EVM stopped: {text}")),
        }
    }
}
