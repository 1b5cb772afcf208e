//! The doctor's report in words, for whoever shows it.

use crate::domain::Message;
use crate::models::{Axis, PortOutline};
use crate::strings::Strings;

use super::memory::MemoryEstimate;
use super::report::Report;
use super::scheduler_sheet::SchedulerSheet;

impl Report {
    /// What is known of the folder, each by its name; a picture's memory and the test step have
    /// facts of their own.
    pub fn facts(&self, strings: &Strings) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        let mut row = |key: &'static str, text: String| {
            rows.push((strings.text(key).into_owned(), text));
        };
        if !self.evidence.is_empty() {
            row("doctor-layout", layout(self, strings));
        }
        let family = match self.family {
            Some(family) if self.is_family_chosen => {
                let chosen = Message::new("doctor-family-chosen").with("family", family);
                strings.message(&chosen)
            }
            Some(family) => family.to_owned(),
            None => strings.text("doctor-family-unknown").into_owned(),
        };
        row("doctor-family", family);
        if self.is_for_inpainting() {
            let inpainting = strings.text("doctor-inpainting");
            row("doctor-made-for", inpainting.into_owned());
        }
        if let Some(precision) = self.precision() {
            row("doctor-precision", precision.to_owned());
        }
        if let Some(sheet) = &self.scheduler {
            row("doctor-scheduler", scheduler(sheet, strings));
        }
        row("doctor-files", strings.message(&size_text(self.file_bytes)));
        rows
    }

    /// What came of the test step, by its name.
    pub fn probe_fact(&self, strings: &Strings) -> (String, String) {
        let text = match self.probe {
            Some(true) => "doctor-probe-passed",
            Some(false) => "doctor-probe-failed",
            None => "doctor-probe-skipped",
        };
        let name = strings.text("doctor-probe");
        (name.into_owned(), strings.text(text).into_owned())
    }
}

impl MemoryEstimate {
    /// What a picture will take, by its name.
    pub fn fact(&self, strings: &Strings) -> (String, String) {
        let bytes = |bytes| strings.message(&size_text(bytes));
        let line = Message::new("doctor-memory-line")
            .with("size", self.size)
            .with("total", bytes(self.total_bytes()))
            .with("weights", bytes(self.weight_bytes))
            .with("working", bytes(self.working_bytes));
        let name = strings.text("doctor-memory");
        (name.into_owned(), strings.message(&line))
    }
}

fn layout(report: &Report, strings: &Strings) -> String {
    let name = match report.layout {
        Some(layout) => strings.message(&layout.label()),
        None => strings.text("doctor-layout-unknown").into_owned(),
    };
    let evidence = report.evidence.iter().map(|it| strings.message(it));
    let evidence: Vec<String> = evidence.collect();
    format!("{name} ({})", evidence.join("; "))
}

fn scheduler(sheet: &SchedulerSheet, strings: &Strings) -> String {
    let line = Message::new("doctor-scheduler-line")
        .with("class", &sheet.class)
        .with("prediction", sheet.prediction)
        .with("steps", sheet.training_steps);
    strings.message(&line)
}

/// The lengths of axes, free ones by their names.
pub fn axes_text(port: &PortOutline) -> String {
    let axes = port.axes.iter().map(|axis| match axis {
        Axis::Fixed(length) => length.to_string(),
        Axis::Free(name) if name.is_empty() => "?".to_owned(),
        Axis::Free(name) => name.clone(),
    });
    format!("[{}]", axes.collect::<Vec<_>>().join(", "))
}

/// A number of bytes as people read it: three digits and a unit of a thousand.
pub fn size_text(bytes: u64) -> Message {
    let mut value = bytes as f64;
    let mut unit = "doctor-size-bytes";
    for larger in [
        "doctor-size-kilobytes",
        "doctor-size-megabytes",
        "doctor-size-gigabytes",
    ] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    let digits = usize::from(value < 99.5 && bytes > 999);
    Message::new(unit).with("value", format!("{value:.digits$}"))
}

/// A whole number, its digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strings::Language;

    #[test]
    fn numbers_are_short_and_readable() {
        let strings = Strings::new(Language::English);
        let check = |bytes, expected| assert_eq!(strings.message(&size_text(bytes)), expected);
        check(0, "0 B");
        check(999, "999 B");
        check(1_499, "1.5 kB");
        check(123_456_789, "123 MB");
        check(3_440_000_000, "3.4 GB");
        check(999_999, "1.0 MB");
        check(9_000_000_000_000, "9000 GB");
        assert_eq!(grouped(859_520_964), "859\u{a0}520\u{a0}964");
        assert_eq!(grouped(12), "12");
    }
}
