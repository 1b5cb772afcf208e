//! Carries out what concerns a hub, on threads of their own.

use std::iter;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::Receiver;

use crate::domain::{CancelToken, Explain as _, Notice};
use crate::hub::{
    Download, DownloadEvent, Endpoint, Hub, HubError, Plan, Token, Wanted, keep_token,
};

use super::effect::HubNews;
use super::fetching::{LookUp, Offer, OfferPlace, Refusal};

/// Between two looks at the progress: often enough to look alive, seldom enough to leave the
/// window to the work.
const BETWEEN_LOOKS: Duration = Duration::from_millis(150);

/// Asks the hub for a model that is to go into `root`.
pub(super) fn look_up(wish: LookUp, root: &Path) -> HubNews {
    let found = offer(&wish, root).map(Box::new).map_err(Refusal::from);
    HubNews::LookedUp { wish, found }
}

/// Has the keyring keep a token for the hub.
pub(super) fn keep(token: &Token) -> HubNews {
    let kept = Endpoint::find().and_then(|endpoint| keep_token(&endpoint, token));
    HubNews::Token(kept.map_err(|error| error.explain()))
}

/// Starts to fetch.
pub(super) fn start(plan: Plan) -> Result<Download, Notice> {
    let hub = Endpoint::find()
        .map(Hub::at)
        .map_err(|error| error.explain())?;
    let root = plan.root.clone();
    Download::start(Arc::new(hub), plan).map_err(|source| {
        let error = HubError::Disk { source, path: root };
        error.explain()
    })
}

/// Tells everything that happens, and of the progress the newest, until the last event.
pub(super) fn relay(events: &Receiver<DownloadEvent>, tell: &dyn Fn(HubNews)) {
    while let Ok(first) = events.recv() {
        let mut progress = None;
        for event in iter::once(first).chain(events.try_iter()) {
            if let DownloadEvent::Progress(_) = event {
                progress = Some(event);
                continue;
            }
            let earlier = progress.take();
            for event in earlier.into_iter().chain([event]) {
                tell(HubNews::Download(event));
            }
        }
        if let Some(event) = progress {
            tell(HubNews::Download(event));
        }
        thread::sleep(BETWEEN_LOOKS);
    }
}

fn offer(wish: &LookUp, root: &Path) -> Result<Offer, HubError> {
    let endpoint = Endpoint::find()?;
    let host = endpoint.host().to_owned();
    let wanted = Wanted::read(&wish.text, &endpoint)?;
    let folder = wish.folder.clone().or(wanted.folder);
    let listing = Hub::at(endpoint).list(&wanted.repository, &CancelToken::default())?;
    let plan = Plan::choose(&listing, folder.as_deref(), root)?;
    Ok(Offer {
        host,
        received_bytes: plan.received_bytes(),
        free_bytes: plan.free_bytes().ok(),
        place: place(&plan),
        plan,
    })
}

fn place(plan: &Plan) -> OfferPlace {
    if plan.is_here() {
        OfferPlace::Here
    } else if plan.target().symlink_metadata().is_ok() {
        OfferPlace::Occupied
    } else {
        OfferPlace::Free
    }
}
