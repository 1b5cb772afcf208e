//! One ONNX graph, ready to run; what runs it stays hidden behind [`Graph`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::CancelToken;

use super::error::RuntimeError;
use super::retouch::Retouch;
use super::tensor::{Element, Tensor};

/// A loaded graph.
pub trait Graph: Send {
    /// Its inputs and outputs.
    fn ports(&self) -> &Ports;

    /// Runs it once; numbers are brought into the kind that each input wants.
    ///
    /// A cancel interrupts the run between two of its nodes: [`RuntimeError::Cancelled`].
    fn run(&mut self, feeds: Feeds<'_>, cancel: &CancelToken) -> Result<Tensors, RuntimeError>;

    /// Bytes of its files: close to what its weights take in memory.
    fn bytes(&self) -> u64;

    /// Seconds spent in runs since it was loaded.
    fn run_secs(&self) -> f64;

    /// Has its weights changed from now on as they are changed there, and by nothing else; `false`
    /// where that makes no difference.
    fn retouch(&mut self, _by: &Arc<dyn Retouch>) -> bool {
        false
    }

    /// Changes how it is held in memory; `false` where that changes nothing.
    fn adjust(&mut self, _adjustment: Adjustment) -> bool {
        false
    }
}

/// What can be done about the memory and the precision of a graph that can be loaded anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjustment {
    /// Gives its memory back until its next run.
    PutDown,
    /// Gives back what the next run computes with, weights aside, once that run is over; else it is
    /// kept for the run after.
    TrimAfterRun,
    /// Holds its 16-bit floats, and computes them, as 32-bit ones.
    Widen,
    /// Runs on the processor.
    ToProcessor,
}

/// The inputs and outputs of a graph.
#[derive(Clone, Debug)]
pub struct Ports {
    /// The file they were read from, for messages.
    pub path: PathBuf,
    /// What it takes.
    pub inputs: Vec<Port>,
    /// What it gives.
    pub outputs: Vec<Port>,
}

/// A named input or output.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// Its name in the graph.
    pub name: String,
    /// The kind of its numbers; `None` for kinds that we do not feed.
    pub element: Option<Element>,
    /// The length of each axis, `None` where any length goes.
    pub axes: Vec<Option<usize>>,
}

impl Ports {
    /// The first input of these names; graphs of the same family name theirs differently.
    pub fn input(&self, names: &[&str]) -> Result<&Port, RuntimeError> {
        find(&self.inputs, names).ok_or_else(|| self.lacks("input", names, &self.inputs))
    }

    /// The first output of these names.
    pub fn output(&self, names: &[&str]) -> Result<&Port, RuntimeError> {
        find(&self.outputs, names).ok_or_else(|| self.lacks("output", names, &self.outputs))
    }

    /// The error that something about the ports does not fit.
    pub fn misfit(&self, problem: impl Into<String>) -> RuntimeError {
        RuntimeError::Ports {
            problem: problem.into(),
            path: self.path.clone(),
        }
    }

    fn lacks(&self, what: &str, names: &[&str], ports: &[Port]) -> RuntimeError {
        let present: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
        self.misfit(format!(
            "no {what} `{}` among {}",
            names.join("` or `"),
            present.join(", ")
        ))
    }
}

fn find<'a>(ports: &'a [Port], names: &[&str]) -> Option<&'a Port> {
    names
        .iter()
        .find_map(|name| ports.iter().find(|port| port.name == *name))
}

/// What goes into one run, by the names of the inputs.
#[derive(Clone, Debug, Default)]
pub struct Feeds<'a>(Vec<(&'a str, &'a Tensor)>);

impl<'a> Feeds<'a> {
    /// Feeds one more input.
    #[must_use]
    pub fn with(mut self, input: &'a str, tensor: &'a Tensor) -> Self {
        self.0.push((input, tensor));
        self
    }

    /// All inputs and what is fed to them.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a Tensor)> + '_ {
        self.0.iter().copied()
    }
}

/// What came out of one run, by the names of the outputs.
#[derive(Debug)]
pub struct Tensors {
    graph: PathBuf,
    outputs: Vec<(String, Tensor)>,
}

impl Tensors {
    /// What a run of the graph in that file gave.
    pub fn new(graph: &Path, outputs: Vec<(String, Tensor)>) -> Self {
        Self {
            graph: graph.to_owned(),
            outputs,
        }
    }

    /// Takes one output out.
    pub fn take(&mut self, output: &str) -> Result<Tensor, RuntimeError> {
        let place = self.outputs.iter().position(|(name, _)| name == output);
        let place = place.ok_or_else(|| RuntimeError::Run {
            detail: format!("it gave no `{output}`"),
            path: self.graph.clone(),
        })?;
        Ok(self.outputs.swap_remove(place).1)
    }
}
