//! The page that describes the API, made from the description that programs read.

use askama::Template;
use serde_json::Value;

use super::Layout;

/// `/api`.
#[derive(Template)]
#[template(path = "api.html")]
pub(crate) struct ApiPage<'a> {
    pub(crate) page: Layout,
    pub(crate) docs: &'a ApiDocs,
}

/// What the page shows; the same for every reader.
pub(crate) struct ApiDocs {
    pub(crate) about: String,
    pub(crate) groups: Vec<Group>,
    pub(crate) shapes: Vec<Shape>,
}

/// Operations under one tag.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) operations: Vec<Operation>,
}

/// One method of one address.
pub(crate) struct Operation {
    pub(crate) anchor: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) about: String,
    pub(crate) parameters: Vec<Field>,
    pub(crate) bodies: Vec<Content>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) example: String,
}

/// A parameter, or a field of a shape.
pub(crate) struct Field {
    pub(crate) name: String,
    /// `path`, `query`, `header`; empty for fields.
    pub(crate) place: String,
    pub(crate) kind: Kind,
    pub(crate) is_required: bool,
    pub(crate) about: String,
}

/// One status and what comes with it.
pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) about: String,
    pub(crate) contents: Vec<Content>,
}

/// One media type.
pub(crate) struct Content {
    pub(crate) media: String,
    pub(crate) kind: Kind,
}

/// What a value is, with the shape it refers to.
#[derive(Default)]
pub(crate) struct Kind {
    pub(crate) text: String,
    pub(crate) shape: Option<String>,
}

/// A named shape.
pub(crate) struct Shape {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) fields: Vec<Field>,
}

impl ApiDocs {
    /// Reads a description.
    pub(crate) fn new(description: &Value) -> Self {
        let tags = description["tags"].as_array().into_iter().flatten();
        let groups = tags.map(|tag| Group {
            name: text(&tag["name"]),
            about: text(&tag["description"]),
            operations: operations(description, &text(&tag["name"])),
        });
        let shapes = description["components"]["schemas"].as_object();
        let shapes = shapes.into_iter().flatten().map(|(name, schema)| Shape {
            name: name.clone(),
            about: text(&schema["description"]),
            fields: fields(schema),
        });
        Self {
            about: text(&description["info"]["description"]),
            groups: groups
                .filter(|group| !group.operations.is_empty())
                .collect(),
            shapes: shapes.collect(),
        }
    }
}

fn operations(description: &Value, tag: &str) -> Vec<Operation> {
    let paths = description["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path, method, operation))
    });
    let of_tag = all.filter(|(_, _, operation)| operation["tags"][0] == tag);
    of_tag
        .map(|(path, method, operation)| Operation::new(path, method, operation))
        .collect()
}

impl Operation {
    fn new(path: &str, method: &str, operation: &Value) -> Self {
        let given = operation["parameters"].as_array().into_iter().flatten();
        let given = given.collect::<Vec<_>>();
        let parameters = given.iter().map(|one| Field {
            name: text(&one["name"]),
            place: text(&one["in"]),
            kind: kind_of(&one["schema"]),
            is_required: one["required"] == true,
            about: text(&one["description"]),
        });
        let answers = operation["responses"].as_object().into_iter().flatten();
        let answers = answers.map(|(status, answer)| Answer {
            status: status.clone(),
            about: text(&answer["description"]),
            contents: contents(&answer["content"]),
        });
        let about = [&operation["summary"], &operation["description"]].map(text);
        let about = about.into_iter().filter(|words| !words.is_empty());
        Self {
            anchor: anchor(method, path),
            method: method.to_uppercase(),
            path: path.to_owned(),
            about: about.collect::<Vec<_>>().join(" "),
            parameters: parameters.collect(),
            bodies: contents(&operation["requestBody"]["content"]),
            answers: answers.collect(),
            example: example(path, method, &given, &operation["requestBody"]["content"]),
        }
    }
}

fn anchor(method: &str, path: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("{method}{}", path.chars().map(plain).collect::<String>())
}

fn contents(content: &Value) -> Vec<Content> {
    let all = content.as_object().into_iter().flatten();
    all.map(|(media, content)| Content {
        media: media.clone(),
        kind: kind_of(&content["schema"]),
    })
    .collect()
}

