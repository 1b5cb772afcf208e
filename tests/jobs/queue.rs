//! The laws of the queue, under anything that an artist and a worker can do to it.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::path::PathBuf;

use maquette::domain::{JobId, ModelId, Params, PixelSize, Prompt, Request, Seed, Task};
use maquette::jobs::{Command, Queue};
use maquette::runtime::ProviderId;
use proptest::collection::vec;
use proptest::prelude::*;

/// Something that happens to a queue; numbers choose among the jobs pushed so far.
#[derive(Clone, Debug)]
enum Deed {
    Push,
    Start,
    Cancel(usize),
    CancelAll,
    Move(usize, usize),
    Finish(usize),
    FinishRunning,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => Just(Deed::Push),
        3 => Just(Deed::Start),
        2 => (0..20_usize).prop_map(Deed::Cancel),
        1 => Just(Deed::CancelAll),
        2 => (0..20_usize, 0..8_usize).prop_map(|(job, place)| Deed::Move(job, place)),
        1 => (0..20_usize).prop_map(Deed::Finish),
        3 => Just(Deed::FinishRunning),
    ]
}

fn request() -> Request {
    Request {
        model: ModelId::new("tiny"),
        prompt: Prompt::default(),
        size: PixelSize::new(64, 64).unwrap(),
        seed: Seed(7),
        count: NonZeroU32::MIN,
        params: Params::default(),
        parents: Vec::new(),
        task: Task::Create,
    }
}

fn push(queue: &mut Queue) -> JobId {
    queue.push(
        request(),
        PathBuf::from("models/tiny"),
        ProviderId::default(),
    )
}

fn waiting(queue: &Queue) -> Vec<JobId> {
    queue.waiting().map(|job| job.id).collect()
}

fn running(queue: &Queue) -> Option<JobId> {
    queue.running().map(|running| running.job.id)
}

proptest! {
    #[test]
    fn at_most_one_job_runs_every_job_ends_once_and_order_is_kept(deeds in vec(deed(), 0..60)) {
        let mut queue = Queue::default();
        let mut pushed = Vec::new();
        let mut ended = BTreeSet::new();
        let mut expected: Vec<JobId> = Vec::new();
        for deed in deeds {
            let before = running(&queue);
            match deed {
                Deed::Push => {
                    let id = push(&mut queue);
                    pushed.push(id);
                    expected.push(id);
                }
                Deed::Start => {
                    let started = queue.start_next();
                    prop_assert_eq!(started.is_some(), before.is_none() && !expected.is_empty());
                    if let Some(Command::Run(job, cancel)) = started {
                        prop_assert_eq!(job.id, expected.remove(0));
                        prop_assert!(!cancel.is_cancelled());
                    }
                }
                Deed::Cancel(number) => {
                    let Some(&id) = pushed.get(number) else { continue };
                    if let Some(job) = queue.cancel(id) {
                        prop_assert!(ended.insert(job.id));
                        expected.retain(|waiting| *waiting != id);
                    }
                    if before == Some(id) {
                        prop_assert!(queue.running().unwrap().cancel.is_cancelled());
                    }
                }
                Deed::CancelAll => {
                    queue.cancel_all();
                    for id in expected.drain(..) {
                        prop_assert!(ended.insert(id));
                    }
                }
                Deed::Move(number, place) => {
                    let Some(&id) = pushed.get(number) else { continue };
                    queue.move_to(id, place);
                    if let Some(from) = expected.iter().position(|waiting| *waiting == id) {
                        expected.remove(from);
                        expected.insert(place.min(expected.len()), id);
                    }
                }
                Deed::Finish(number) => {
                    let Some(&id) = pushed.get(number) else { continue };
                    if let Some(job) = queue.finish(id) {
                        prop_assert_eq!(before, Some(job.id));
                        prop_assert!(ended.insert(job.id));
                    }
                }
                Deed::FinishRunning => {
                    let Some(id) = before else { continue };
                    let job = queue.finish(id);
                    prop_assert_eq!(job.map(|job| job.id), Some(id));
                    prop_assert!(ended.insert(id));
                }
            }
            prop_assert_eq!(waiting(&queue), expected.clone());
            let alive = expected.len() + usize::from(running(&queue).is_some());
            prop_assert_eq!(alive + ended.len(), pushed.len());
        }
    }
}

#[test]
fn cancel_keeps_waiting_jobs() {
    let mut queue = Queue::default();
    let [first, second, third] = std::array::from_fn(|_| push(&mut queue));
    assert!(queue.start_next().is_some());
    queue.cancel(first);
    queue.cancel(second);
    assert_eq!(running(&queue), Some(first));
    assert_eq!(waiting(&queue), [third]);
}

#[test]
fn a_job_that_was_told_to_stop_blocks_the_next_until_it_has() {
    let mut queue = Queue::default();
    let first = push(&mut queue);
    push(&mut queue);
    assert!(queue.start_next().is_some());
    queue.cancel(first);
    assert!(queue.start_next().is_none());
    assert!(queue.finish(first).is_some());
    assert!(queue.start_next().is_some());
}
