//! What we read and write in a sidecar.

use quick_xml::name::ResolveResult::{self, Bound};

const XMP: Namespace = Namespace {
    prefix: "xmp",
    uri: "http://ns.adobe.com/xap/1.0/",
};
const OURS: Namespace = Namespace {
    prefix: "maquette",
    uri: "urn:maquette:picture:1#",
};

/// A property that a sidecar may have, each under its name in XMP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    /// −1 for rejected, 0 to 5 stars.
    Rating,
    /// The name of a colour, or any other word.
    Label,
    /// Our flag: XMP has no word for a chosen picture.
    Flag,
    /// Our stars: XMP has none for a rejected picture.
    Stars,
    /// Which picture of a library it is, as our PNG files tell it.
    Origin,
    /// How it was made, as our PNG files tell it.
    Recipe,
}

impl Property {
    /// Every property, in the order in which they are written.
    pub(super) const ALL: [Self; 6] = [
        Self::Rating,
        Self::Label,
        Self::Flag,
        Self::Stars,
        Self::Origin,
        Self::Recipe,
    ];

    /// The property of that name; `None` for what is not ours.
    pub(super) fn of(namespace: &ResolveResult<'_>, name: &[u8]) -> Option<Self> {
        let Bound(namespace) = namespace else {
            return None;
        };
        let is_it = |property: &Self| {
            property.namespace().uri.as_bytes() == namespace.as_ref()
                && property.name().as_bytes() == name
        };
        Self::ALL.into_iter().find(is_it)
    }

    /// The property as an element on a line of its own, which needs no namespace from around it.
    pub(super) fn element(self, escaped: &str) -> String {
        let Namespace { prefix, uri } = self.namespace();
        let name = self.name();
        format!("\n   <{prefix}:{name} xmlns:{prefix}=\"{uri}\">{escaped}</{prefix}:{name}>")
    }

    fn namespace(self) -> Namespace {
        match self {
            Self::Rating | Self::Label => XMP,
            Self::Flag | Self::Stars | Self::Origin | Self::Recipe => OURS,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rating => "Rating",
            Self::Label => "Label",
            Self::Flag => "Flag",
            Self::Stars => "Stars",
            Self::Origin => "Origin",
            Self::Recipe => "Recipe",
        }
    }
}

/// Where a name comes from, and how we shorten that.
struct Namespace {
    prefix: &'static str,
    uri: &'static str,
}