/// A command that can be pasted into a shell, with the examples of the description.
fn example(path: &str, method: &str, parameters: &[&Value], body: &Value) -> String {
    let mut address = path.to_owned();
    let mut query = Vec::new();
    for one in parameters {
        let name = text(&one["name"]);
        let told = shown(&one["example"]).or_else(|| shown(&one["schema"]["example"]));
        match one["in"].as_str() {
            Some("path") => {
                let known = match name.as_str() {
                    "format" => Some("json".to_owned()),
                    _ => told,
                };
                let value = known.unwrap_or_else(|| name.to_uppercase());
                address = address.replace(&format!("{{{name}}}"), &value);
            }
            Some("query") => query.extend(told.map(|value| format!("{name}={value}"))),
            _ => {}
        }
    }
    if !query.is_empty() {
        address = format!("{address}?{}", query.join("&"));
    }
    let mut command = format!("curl -s \"$LANGNGHE{address}\"");
    if method == "post" {
        let is_form = body["application/x-www-form-urlencoded"].is_object();
        command.push_str(if is_form {
            " -d api_key=KEY -d service_code=drainage --data-urlencode description=… \
             --data-urlencode address_string=…"
        } else {
            " -H 'content-type: application/json' --data @FILE"
        });
    }
    command
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.replace('+', "%2B")),
        other => Some(other.to_string()),
    }
}

/// Fields of a shape; those of shapes it takes in stand as one row each.
fn fields(schema: &Value) -> Vec<Field> {
    let mut all = Vec::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if part["$ref"].is_string() {
            all.push(Field {
                name: "…".to_owned(),
                place: String::new(),
                kind: kind_of(part),
                is_required: true,
                about: text(&part["description"]),
            });
        }
        all.extend(fields(part));
    }
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let own = schema["properties"].as_object().into_iter().flatten();
    all.extend(own.map(|(name, field)| Field {
        name: name.clone(),
        place: String::new(),
        kind: kind_of(field),
        is_required: is_required(name),
        about: text(&field["description"]),
    }));
    all
}

/// What a schema says of a value, in few words.
fn kind_of(schema: &Value) -> Kind {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        return Kind {
            text: name.to_owned(),
            shape: Some(name.to_owned()),
        };
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        let Some(parts) = schema[key].as_array() else {
            continue;
        };
        let kinds = parts.iter().map(kind_of).collect::<Vec<_>>();
        let shape = kinds.iter().find_map(|kind| kind.shape.clone());
        let texts = kinds.iter().map(|kind| kind.text.as_str());
        let texts = texts.filter(|text| !text.is_empty()).collect::<Vec<_>>();
        return Kind {
            text: texts.join(" | "),
            shape,
        };
    }
    if let Some(values) = schema["enum"].as_array() {
        let codes = values.iter().filter_map(Value::as_str).collect::<Vec<_>>();
        return plain(codes.join(" | "));
    }
    let types = match &schema["type"] {
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(" | "),
        one => text(one),
    };
    if types.starts_with("array") {
        let mut of = kind_of(&schema["items"]);
        of.text = format!("{}{}", types.replacen("array", "[", 1), of.text);
        of.text = of.text.replacen('[', "[…] ", 1);
        return of;
    }
    let bound = |key: &str, sign: &str| shown(&schema[key]).map(|value| format!("{sign} {value}"));
    let more = [
        shown(&schema["format"]).filter(|format| !format.starts_with("int") && format != "double"),
        bound("minimum", "≥"),
        bound("maximum", "≤"),
        schema["pattern"]
            .as_str()
            .map(|pattern| format!("/{pattern}/")),
    ];
    let words = std::iter::once(types).chain(more.into_iter().flatten());
    plain(
        words
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
    )
}

fn plain(text: String) -> Kind {
    Kind { text, shape: None }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_become_words() {
        let words = |schema: Value| kind_of(&schema).text;
        assert_eq!(
            words(json!({"type": "integer", "minimum": 1, "maximum": 100})),
            "integer ≥ 1 ≤ 100"
        );
        assert_eq!(words(json!({"type": ["string", "null"]})), "string | null");
        assert_eq!(
            words(json!({"type": "string", "enum": ["a", "b"]})),
            "a | b"
        );
        let list = kind_of(&json!({"type": "array", "items": {"$ref": "#/components/schemas/X"}}));
        assert_eq!(
            (list.text.as_str(), list.shape.as_deref()),
            ("[…] X", Some("X"))
        );
        let either = json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/X"}]});
        assert_eq!(words(either), "null | X");
    }

    #[test]
    fn examples_can_be_pasted() {
        let day = json!({"name": "day", "in": "query", "example": "2026-11-12"});
        let id = json!({"name": "id", "in": "path"});
        let command = example("/x/{id}", "get", &[&day, &id], &Value::Null);
        assert_eq!(command, "curl -s \"$LANGNGHE/x/ID?day=2026-11-12\"");
    }
}
