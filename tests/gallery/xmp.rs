//! Sidecars as texts: those of other programs lose nothing, and hostile ones do nothing.
//!
//! The texts of other programs are written here from Adobe's XMP specification and from the names
//! of properties that those programs document.

use maquette::domain::{Flag, Label, Mark, Marks, PictureId, Recipe, Stars, Timestamp};
use maquette::provenance::{
    LONGEST_SIDECAR, Origin, Sidecar, XmpError, read_sidecar, write_sidecar,
};
use proptest::prelude::*;

use crate::pictures::noise_picture;

/// Properties as attributes, as Lightroom writes simple ones, and padding at the end.
const LIGHTROOM: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0-c000 1.000000, 0000/00/00-00:00:00        ">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
   xmp:CreatorTool="Adobe Photoshop Lightroom Classic"
   xmp:Rating="3"
   xmp:Label='Green'
   crs:Exposure2012="+0.35">
   <dc:subject>
    <rdf:Bag>
     <rdf:li>harbour &amp; sea</rdf:li>
     <rdf:li>маяк</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <crs:Look>
    <rdf:Description
     crs:Name="Adobe Color" xmp:Rating="1">
     <crs:Parameters rdf:parseType="Resource"><xmp:Rating>2</xmp:Rating></crs:Parameters>
    </rdf:Description>
   </crs:Look>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
                                                                      
<?xpacket end="w"?>"#;

/// A history as a sequence of structures, and the rating as an attribute.
const DARKTABLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
    xmlns:darktable="http://darktable.sf.net/"
   xmp:Rating="-1"
   xmpMM:DerivedFrom="boat.png"
   darktable:xmp_version="5"
   darktable:auto_presets_applied="1"
   darktable:history_end="1">
   <darktable:history>
    <rdf:Seq>
     <rdf:li
      darktable:num="0"
      darktable:operation="exposure"
      darktable:params="gz02eJxjYGBg&#x3D;"
      darktable:multi_name=""/>
    </rdf:Seq>
   </darktable:history>
   <darktable:colorlabels><rdf:Seq><rdf:li>0</rdf:li></rdf:Seq></darktable:colorlabels>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"#;

/// Properties as elements, in a description for each namespace, with a byte order mark and
/// carriage returns.
const DIGIKAM: &str = "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\r\n\
<x:xmpmeta xmlns:x='adobe:ns:meta/'>\r\n\
<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\r\n\
<r:Description r:about='' xmlns:digiKam='http://www.digikam.org/ns/1.0/'>\r\n\
 <digiKam:TagsList><r:Seq><r:li>Places/Sea</r:li></r:Seq></digiKam:TagsList>\r\n\
 <digiKam:PickLabel>0</digiKam:PickLabel>\r\n\
</r:Description>\r\n\
<r:Description r:about='' xmlns:xap='http://ns.adobe.com/xap/1.0/'>\r\n\
 <xap:Rating>4</xap:Rating>\r\n\
 <xap:Label>To print</xap:Label>\r\n\
</r:Description>\r\n\
<!-- <xap:Rating>1</xap:Rating> -->\r\n\
</r:RDF>\r\n\
</x:xmpmeta>\r\n";

const BARE: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" /></rdf:RDF></x:xmpmeta>"#;

#[test]
fn what_is_written_is_read() {
    let sidecar = whole(marks(Flag::Picked, 4, Some(Label::Purple)));
    let text = write_sidecar(&sidecar, None).unwrap();
    assert_eq!(read_sidecar(&text, Marks::default()).unwrap(), sidecar);
    assert_eq!(write_sidecar(&sidecar, Some(&text)).unwrap(), text);
    let other = whole(marks(Flag::Rejected, 2, None));
    let again = write_sidecar(&other, Some(&text)).unwrap();
    assert_eq!(read_sidecar(&again, Marks::default()).unwrap(), other);
    assert!(again.contains(">-1</xmp:Rating>") && !again.contains("Label"));
    assert_eq!(again.len(), write_sidecar(&other, None).unwrap().len());
}

