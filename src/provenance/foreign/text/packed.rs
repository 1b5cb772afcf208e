//! Packed texts, which may unpack to a thousand times their length.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use crate::provenance::foreign::error::TextFault;

use super::TEXT_BYTES;

/// Unpacks a zlib stream, up to the longest text that is read.
pub(super) fn unpack(bytes: &[u8], keyword: &str) -> Result<Vec<u8>, TextFault> {
    let mut unpacked = Vec::new();
    let mut limited = ZlibDecoder::new(bytes).take(TEXT_BYTES as u64 + 1);
    let read = limited.read_to_end(&mut unpacked);
    if unpacked.len() > TEXT_BYTES {
        return Err(TextFault::TooLong(keyword.to_owned()));
    }
    read.map_err(|_error| TextFault::Damaged(format!("packed text `{keyword}`")))?;
    Ok(unpacked)
}
