//! One thing that a search asks for.

use jiff::civil::Date;

use crate::domain::{Flag, Label, Marks, PixelSize};

use super::measure::Measure;

/// A condition, or its opposite.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Whether the condition must not hold.
    pub is_excluded: bool,
    /// What is asked for.
    pub condition: Condition,
}

/// What is asked of a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The prompt or the negative prompt has these words, one after another.
    Words {
        /// The words as they were written.
        text: String,
        /// Whether the last of them is the beginning of a word.
        is_prefix: bool,
    },
    /// A part of the model's name, in any case.
    Model(String),
    /// A part of the scheduler's id, in any case.
    Scheduler(String),
    /// A part of the name of one of its `LoRA`s, in any case.
    Lora(String),
    /// The seed.
    Seed(u64),
    /// The number of steps.
    Steps(Measure<u32>),
    /// The guidance.
    Guidance(Measure<f64>),
    /// Width and height.
    Size(PixelSize),
    /// Pixels of the longer side.
    LongerSide(Measure<u32>),
    /// Kept before this day began.
    Before(Date),
    /// Kept since this day began.
    After(Date),
    /// Descends from a picture whose id begins so; `None` = from no picture.
    Parents(Option<String>),
    /// Something about its marks.
    Marks(MarkCondition),
}

/// What is asked of a picture's marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkCondition {
    /// So many stars.
    Stars(Measure<u8>),
    /// This flag.
    Flag(Flag),
    /// This label; `None` = no label.
    Label(Option<Label>),
}

impl MarkCondition {
    /// Whether marks are as it says.
    pub fn holds(self, marks: Marks) -> bool {
        match self {
            Self::Stars(measure) => measure.holds(marks.stars.count()),
            Self::Flag(flag) => marks.flag == flag,
            Self::Label(label) => marks.label == label,
        }
    }
}
