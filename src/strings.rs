//! The texts that a person sees, in the languages that Maquette speaks.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::domain::{Arg, Message};

/// A language of the texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Russian.
    Russian,
}

impl Language {
    /// Every language, in menu order.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// Its code in settings and on the command line (ISO 639-1); never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Russian => "Русский",
        }
    }

    /// The language of that code.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.id() == id)
    }

    /// The first known language in the value of `LANGUAGE` or `LANG`, such as `de:ru_RU.UTF-8`.
    pub fn detect(locales: &str) -> Option<Self> {
        let codes = locales
            .split(':')
            .filter_map(|locale| locale.split(['_', '-', '.', '@']).next());
        codes
            .map(str::to_lowercase)
            .find_map(|code| Self::from_id(&code))
    }

    fn identifier(self) -> LanguageIdentifier {
        let code = self.id().parse();
        code.expect("every id is a code of ISO 639-1")
    }

    fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("../assets/strings/en.ftl"),
            Self::Russian => include_str!("../assets/strings/ru.ftl"),
        }
    }
}

/// The texts of one language; `tests/house/strings.rs` proves that they are complete.
pub struct Strings {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Strings {
    /// Reads the texts of `language`; what cannot be read is logged and shown by its key.
    pub fn new(language: Language) -> Self {
        Self::read(language, language.source())
    }

    fn read(language: Language, source: &str) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // The marks are invisible in print, but some fonts draw them as boxes.
        bundle.set_use_isolating(false);
        let resource =
            FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, errors)| {
                log::error!("texts of {}: {errors:?}", language.id());
                readable
            });
        if let Err(errors) = bundle.add_resource(resource) {
            log::error!("texts of {}: {errors:?}", language.id());
        }
        Self { language, bundle }
    }

    /// The language of these texts.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text of a key that names no values; the key itself where there is none.
    pub fn text<'a>(&'a self, key: &'a str) -> Cow<'a, str> {
        self.format(key, None)
    }

    /// The text of a message, with its values put in.
    pub fn message(&self, message: &Message) -> String {
        let mut args = FluentArgs::with_capacity(message.args.len());
        for (name, value) in &message.args {
            args.set(name.as_ref(), fluent_value(value));
        }
        self.format(&message.key, Some(&args)).into_owned()
    }

    fn format<'a>(&'a self, key: &'a str, args: Option<&FluentArgs<'_>>) -> Cow<'a, str> {
        let message = self.bundle.get_message(key);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            log::error!("no text `{key}` in {}", self.language.id());
            return Cow::Borrowed(key);
        };
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            log::error!("text `{key}` in {}: {errors:?}", self.language.id());
        }
        text
    }
}

fn fluent_value(value: &Arg) -> FluentValue<'_> {
    match value {
        Arg::Text(text) => FluentValue::from(text.as_str()),
        Arg::Number(number) => FluentValue::from(*number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_name_the_first_language_that_is_known() {
        let check =
            |locales, expected| assert_eq!(Language::detect(locales), expected, "{locales}");
        check("ru_RU.UTF-8", Some(Language::Russian));
        check("de_DE:RU:en", Some(Language::Russian));
        check("en-GB", Some(Language::English));
        check("C.UTF-8", None);
        check("", None);
    }

    #[test]
    fn russian_counts_pictures_by_its_own_plurals() {
        let source = "pictures = { $count ->
            [one] { $count } картинка
            [few] { $count } картинки
           *[many] { $count } картинок
        }";
        let strings = Strings::read(Language::Russian, source);
        let check = |count: u32, expected| {
            let message = Message::new("pictures").with_number("count", f64::from(count));
            assert_eq!(strings.message(&message), expected);
        };
        check(1, "1 картинка");
        check(3, "3 картинки");
        check(5, "5 картинок");
        check(11, "11 картинок");
        check(21, "21 картинка");
        check(104, "104 картинки");
    }

    #[test]
    fn a_missing_text_shows_its_key() {
        let strings = Strings::new(Language::English);
        assert_eq!(strings.text("no-such-key"), "no-such-key");
        let message = Message::new("no-such-key").with("path", "/x");
        assert_eq!(strings.message(&message), "no-such-key");
    }

    #[test]
    fn a_missing_value_is_shown_by_its_name() {
        let strings = Strings::new(Language::English);
        let text = strings.message(&Message::new("error-files-no-home"));
        assert!(text.contains("{$variable}"), "{text}");
    }
}
