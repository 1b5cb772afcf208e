//! `NovelAI`: JSON under `Comment`, the model under `Source`; in WebP all of that as JSON in a user
//! comment (as its site writes them; the keys are those of its image API).

use crate::domain::{STEPS, STRENGTH};
use crate::provenance::foreign::draft::Draft;
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::foreign_recipe::ForeignRecipe;
use crate::provenance::foreign::json_fields::JsonFields;
use crate::provenance::foreign::text::Texts;

use super::ForeignReader;

/// What it calls itself under `Software`.
const SOFTWARE: &str = "NovelAI";

/// `NovelAI`.
pub(super) struct NovelAi;

impl ForeignReader for NovelAi {
    fn program(&self) -> &'static str {
        SOFTWARE
    }

    fn read(&self, texts: &Texts) -> Option<Result<ForeignRecipe, RecipeFault>> {
        let mut draft = Draft::new(self.program(), texts);
        if texts
            .get("Software")
            .is_some_and(|software| software.starts_with(SOFTWARE))
        {
            let text = texts.get("Comment")?;
            // Its description is the prompt again, its title that a machine made it.
            for keyword in ["Comment", "Description", "Software", "Source", "Title"] {
                draft.heard(keyword);
            }
            let source = texts.get("Source").map(str::to_owned);
            return Some(JsonFields::parse(text).map(|fields| fill(draft, fields, source)));
        }
        let text = texts.get("UserComment")?;
        let is_ours =
            text.starts_with('{') && text.contains(SOFTWARE) && text.contains("\"Comment\"");
        is_ours.then(|| {
            draft.heard("UserComment");
            let mut outer = JsonFields::parse(text)?;
            let comment = outer.take("Comment");
            let comment = comment.ok_or(RecipeFault::Incomplete { missing: "Comment" })?;
            let fields = JsonFields::parse(&comment)?;
            let source = outer.take("Source");
            Ok(fill(draft, fields, source))
        })
    }
}

fn fill(mut draft: Draft<'_>, mut fields: JsonFields, source: Option<String>) -> ForeignRecipe {
    let negative = fields.take_first(&["uc", "negative_prompt"]);
    draft.words(fields.take("prompt"), negative);
    draft.sides(fields.take("width"), fields.take("height"));
    draft.seed("seed", fields.take("seed"));
    draft.set(&STEPS, "steps", fields.take("steps"));
    draft.guidance(("scale", fields.take("scale")), ("guidance", None));
    draft.scheduler("sampler", fields.take("sampler"));
    draft.schedule("noise_schedule", fields.take("noise_schedule"));
    // Told of every picture, and heard of only where one was the start.
    let request = fields.take("request_type");
    if request
        .as_deref()
        .is_some_and(|request| request.starts_with("Img2Img"))
    {
        draft.set(&STRENGTH, "strength", fields.take("strength"));
    }
    draft.leave_some("request_type", request);
    if let Some(source) = source {
        // "NovelAI Diffusion V4 37442FCA": the last word is a hash.
        let is_hash =
            |word: &str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        match source.rsplit_once(' ') {
            Some((name, hash)) if is_hash(hash) => {
                draft.model(Some(name.to_owned()), Some(hash.to_owned()));
            }
            _ => draft.model(Some(source), None),
        }
    }
    fields.leave_rest(&mut draft);
    draft.finish()
}