#[test]
fn other_programs_are_understood() {
    let before = marks(Flag::Picked, 5, Some(Label::Blue));
    let read = |text| read_sidecar(text, before).unwrap().marks;
    assert_eq!(read(LIGHTROOM), marks(Flag::Picked, 3, Some(Label::Green)));
    assert_eq!(read(DARKTABLE), marks(Flag::Rejected, 5, Some(Label::Blue)));
    assert_eq!(read(DIGIKAM), marks(Flag::Picked, 4, None));
    assert_eq!(read(BARE), before, "what it does not speak of stays");
}

#[test]
fn a_rating_that_another_program_changed_counts() {
    let ours = write_sidecar(&whole(marks(Flag::Picked, 2, None)), None).unwrap();
    let rated = |text: &str, from: &str, to: &str| {
        let text = text.replace(&format!(">{from}</xmp:R"), &format!(">{to}</xmp:R"));
        read_sidecar(&text, Marks::default()).unwrap().marks
    };
    assert_eq!(rated(&ours, "2", "5"), marks(Flag::Picked, 5, None));
    assert_eq!(rated(&ours, "2", "5.0"), marks(Flag::Picked, 5, None));
    assert_eq!(rated(&ours, "2", "-1"), marks(Flag::Rejected, 2, None));
    assert_eq!(rated(&ours, "2", "1e300"), marks(Flag::Picked, 5, None));
    for nonsense in ["", "NaN", "inf", "many"] {
        assert_eq!(rated(&ours, "2", nonsense), marks(Flag::Picked, 2, None));
    }
    let ours = write_sidecar(&whole(marks(Flag::Rejected, 2, None)), None).unwrap();
    assert_eq!(rated(&ours, "-1", "0"), marks(Flag::Unflagged, 0, None));
}

#[test]
fn a_label_that_another_program_took_off_is_gone() {
    let sidecar = whole(marks(Flag::Unflagged, 0, Some(Label::Red)));
    let text = write_sidecar(&sidecar, None).unwrap();
    let start = text.find("<xmp:Label").unwrap();
    let end = text.find("</xmp:Label>").unwrap() + "</xmp:Label>".len();
    let text = format!("{}{}", &text[..start], &text[end..]);
    let read = read_sidecar(&text, sidecar.marks).unwrap();
    assert_eq!(read.marks.label, None);
}

#[test]
fn everything_of_other_programs_stays_byte_for_byte() {
    let sidecar = whole(marks(Flag::Unflagged, 1, Some(Label::Yellow)));
    let attributes = [("\"3\"", "\"1\""), ("'Green'", "'Yellow'")];
    check_splice(LIGHTROOM, &sidecar, &attributes);
    check_splice(DARKTABLE, &sidecar, &[("Rating=\"-1\"", "Rating=\"1\"")]);
    let elements = [(">4<", ">1<"), (">To print<", ">Yellow<")];
    check_splice(DIGIKAM, &sidecar, &elements);
    // A word that is none of our colours stays as long as there is none of ours.
    let plain = whole(marks(Flag::Picked, 5, None));
    check_splice(DIGIKAM, &plain, &[(">4<", ">5<")]);
    let cut = [("\"3\"", "\"5\""), ("\n   xmp:Label='Green'", "")];
    check_splice(LIGHTROOM, &plain, &cut);
}

#[test]
fn a_description_without_an_end_is_opened() {
    let sidecar = whole(marks(Flag::Picked, 5, Some(Label::Red)));
    let text = write_sidecar(&sidecar, Some(BARE)).unwrap();
    assert_eq!(read_sidecar(&text, Marks::default()).unwrap(), sidecar);
    assert_eq!(write_sidecar(&sidecar, Some(&text)).unwrap(), text);
    assert!(text.ends_with("</rdf:Description></rdf:RDF></x:xmpmeta>"));
    // An element of ours without an end gives way, too.
    let empty = text.replace(">5</xmp:Rating>", "/>");
    let again = write_sidecar(&sidecar, Some(&empty)).unwrap();
    assert_eq!(read_sidecar(&again, Marks::default()).unwrap(), sidecar);
    assert_eq!(again.matches("xmp:Rating").count(), 2);
}

