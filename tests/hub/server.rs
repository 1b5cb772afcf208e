//! A server on this machine that answers as a test wants it to, well or badly.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Builder;

use crossbeam_channel::{Receiver, bounded};

/// What a client asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// With the query.
    pub(crate) path: String,
    pub(crate) range: Option<String>,
    pub(crate) if_range: Option<String>,
    pub(crate) authorization: Option<String>,
}

impl Asked {
    /// From which byte on; 0 = from the first.
    pub(crate) fn start_byte(&self) -> usize {
        let range = self
            .range
            .as_deref()
            .and_then(|range| range.strip_prefix("bytes="));
        let start = range.and_then(|range| range.strip_suffix('-'));
        start.map_or(0, |start| start.parse().unwrap())
    }
}

/// What the server says.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// The length that it claims; `None` = none, and the body ends when the connection does.
    pub(crate) length: Option<usize>,
    /// After the body nothing happens until the other end of the channel is dropped.
    pub(crate) hold: Option<Receiver<()>>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self {
            status,
            headers: Vec::new(),
            length: Some(body.len()),
            body,
            hold: None,
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Breaks the connection after so many bytes of the body.
    pub(crate) fn broken_after(mut self, bytes: usize) -> Self {
        self.body.truncate(bytes);
        self
    }

    /// Sends so many bytes of the body, and then nothing.
    pub(crate) fn held_after(self, bytes: usize, hold: Receiver<()>) -> Self {
        let hold = Some(hold);
        Self { hold, ..self }.broken_after(bytes)
    }
}

/// A server; it ends with the value.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Receiver<Asked>,
    is_over: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, seen) = bounded(10_000);
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let answer = Arc::new(answer);
        let accept = move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (answer, tell) = (Arc::clone(&answer), tell.clone());
                let serve = move || {
                    let mut stream = stream.unwrap();
                    let Some(asked) = read(&stream) else {
                        return;
                    };
                    tell.send(asked.clone()).unwrap();
                    // A client that was cancelled does not listen to the end.
                    write(&mut stream, answer(&asked)).ok();
                };
                Builder::new()
                    .name("answer".to_owned())
                    .spawn(serve)
                    .unwrap();
            }
        };
        Builder::new()
            .name("server".to_owned())
            .spawn(accept)
            .unwrap();
        Self {
            address,
            seen,
            is_over,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that was asked since the last look.
    pub(crate) fn seen(&self) -> Vec<Asked> {
        self.seen.try_iter().collect()
    }

    /// What was asked of a file since the last look.
    pub(crate) fn seen_of(&self, path: &str) -> Vec<Asked> {
        let mut seen = self.seen();
        seen.retain(|asked| asked.path.ends_with(path));
        seen
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes who accepts.
        TcpStream::connect(self.address).ok();
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let mut asked = Asked {
        path: first.split(' ').nth(1)?.to_owned(),
        ..Asked::default()
    };
    for line in lines {
        let line = line.ok()?;
        let Some((name, value)) = line.split_once(':') else {
            return Some(asked);
        };
        let value = Some(value.trim().to_owned());
        match name.to_ascii_lowercase().as_str() {
            "range" => asked.range = value,
            "if-range" => asked.if_range = value,
            "authorization" => asked.authorization = value,
            _ => {}
        }
    }
    None
}

fn write(stream: &mut TcpStream, answer: Answer) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {} Status\r\nConnection: close\r\n",
        answer.status
    )?;
    if let Some(length) = answer.length {
        write!(stream, "Content-Length: {length}\r\n")?;
    }
    for (name, value) in &answer.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&answer.body)?;
    stream.flush()?;
    if let Some(hold) = answer.hold {
        hold.recv().ok();
    }
    Ok(())
}
