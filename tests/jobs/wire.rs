//! The frames between the program and its engine, whole and damaged.

use std::io::{self, Cursor, Read};
use std::num::NonZeroU32;
use std::path::PathBuf;

use maquette::domain::{
    EngineStatus, JobId, Message, ModelId, Notice, ParamValue, Params, PixelSize, Pixels, Progress,
    Prompt, Remedy, Request, Seed, Severity, Task,
};
use maquette::engine::wire::{
    MAGIC, MAX_FRAME_BYTES, Order, VERSION, WireError, read_frame, read_greeting, write_frame,
    write_greeting,
};
use maquette::jobs::{EngineConfig, Event, Failure, Job, Outcome, Update};
use maquette::pipeline::FailureKind;
use maquette::runtime::ProviderId;
use proptest::prelude::*;

fn job() -> Job {
    let mut params = Params::default();
    params.set("guidance", ParamValue::Float(7.5));
    params.set("scheduler", ParamValue::Text("euler".to_owned()));
    Job {
        id: JobId(3),
        request: Request {
            model: ModelId::new("tiny"),
            prompt: Prompt {
                text: "маяк на скале".to_owned(),
                negative: String::new(),
            },
            size: PixelSize::new(64, 48).unwrap(),
            seed: Seed(u64::MAX),
            count: NonZeroU32::new(4).unwrap(),
            params,
            parents: Vec::new(),
            task: Task::Create,
        },
        model: PathBuf::from("/models/tiny"),
        provider: ProviderId::new("cpu"),
        fingerprint: Some("0123abcd".to_owned()),
    }
}

fn orders() -> Vec<Order> {
    let config = EngineConfig {
        runtime: Some(PathBuf::from("/lib/libonnxruntime.so")),
        memory_budget_bytes: Some(6 << 30),
    };
    vec![
        Order::Configure(config),
        Order::Run(Box::new(job())),
        Order::Cancel(JobId(3)),
        Order::Unload,
    ]
}

fn events() -> Vec<Event> {
    let size = PixelSize::new(5, 3).unwrap();
    let pixels = Pixels::new(size, (0..45).collect::<Vec<u8>>()).unwrap();
    let headline = Message::new("error-engine-garbled").with("file", "unet/model.onnx");
    let notice = Notice::new(Severity::Error, headline).with_remedy(Remedy::Retry);
    let updates = [
        Update::Progress(Progress::Ready(EngineStatus::default())),
        Update::Progress(Progress::Preview { picture: 1, pixels }),
        Update::Notice(notice.clone()),
        Update::Finished(Outcome::Failed(Failure {
            kind: FailureKind::Refused,
            notice,
        })),
    ];
    let event = |update| Event {
        job: JobId(3),
        update,
    };
    updates.map(event).into()
}

fn frame_of(value: &impl serde::Serialize) -> Vec<u8> {
    let mut frame = Vec::new();
    write_frame(&mut frame, value).unwrap();
    frame
}

fn greeting() -> Vec<u8> {
    let mut greeting = Vec::new();
    write_greeting(&mut greeting).unwrap();
    greeting
}

/// Gives one byte at a time, as a slow pipe may.
struct Drip<R>(R);

impl<R: Read> Read for Drip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(1);
        self.0.read(&mut buffer[..length])
    }
}

#[test]
fn whatever_is_written_is_read_again() {
    let mut stream = greeting();
    for order in orders() {
        write_frame(&mut stream, &order).unwrap();
    }
    let mut input = Drip(Cursor::new(stream));
    read_greeting(&mut input).unwrap();
    for order in orders() {
        assert_eq!(read_frame(&mut input).unwrap(), Some(order));
    }
    assert_eq!(read_frame::<Order>(&mut input).unwrap(), None);
    for event in events() {
        let mut input = Cursor::new(frame_of(&event));
        assert_eq!(read_frame(&mut input).unwrap(), Some(event));
    }
}

#[test]
fn a_frame_that_is_cut_off_anywhere_is_an_error() {
    for event in events() {
        let frame = frame_of(&event);
        for length in 1..frame.len() {
            let result = read_frame::<Event>(&mut Cursor::new(&frame[..length]));
            assert!(matches!(result, Err(WireError::Pipe(_))), "{length} bytes");
        }
    }
}

#[test]
fn an_oversize_frame_is_refused_before_it_is_read() {
    let mut input = Cursor::new((MAX_FRAME_BYTES + 1).to_le_bytes());
    let error = read_frame::<Order>(&mut input).unwrap_err();
    assert!(matches!(error, WireError::TooLong { .. }), "{error}");
}

#[test]
fn an_oversize_value_is_refused_before_it_is_written() {
    let text = "x".repeat(MAX_FRAME_BYTES as usize);
    let mut stream = Vec::new();
    let error = write_frame(&mut stream, &text).unwrap_err();
    assert!(matches!(error, WireError::TooLong { .. }), "{error}");
    assert!(stream.is_empty());
}

#[test]
fn a_frame_with_more_in_it_than_its_value_is_refused() {
    let mut frame = frame_of(&Order::Unload);
    frame.push(0);
    frame[..4].copy_from_slice(&2_u32.to_le_bytes());
    let error = read_frame::<Order>(&mut Cursor::new(frame)).unwrap_err();
    assert!(matches!(error, WireError::Malformed { .. }), "{error}");
}

#[test]
fn greetings_of_strangers_and_of_other_versions_are_refused() {
    let check = |greeting: &[u8]| read_greeting(&mut Cursor::new(greeting));
    assert!(check(&greeting()).is_ok());
    assert!(matches!(
        check(b"GET / HTTP/1.1\r\n"),
        Err(WireError::Stranger)
    ));
    for length in 0..greeting().len() {
        let cut = check(&greeting()[..length]);
        assert!(matches!(cut, Err(WireError::Pipe(_))), "{length} bytes");
    }
    let mut other = greeting();
    other[MAGIC.len()..MAGIC.len() + 4].copy_from_slice(&(VERSION + 1).to_le_bytes());
    assert!(matches!(check(&other), Err(WireError::OtherVersion { .. })));
    let mut other = greeting();
    *other.last_mut().unwrap() ^= 1;
    assert!(matches!(check(&other), Err(WireError::OtherVersion { .. })));
}

proptest! {
    #[test]
    fn damaged_frames_never_panic(which in 0..4_usize, place in any::<prop::sample::Index>(), byte: u8) {
        let mut frame = frame_of(&events()[which]);
        let place = place.index(frame.len());
        frame[place] = byte;
        // Any value or error will do; another byte may well mean another value.
        read_frame::<Event>(&mut Cursor::new(frame)).ok();
    }

    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut frame = (bytes.len() as u32).to_le_bytes().to_vec();
        frame.extend(&bytes);
        read_frame::<Event>(&mut Cursor::new(&frame)).ok();
        read_frame::<Order>(&mut Cursor::new(&frame)).ok();
        read_greeting(&mut Cursor::new(&bytes)).ok();
    }
}
