//! What the artist has been told.

use std::time::Duration;

use crate::domain::{Notice, Severity};

/// How many notices are kept; the oldest goes first.
const LIMIT: usize = 100;
/// Lines of detail that notices of one kind gather.
const DETAILS: usize = 20;
/// How long a notice stands in front of the work.
const TOAST: Duration = Duration::from_secs(6);

/// A notice on the board.
#[derive(Debug)]
pub struct Posted {
    /// Counts up; names the notice in actions.
    pub number: u64,
    /// What is told.
    pub notice: Notice,
    /// When it was posted, on the studio's own clock.
    pub at: Duration,
    /// How often the same, or the same of other things, was told in a row.
    pub times: u32,
}

impl Posted {
    fn is_like(&self, notice: &Notice) -> bool {
        let own = &self.notice;
        own.severity == notice.severity
            && own.headline.key == notice.headline.key
            && own.remedy == notice.remedy
    }
}

/// The notices, oldest first.
#[derive(Debug, Default)]
pub struct Notices {
    posted: Vec<Posted>,
    next_number: u64,
}

impl Notices {
    /// All that are kept, oldest first.
    pub fn all(&self) -> &[Posted] {
        &self.posted
    }

    /// Those that still stand in front of the work; errors stay until they are put away.
    pub fn toasts(&self, now: Duration) -> impl Iterator<Item = &Posted> {
        self.posted.iter().filter(move |posted| {
            let stays = posted.notice.severity == Severity::Error;
            stays || now.saturating_sub(posted.at) < TOAST
        })
    }

    /// Adds one; the same again only counts up, and the same of another thing adds its details:
    /// a folder of damaged files is told of once.
    pub(super) fn post(&mut self, notice: Notice, at: Duration) {
        if let Some(last) = self.posted.last_mut().filter(|last| last.is_like(&notice)) {
            last.times += 1;
            last.at = at;
            if last.notice != notice {
                let room = DETAILS.saturating_sub(last.notice.details.len());
                last.notice
                    .details
                    .extend(notice.details.into_iter().take(room));
            }
            return;
        }
        self.next_number += 1;
        self.posted.push(Posted {
            number: self.next_number,
            notice,
            at,
            times: 1,
        });
        if self.posted.len() > LIMIT {
            self.posted.remove(0);
        }
    }

    pub(super) fn dismiss(&mut self, number: u64) {
        self.posted.retain(|posted| posted.number != number);
    }

    pub(super) fn dismiss_all(&mut self) {
        self.posted.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Message;

    #[test]
    fn the_same_notice_twice_is_one_that_counts() {
        let mut notices = Notices::default();
        let notice = || Notice::new(Severity::Warning, Message::new("error-library-gone"));
        notices.post(notice(), Duration::ZERO);
        notices.post(notice(), Duration::from_secs(9));
        assert_eq!(notices.all().len(), 1);
        assert_eq!(notices.all()[0].times, 2);
        assert_eq!(notices.toasts(Duration::from_secs(10)).count(), 1);
        assert_eq!(notices.toasts(Duration::from_secs(16)).count(), 0);
    }

    #[test]
    fn the_same_of_many_things_is_one_notice_that_names_some() {
        let mut notices = Notices::default();
        for file in 0..100 {
            let headline = Message::new("error-picture-broken").with("file", file);
            let mut notice = Notice::new(Severity::Error, headline);
            notice.details.push(format!("{file}.png"));
            notices.post(notice, Duration::ZERO);
        }
        let [only] = notices.all() else {
            panic!("{:?}", notices.all());
        };
        assert_eq!(only.times, 100);
        assert_eq!(only.notice.details.len(), DETAILS);
    }
}
