//! Who goes first in a block. Whatever the policy, one sender's transactions keep their own order.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use alloy_primitives::map::AddressMap;
use alloy_primitives::{Address, B256, keccak256};

use crate::error::{Failure, Outcome};
use crate::random::Random;
use crate::transaction::Request;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordering {
    Arrival,
    Shuffle,
    Priority,
}

impl Ordering {
    pub fn parse(name: &str) -> Outcome<Self> {
        match name {
            "arrival" => Ok(Self::Arrival),
            "shuffle" => Ok(Self::Shuffle),
            "priority" => Ok(Self::Priority),
            _ => Err(Failure::usage(format!(
                "mine_queue() was given ordering {name:?}; write \"arrival\", \"shuffle\" or \"priority\""
            ))),
        }
    }
}

/// The block that is being built, as far as the order depends on it.
#[derive(Clone, Copy)]
pub struct Slot {
    pub seed: u64,
    pub number: u64,
    pub base_fee: u64,
}

/// The queue's positions in the order of execution. `nonce_of` gives the nonce that an account has reached.
pub fn arrange(
    queue: &[Arc<Request>],
    ordering: Ordering,
    slot: Slot,
    nonce_of: impl Fn(Address) -> Outcome<u64>,
) -> Outcome<Vec<usize>> {
    let seats: Vec<usize> = (0..queue.len()).collect();
    Ok(match ordering {
        Ordering::Arrival if queue.iter().all(|request| request.nonce.is_none()) => seats,
        Ordering::Arrival => seat(queue, lanes(queue, nonce_of)?, seats),
        Ordering::Shuffle => seat(queue, lanes(queue, nonce_of)?, shuffled(seats, slot)),
        Ordering::Priority => by_priority(queue, lanes(queue, nonce_of)?, slot),
    })
}

type Lanes = AddressMap<VecDeque<usize>>;

/// Each sender's positions in the order its transactions must run.
fn lanes(queue: &[Arc<Request>], nonce_of: impl Fn(Address) -> Outcome<u64>) -> Outcome<Lanes> {
    let mut lanes = Lanes::default();
    for (position, request) in queue.iter().enumerate() {
        lanes.entry(request.sender).or_default().push_back(position);
    }
    for (sender, lane) in &mut lanes {
        if lane.len() > 1 && lane.iter().any(|position| queue[*position].nonce.is_some()) {
            *lane = in_turn(queue, lane, nonce_of(*sender)?);
        }
    }
    Ok(lanes)
}

/// One sender's positions: those that name a nonce ascending, each at its turn; the others as they came, in the gaps.
fn in_turn(queue: &[Arc<Request>], lane: &VecDeque<usize>, mut next: u64) -> VecDeque<usize> {
    let (mut named, free): (Vec<usize>, Vec<usize>) =
        lane.iter().partition(|&&position| queue[position].nonce.is_some());
    let mut free = VecDeque::from(free);
    named.sort_by_key(|position| queue[*position].nonce);
    let mut order = VecDeque::with_capacity(lane.len());
    for position in named {
        let nonce = queue[position].nonce.unwrap_or_default();
        while nonce > next
            && let Some(filler) = free.pop_front()
        {
            order.push_back(filler);
            next += 1;
        }
        order.push_back(position);
        next = next.max(nonce.saturating_add(1));
    }
    order.extend(free);
    order
}

/// Lets every sender fill the seats it has drawn in its own order.
fn seat(queue: &[Arc<Request>], mut lanes: Lanes, seats: Vec<usize>) -> Vec<usize> {
    seats
        .into_iter()
        .filter_map(|position| lanes.get_mut(&queue[position].sender).and_then(VecDeque::pop_front))
        .collect()
}

/// Takes, again and again, the best paying of all senders' next transactions.
fn by_priority(queue: &[Arc<Request>], mut lanes: Lanes, slot: Slot) -> Vec<usize> {
    let tip = |position: usize| queue[position].fees.tip(slot.base_fee);
    let mut heads: BinaryHeap<(Option<u128>, Reverse<B256>, Address)> =
        lanes.iter().map(|(sender, lane)| (tip(lane[0]), Reverse(tie_break(slot, *sender)), *sender)).collect();
    let mut order = Vec::with_capacity(queue.len());
    while let Some((_, draw, sender)) = heads.pop() {
        let lane = lanes.get_mut(&sender).expect("every head has its lane");
        order.extend(lane.pop_front());
        if let Some(next) = lane.front() {
            heads.push((tip(*next), draw, sender));
        }
    }
    order
}

fn tie_break(slot: Slot, sender: Address) -> B256 {
    let mut input = [0u8; 36];
    input[..8].copy_from_slice(&slot.seed.to_be_bytes());
    input[8..16].copy_from_slice(&slot.number.to_be_bytes());
    input[16..].copy_from_slice(sender.as_slice());
    keccak256(input)
}

/// Fisher-Yates.
fn shuffled(mut seats: Vec<usize>, slot: Slot) -> Vec<usize> {
    let mut random = Random::new(slot.seed, slot.number);
    for last in (1..seats.len()).rev() {
        seats.swap(last, random.below(last + 1));
    }
    seats
}
