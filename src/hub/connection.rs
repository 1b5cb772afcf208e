//! Asking a hub over HTTP: redirects, who may see the token, and what an answer means.

use std::io;
use std::time::Duration;

use ureq::http::header::{
    AUTHORIZATION, HeaderMap, HeaderName, IF_RANGE, LOCATION, RANGE, RETRY_AFTER,
};
use ureq::http::{Response, StatusCode, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::error::HubError;
use super::repository::Repository;
use super::site::Hub;

/// How long looking up or reaching a server may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// How often we let ourselves be sent elsewhere.
const MAX_REDIRECTS: u32 = 8;

/// The hub's own word for why it refuses.
const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// Connections to a hub and to where it sends us, about one repository.
pub(super) struct Connection<'a> {
    hub: &'a Hub,
    repository: &'a Repository,
    agent: Agent,
}

/// Why an answer did not come.
pub(super) enum Trouble {
    /// It may come another time, perhaps after the pause that the server asks for.
    Passing(HubError, Option<Duration>),
    /// It will not.
    Final(HubError),
}

impl From<HubError> for Trouble {
    fn from(error: HubError) -> Self {
        Self::Final(error)
    }
}

/// From where on a file is wanted.
pub(super) struct Rest<'a> {
    /// Bytes that are here.
    pub(super) from_byte: u64,
    /// The name of the version that they are of, by the server.
    pub(super) etag: Option<&'a str>,
}

impl<'a> Connection<'a> {
    pub(super) fn new(hub: &'a Hub, repository: &'a Repository) -> Self {
        let roots = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let silence = hub.patience().silence;
        let config = Agent::config_builder()
            .user_agent(concat!("maquette/", env!("CARGO_PKG_VERSION")))
            // Lengths and ranges must be those of the file.
            .accept_encoding("identity")
            .http_status_as_error(false)
            // Followed here, so that the token is shown to the hub alone.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(CONNECT_TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_per_read(Some(silence))
            .timeout_per_write(Some(silence))
            .tls_config(roots.build())
            .build();
        Self {
            hub,
            repository,
            agent: config.new_agent(),
        }
    }

    /// What to shut down to interrupt whatever waits.
    pub(super) fn agent(&self) -> Agent {
        self.agent.clone()
    }

    /// Gets an address of the hub, or the rest of it: status 200, 206 or 416.
    pub(super) fn get(
        &self,
        url: &str,
        rest: Option<&Rest<'_>>,
    ) -> Result<Response<Body>, Trouble> {
        // Another file may look for the token meanwhile.
        let was_unknown = self.hub.known_token().is_none();
        let (response, uri) = self.follow(url, rest)?;
        let status = response.status();
        let is_refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        // Repositories that are not for everybody are 401 to strangers; then, and only then, we say
        // who we are.
        if is_refused
            && was_unknown
            && self.hub.endpoint().is_same_server(&uri)
            && self.hub.needed_token().is_some()
        {
            let (response, uri) = self.follow(url, rest)?;
            return self.judge(response, &uri);
        }
        self.judge(response, &uri)
    }

    /// An error for an answer that ended too soon.
    pub(super) fn broke_off(&self, error: &io::Error) -> Trouble {
        let host = self.hub.endpoint().host();
        Trouble::Passing(unreachable(host, error.to_string()), None)
    }

