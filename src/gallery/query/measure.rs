//! Numbers that are asked for: one alone, or all on one side of it.

/// How a number stands to the one that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// The number alone, or `=`.
    Exactly,
    /// `>=`
    AtLeast,
    /// `>`
    Above,
}

impl Order {
    /// Every order with the signs for it, longer signs first.
    const SIGNS: [(&'static str, Self); 7] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("≤", Self::AtMost),
        ("≥", Self::AtLeast),
        ("<", Self::Below),
        (">", Self::Above),
        ("=", Self::Exactly),
    ];

    /// Takes the sign off a text.
    pub(super) fn split(text: &str) -> (Self, &str) {
        let signed = Self::SIGNS
            .iter()
            .find_map(|(sign, order)| Some((*order, text.strip_prefix(sign)?)));
        signed.unwrap_or((Self::Exactly, text))
    }
}

/// Numbers on one side of another, or that number alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure<T> {
    /// How they stand to it.
    pub order: Order,
    /// The number that was written.
    pub number: T,
}

impl<T: PartialOrd + Copy> Measure<T> {
    /// Whether a number is among them.
    pub fn holds(self, number: T) -> bool {
        match self.order {
            Order::Below => number < self.number,
            Order::AtMost => number <= self.number,
            Order::Exactly => number == self.number,
            Order::AtLeast => number >= self.number,
            Order::Above => number > self.number,
        }
    }
}
