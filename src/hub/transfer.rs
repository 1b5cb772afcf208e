//! Getting one file: from where it broke off, until its bytes are those of the list.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use ureq::Body;
use ureq::http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap};
use ureq::http::{Response, StatusCode};

use crate::domain::CancelToken;

use super::connection::{Connection, Rest, Trouble, header};
use super::error::HubError;
use super::part::Part;
use super::plan::PlannedFile;
use super::site::Patience;
use super::staging::Staging;

/// Bytes between two looks at the cancel token.
const CHUNK_BYTES: usize = 1 << 16;

/// A file on its way.
pub(super) struct Transfer<'a> {
    pub(super) connection: &'a Connection<'a>,
    pub(super) staging: &'a Staging,
    pub(super) file: &'a PlannedFile,
    /// Where the hub has it.
    pub(super) url: &'a str,
    pub(super) patience: Patience,
    pub(super) cancel: &'a CancelToken,
}

impl Transfer<'_> {
    /// Gets the file, unless it is there already; `report` hears the bytes that are here.
    pub(super) fn run(&self, report: &mut dyn FnMut(u64)) -> Result<(), HubError> {
        let place = self.staging.file(self.file);
        if self.is_there(&place, report)? {
            return Ok(());
        }
        let path = self.staging.part(self.file);
        for file in [&place, &path] {
            let folder = file.parent().unwrap_or(file);
            fs::create_dir_all(folder).map_err(HubError::disk(folder))?;
        }
        let part = Part::open(&path, self.file, self.cancel, report);
        let mut part = part.map_err(self.on_disk(&path))?;
        self.complete(&mut part, &path, report)?;
        part.finish(&place).map_err(HubError::disk(&place))?;
        report(self.file.bytes);
        Ok(())
    }

    /// Whether an earlier fetch ended with this file, and it is still what it was.
    fn is_there(&self, place: &Path, report: &mut dyn FnMut(u64)) -> Result<bool, HubError> {
        match place.metadata() {
            Ok(metadata) if metadata.len() == self.file.bytes => {
                let checked = self.file.checksum.is_of(place, self.cancel, report);
                checked.map_err(self.on_disk(place))
            }
            _ => Ok(false),
        }
    }

    /// Gets what is lacking, and begins anew, once, when an old beginning does not fit.
    fn complete(
        &self,
        part: &mut Part,
        path: &Path,
        report: &mut dyn FnMut(u64),
    ) -> Result<(), HubError> {
        let mut may_restart = true;
        loop {
            self.receive(part, path, report)?;
            let was_resumed = part.is_resumed();
            let Err(found) = part.verdict() else {
                return Ok(());
            };
            part.restart().map_err(self.on_disk(path))?;
            report(0);
            if !was_resumed || !may_restart {
                return Err(HubError::Altered {
                    file: self.file.remote_path.clone(),
                    expected: self.file.checksum.to_string(),
                    found: found.to_string(),
                });
            }
            log::info!("{}: what was there did not fit", self.file.remote_path);
            may_restart = false;
        }
    }

    /// Asks until all bytes are here, or patience ends.
    fn receive(
        &self,
        part: &mut Part,
        path: &Path,
        report: &mut dyn FnMut(u64),
    ) -> Result<(), HubError> {
        let mut failures = 0;
        while !part.is_whole() {
            let before = part.received_bytes();
            match self.ask(part, path, report) {
                Ok(()) => {}
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Passing(error, wanted)) => {
                    let has_moved = part.received_bytes() > before;
                    failures = if has_moved { 1 } else { failures + 1 };
                    self.patience.wait(failures, error, wanted, self.cancel)?;
                }
            }
        }
        Ok(())
    }

    /// Asks for the rest once, and keeps what comes.
    fn ask(
        &self,
        part: &mut Part,
        path: &Path,
        report: &mut dyn FnMut(u64),
    ) -> Result<(), Trouble> {
        let from_byte = part.received_bytes();
        let rest = (from_byte > 0).then(|| Rest {
            from_byte,
            etag: part.etag(),
        });
        let response = self.connection.get(self.url, rest.as_ref())?;
        let fits = self.fits(&response, from_byte)?;
        if !fits {
            part.restart().map_err(self.on_disk(path))?;
            report(0);
        }
        let is_answer = matches!(
            response.status(),
            StatusCode::OK | StatusCode::PARTIAL_CONTENT
        );
        if !is_answer || (!fits && response.status() == StatusCode::PARTIAL_CONTENT) {
            let error = io::Error::other("the rest of the file is not given");
            return Err(self.connection.broke_off(&error));
        }
        let etag = strong_etag(response.headers()).map(str::to_owned);
        let begun = part.begin_answer(etag.as_deref());
        begun.map_err(self.on_disk(path))?;
        self.keep(response.into_body(), part, path, report)
    }

    /// Whether an answer goes on where the part ends; an error when its file has another length.
    fn fits(&self, response: &Response<Body>, from_byte: u64) -> Result<bool, HubError> {
        let headers = response.headers();
        match response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let range = header(headers, &CONTENT_RANGE).and_then(parse_range);
                let Some((start, total_bytes)) = range else {
                    return Ok(false);
                };
                self.check_length(total_bytes)?;
                Ok(start == from_byte)
            }
            StatusCode::OK => {
                let length = header(headers, &CONTENT_LENGTH);
                self.check_length(length.and_then(|length| length.trim().parse().ok()))?;
                Ok(from_byte == 0)
            }
            _ => Ok(false),
        }
    }

    fn keep(
        &self,
        body: Body,
        part: &mut Part,
        path: &Path,
        report: &mut dyn FnMut(u64),
    ) -> Result<(), Trouble> {
        let mut body = body.into_reader();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            if self.cancel.is_cancelled() {
                return Err(HubError::Cancelled.into());
            }
            let bytes = match body.read(&mut chunk) {
                Ok(bytes) => bytes,
                Err(error) => return Err(self.connection.broke_off(&error)),
            };
            if bytes == 0 {
                break;
            }
            let received_bytes = part.received_bytes() + bytes as u64;
            if received_bytes > self.file.bytes {
                part.restart().map_err(self.on_disk(path))?;
                return Err(self.wrong_length(received_bytes).into());
            }
            part.append(&chunk[..bytes]).map_err(self.on_disk(path))?;
            report(received_bytes);
        }
        if part.is_whole() {
            return Ok(());
        }
        let error = io::Error::other("the answer ended too soon");
        Err(self.connection.broke_off(&error))
    }

    fn check_length(&self, bytes: Option<u64>) -> Result<(), HubError> {
        match bytes {
            Some(bytes) if bytes != self.file.bytes => Err(self.wrong_length(bytes)),
            _ => Ok(()),
        }
    }

    fn wrong_length(&self, found_bytes: u64) -> HubError {
        HubError::Length {
            file: self.file.remote_path.clone(),
            expected_bytes: self.file.bytes,
            found_bytes,
        }
    }

    /// Hashing that is cancelled ends like an interrupted read.
    fn on_disk(&self, path: &Path) -> impl Fn(io::Error) -> HubError {
        let is_cancelled = self.cancel.is_cancelled();
        move |error| {
            if is_cancelled && error.kind() == io::ErrorKind::Interrupted {
                return HubError::Cancelled;
            }
            HubError::disk(path)(error)
        }
    }
}

/// The start and the whole length in `bytes START-END/LENGTH`; the length may be `*`.
fn parse_range(range: &str) -> Option<(u64, Option<u64>)> {
    let (span, total) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = span.split_once('-')?;
    Some((start.trim().parse().ok()?, total.trim().parse().ok()))
}

/// The name of a version, where it promises the same bytes.
fn strong_etag(headers: &HeaderMap) -> Option<&str> {
    header(headers, &ETAG).filter(|etag| etag.starts_with('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_gives_start_and_length() {
        assert_eq!(parse_range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(parse_range("bytes 5-9/*"), Some((5, None)));
        for range in ["bytes */10", "5-9/10", "bytes x-9/10", ""] {
            assert_eq!(parse_range(range), None, "{range}");
        }
    }
}