#[test]
fn a_sidecar_without_recipe_leaves_the_one_that_is_there() {
    let sidecar = whole(marks(Flag::Picked, 5, None));
    let text = write_sidecar(&sidecar, None).unwrap();
    let bare = Sidecar {
        marks: marks(Flag::Picked, 2, None),
        ..Sidecar::default()
    };
    let again = write_sidecar(&bare, Some(&text)).unwrap();
    let read = read_sidecar(&again, Marks::default()).unwrap();
    assert_eq!((read.recipe, read.origin), (sidecar.recipe, sidecar.origin));
    assert_eq!(read.marks, bare.marks);
}

#[test]
fn any_character_of_a_prompt_comes_back() {
    let mut sidecar = whole(Marks::default());
    let prompt: String = (0..=0x1ff_u32)
        .chain([0x2028, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x1_f3a8, 0x10_ffff])
        .filter_map(char::from_u32)
        .chain("]]> --> &amp; <rdf:Description/> \\ufffe".chars())
        .collect();
    sidecar.recipe.as_mut().unwrap().prompt.text = prompt;
    let text = write_sidecar(&sidecar, None).unwrap();
    assert_eq!(read_sidecar(&text, Marks::default()).unwrap(), sidecar);
    // The characters that XML 1.0 knows (its production 2).
    let is_known = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    assert!(text.chars().all(is_known));
}

#[test]
fn what_is_no_sidecar_is_refused() {
    let refused = |text: &str| {
        let sidecar = whole(Marks::default());
        write_sidecar(&sidecar, Some(text)).unwrap_err();
        read_sidecar(text, Marks::default()).unwrap_err()
    };
    let entities =
        r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"#;
    assert!(matches!(
        refused(&format!("{entities}{BARE}")),
        XmpError::Declares
    ));
    let unknown = DIGIKAM.replace("To print", "&b;&b;&b;");
    assert!(matches!(refused(&unknown), XmpError::Malformed { .. }));
    for nothing in ["", "\u{feff}", "plain words", "<a/>", "<Description/>"] {
        assert!(matches!(refused(nothing), XmpError::DescribesNothing));
    }
    let deep = format!("{}{}", "<a>".repeat(1_000_000), "</a>".repeat(1_000_000));
    assert!(matches!(refused(&deep), XmpError::TooDeep));
    assert!(matches!(
        refused("<a><b></a></b>"),
        XmpError::Malformed { .. }
    ));
    // Doubles would be looked for in the square of their number.
    let many = BARE.replace(" rdf:about=\"\"", &" a=\"\"".repeat(500_000));
    write_sidecar(&whole(Marks::default()), Some(&many)).unwrap();
    let long = format!("{BARE}{}", " ".repeat(LONGEST_SIDECAR - BARE.len() + 1));
    assert!(matches!(refused(&long), XmpError::TooLong));
    // What would be too long afterwards could not be read again.
    let full = &long[..LONGEST_SIDECAR];
    read_sidecar(full, Marks::default()).unwrap();
    let written = write_sidecar(&whole(Marks::default()), Some(full));
    assert!(matches!(written, Err(XmpError::TooLong)));
}

#[test]
fn a_text_that_is_cut_off_is_refused_wherever_that_is() {
    let own = write_sidecar(&whole(marks(Flag::Picked, 3, Some(Label::Red))), None).unwrap();
    for text in [own.as_str(), LIGHTROOM, DARKTABLE, DIGIKAM, BARE] {
        let end = text.find("</x:xmpmeta>").unwrap() + "</x:xmpmeta>".len();
        for (cut, _) in text.char_indices().take_while(|(cut, _)| *cut < end) {
            assert!(
                read_sidecar(&text[..cut], Marks::default()).is_err(),
                "{cut}"
            );
        }
    }
}