    fn follow(&self, url: &str, rest: Option<&Rest<'_>>) -> Result<(Response<Body>, Uri), Trouble> {
        let mut uri: Uri = url
            .parse()
            .map_err(|error| self.astray(&format!("an unreadable address ({error})")))?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.ask(&uri, rest)?;
            if !response.status().is_redirection() {
                return Ok((response, uri));
            }
            let target = header(response.headers(), &LOCATION).and_then(|to| joined(&uri, to));
            let target = target.ok_or_else(|| self.astray("a redirect to nowhere"))?;
            if uri.scheme_str() == Some("https") && target.scheme_str() != Some("https") {
                return Err(self.astray("a redirect to an open connection"));
            }
            uri = target;
        }
        Err(self.astray("too many redirects"))
    }

    fn ask(&self, uri: &Uri, rest: Option<&Rest<'_>>) -> Result<Response<Body>, Trouble> {
        let mut request = self.agent.get(uri);
        if let Some(rest) = rest {
            request = request.header(RANGE, format!("bytes={}-", rest.from_byte));
            if let Some(etag) = rest.etag {
                request = request.header(IF_RANGE, etag);
            }
        }
        if let Some(token) = self.hub.known_token()
            && self.hub.endpoint().is_same_server(uri)
        {
            request = request.header(AUTHORIZATION, token.header());
        }
        let host = uri.host().unwrap_or_default();
        request.call().map_err(|error| {
            let told = unreachable(host, reason(&error));
            if is_distrust(&error) {
                Trouble::Final(told)
            } else {
                Trouble::Passing(told, None)
            }
        })
    }

    /// What a status means.
    fn judge(&self, response: Response<Body>, uri: &Uri) -> Result<Response<Body>, Trouble> {
        let status = response.status();
        let headers = response.headers();
        let refused = HubError::Refused {
            host: uri.host().unwrap_or_default().to_owned(),
            status: status.as_u16(),
        };
        match status {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
                Ok(response)
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
                Err(Trouble::Passing(refused, wanted_pause(headers)))
            }
            _ if status.is_server_error() => Err(Trouble::Passing(refused, wanted_pause(headers))),
            // A signed address of another server is refused when it is too old; the hub signs anew.
            _ if !self.hub.endpoint().is_same_server(uri) => Err(Trouble::Passing(refused, None)),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
                Err(self.denial(status, header(headers, &ERROR_CODE)).into())
            }
            _ => Err(refused.into()),
        }
    }

    fn denial(&self, status: StatusCode, code: Option<&str>) -> HubError {
        let endpoint = self.hub.endpoint();
        let repository = self.repository.id().to_owned();
        let wanted = self.repository.revision().to_owned();
        match code {
            Some("RevisionNotFound" | "EntryNotFound") => {
                HubError::NoRevision { repository, wanted }
            }
            Some("RepoNotFound") => self.absent(),
            _ if status == StatusCode::NOT_FOUND => self.absent(),
            _ => HubError::Denied {
                repository,
                host: endpoint.host().to_owned(),
                status: status.as_u16(),
                page: endpoint.page(self.repository),
                had_token: self.hub.known_token().is_some(),
            },
        }
    }

    fn absent(&self) -> HubError {
        HubError::NoRepository {
            repository: self.repository.id().to_owned(),
            host: self.hub.endpoint().host().to_owned(),
        }
    }

    fn astray(&self, detail: &str) -> Trouble {
        Trouble::Final(unreachable(self.hub.endpoint().host(), detail.to_owned()))
    }
}

/// A header in words.
pub(super) fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn unreachable(host: &str, detail: String) -> HubError {
    HubError::Unreachable {
        host: host.to_owned(),
        detail,
    }
}

/// Whether the server's certificate is not to be trusted, which no further attempt changes.
fn is_distrust(error: &ureq::Error) -> bool {
    if let ureq::Error::Io(error) = error {
        return error.kind() == io::ErrorKind::InvalidData;
    }
    matches!(error, ureq::Error::Tls(_) | ureq::Error::Rustls(_))
}

/// An error in words, without an address, which may be signed.
fn reason(error: &ureq::Error) -> String {
    if let ureq::Error::BadUri(_) = error {
        return "an unreadable address".to_owned();
    }
    error.to_string()
}

fn wanted_pause(headers: &HeaderMap) -> Option<Duration> {
    let secs = header(headers, &RETRY_AFTER)?.trim().parse().ok()?;
    Some(Duration::from_secs(secs))
}

/// Where a redirect leads, from where it was met.
fn joined(from: &Uri, to: &str) -> Option<Uri> {
    let uri: Uri = to.parse().ok()?;
    if uri.scheme().is_some() {
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        return is_web.then_some(uri);
    }
    if !to.starts_with('/') || to.starts_with("//") {
        return None;
    }
    let absolute = format!("{}://{}{to}", from.scheme()?, from.authority()?);
    absolute.parse().ok()
}
