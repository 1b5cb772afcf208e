//! What can be wrong with an ONNX file, found before the runtime sees it.

use std::path::Path;

use thiserror::Error;

use crate::domain::Message;

use super::foreign_file::ForeignFile;

/// Why an ONNX file is not given to the runtime.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GraphFault {
    /// It has no bytes.
    #[error("the file is empty")]
    Empty,
    /// It is another kind of file under the name of an ONNX file.
    #[error("not an ONNX file: {0}")]
    Foreign(ForeignFile),
    /// It ends before it should.
    #[error("not a valid ONNX file: it ends in the middle of a message")]
    Truncated,
    /// Its bytes are no messages of ONNX.
    #[error("not a valid ONNX file: {reason}")]
    Malformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// Graphs or messages stand so deep in one another that no exporter made them.
    #[error("messages stand too deep in one another")]
    TooDeep,
    /// It has more of something than any model has.
    #[error("it holds too much {what}")]
    TooMuch {
        /// Of what.
        what: &'static str,
    },
    /// A tensor, an input or an output has axes that cannot be.
    #[error("`{name}` has impossible axes {axes}")]
    Axes {
        /// The tensor, input or output.
        name: String,
        /// The lengths of its axes.
        axes: String,
    },
    /// A tensor holds more or less data than its axes say.
    #[error("`{name}` holds {found} bytes instead of {expected}")]
    DataLength {
        /// The tensor.
        name: String,
        /// Bytes by its axes and kind of numbers.
        expected: u64,
        /// Bytes that it has.
        found: u64,
    },
    /// A tensor holds numbers of a kind that does not exist.
    #[error("`{name}` holds numbers of the unknown kind {code}")]
    UnknownElement {
        /// The tensor.
        name: String,
        /// The kind's number in ONNX.
        code: u64,
    },
    /// It needs operators from outside ONNX Runtime: a library that would have to be loaded.
    #[error("it needs the operator `{operator}` of `{domain}`")]
    UnknownOperator {
        /// Who defined it.
        domain: String,
        /// Its name.
        operator: String,
    },
    /// It is written in a version of ONNX that the runtime does not know.
    #[error("it is written for opset {found}; possible: {oldest} to {newest}")]
    Opset {
        /// Its version.
        found: u64,
        /// The oldest that is read.
        oldest: u64,
        /// The newest that is read.
        newest: u64,
    },
    /// It resizes by a scale that is not a number above zero, over which the runtime falls.
    #[error("`{node}` resizes by {scale}")]
    Scale {
        /// The node.
        node: String,
        /// The scale.
        scale: String,
    },
}

impl GraphFault {
    /// What it is and what to do, in an artist's words.
    pub(super) fn headline(&self, file: &Path) -> Message {
        let about = |key| Message::new(key).with("file", file.display());
        match self {
            Self::Empty => about("error-graph-empty"),
            Self::Foreign(foreign) => foreign.headline(file),
            Self::Truncated => about("error-graph-truncated"),
            Self::Malformed { reason } => about("error-graph-malformed").with("reason", reason),
            Self::TooDeep | Self::TooMuch { .. } => {
                about("error-graph-excessive").with("reason", self)
            }
            Self::Axes { name, axes } => about("error-graph-axes")
                .with("name", name)
                .with("axes", axes),
            Self::DataLength {
                name,
                expected,
                found,
            } => about("error-graph-data-length")
                .with("name", name)
                .with_number("expected", *expected as f64)
                .with_number("found", *found as f64),
            Self::UnknownElement { name, .. } => about("error-graph-element").with("name", name),
            Self::UnknownOperator { domain, operator } => about("error-graph-operator")
                .with("operator", operator)
                .with("domain", domain),
            Self::Opset {
                found,
                oldest,
                newest,
            } => about("error-graph-opset")
                .with("found", found)
                .with("oldest", oldest)
                .with("newest", newest),
            Self::Scale { node, scale } => about("error-graph-scale")
                .with("node", node)
                .with("scale", scale),
        }
    }
}