proptest! {
    #[test]
    fn no_damage_makes_it_fail(
        which in 0..5_usize,
        at in any::<prop::sample::Index>(),
        length in 0..40_usize,
        with in "[<>/&\"'= a-z\u{0}\u{feff}]{0,12}",
    ) {
        let sidecar = whole(marks(Flag::Picked, 3, Some(Label::Red)));
        let own = write_sidecar(&sidecar, None).unwrap();
        let text = [own.as_str(), LIGHTROOM, DARKTABLE, DIGIKAM, BARE][which];
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let start = at.index(places.len());
        let end = places.get(start + length).copied().unwrap_or(text.len());
        let damaged = format!("{}{with}{}", &text[..places[start]], &text[end..]);
        // Either it is left alone, or it says afterwards what it was to say.
        if let Ok(written) = write_sidecar(&sidecar, Some(&damaged)) {
            prop_assert_eq!(&read_sidecar(&written, Marks::default()).unwrap(), &sidecar);
            prop_assert_eq!(&write_sidecar(&sidecar, Some(&written)).unwrap(), &written);
        }
    }

    #[test]
    fn all_marks_and_words_come_back(
        flag in 0..3_usize,
        stars in 0..=5_u8,
        label in 0..=5_usize,
        prompt in any::<String>(),
        into in 0..5_usize,
    ) {
        let mut sidecar = whole(marks(Flag::ALL[flag], stars, Label::ALL.get(label).copied()));
        sidecar.recipe.as_mut().unwrap().prompt.text = prompt;
        let existing = [None, Some(LIGHTROOM), Some(DARKTABLE), Some(DIGIKAM), Some(BARE)][into];
        let text = write_sidecar(&sidecar, existing).unwrap();
        prop_assert_eq!(&read_sidecar(&text, Marks::default()).unwrap(), &sidecar);
        prop_assert_eq!(&write_sidecar(&sidecar, Some(&text)).unwrap(), &text);
    }
}

/// Checks that a text with a sidecar in it is the text of before with some values changed and
/// lines of ours added, and that a second time changes nothing.
fn check_splice(text: &str, sidecar: &Sidecar, changes: &[(&str, &str)]) {
    let write = |into: &str| write_sidecar(sidecar, Some(into)).expect("it is XMP");
    let written = write(text);
    let read = read_sidecar(&written, Marks::default());
    assert_eq!(read.expect("it is XMP"), *sidecar);
    assert_eq!(write(&written), written);
    let mut expected = text.to_owned();
    for (from, to) in changes {
        // The first one is that of the picture, those within structures come later.
        expected = expected.replacen(from, to, 1);
    }
    let mut rest = written;
    for name in [
        "xmp:Label",
        "maquette:Flag",
        "maquette:Stars",
        "maquette:Origin",
        "maquette:Recipe",
    ] {
        let start = format!("\n   <{name} xmlns:");
        if let Some(start) = rest.find(&start) {
            let close = format!("</{name}>");
            let end = start + rest[start..].find(&close).expect("it has an end") + close.len();
            rest.replace_range(start..end, "");
        }
    }
    assert_eq!(rest, expected);
}

fn whole(marks: Marks) -> Sidecar {
    let recipe: Recipe = noise_picture(7, 8).recipe;
    Sidecar {
        marks,
        origin: Some(Origin {
            id: PictureId::from_random([7; 16]),
            created: Timestamp(1_700_000_000_123),
        }),
        recipe: Some(recipe),
    }
}

pub(crate) fn marks(flag: Flag, stars: u8, label: Option<Label>) -> Marks {
    let marks = Marks::default()
        .with(Mark::Flag(flag))
        .with(Mark::Stars(Stars::new(stars)));
    Marks { label, ..marks }
}
