//! The fields of protobuf messages, written one behind the other.

/// A message in the making.
#[derive(Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    /// Adds a whole number.
    pub(super) fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    /// Adds a text, bytes or a message.
    pub(super) fn block(&mut self, field: u64, block: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(block.len() as u64);
        self.0.extend_from_slice(block);
    }

    /// The bytes of all fields.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes of all fields, without copying them.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn varint(&mut self, mut value: u64) {
        while value > 0x7f {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}
