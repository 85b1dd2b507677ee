"""Indexes of the contract server: names, settings, mappings, analysis and documents."""

import re

SETTINGS = {"number_of_shards", "number_of_replicas", "refresh_interval", "analysis"}
TYPES = {
    "text": {"type", "analyzer", "search_analyzer", "norms", "index_options", "index", "store", "similarity"},
    "keyword": {"type", "index", "doc_values", "store", "ignore_above", "norms"},
    "long": {"type", "index", "doc_values", "store", "coerce"},
    "integer": {"type", "index", "doc_values", "store", "coerce"},
    "boolean": {"type", "index", "doc_values", "store"},
}
BOUNDS = {"long": 1 << 63, "integer": 1 << 31}


class Refusal(Exception):
    """What a cluster answers instead."""

    def __init__(self, status, kind, reason):
        super().__init__(reason)
        self.status, self.kind, self.reason = status, kind, reason

    def answer(self):
        if self.status == 413:
            return ""
        if self.kind is None:
            return {"error": self.reason}
        cause = {"type": self.kind, "reason": self.reason}
        return {"error": {"root_cause": [cause], **cause}, "status": self.status}


def only(given, allowed, where):
    """Refuses what the documentation does not know."""
    for key in given:
        if key not in allowed:
            raise Refusal(400, "illegal_argument_exception", f"[{where}] contains unrecognized parameter: [{key}]")


def check_name(name):
    if (name != name.lower() or name.startswith(("-", "_", "+")) or name in (".", "..") or len(name.encode()) > 255
            or re.search(r'[\\/*?"<>| ,#:]', name)):
        raise Refusal(400, "invalid_index_name_exception", f"Invalid index name [{name}]")


class Document:
    def __init__(self, version, seq_no, source, fields):
        self.version, self.seq_no, self.source, self.fields = version, seq_no, source, fields


class Index:
    def __init__(self, name, body):
        only(body, {"settings", "mappings", "aliases"}, "create index")
        self.name = name
        self.aliases = set(body.get("aliases", {}))
        self.documents, self.searchable, self.versions, self.n_writes = {}, {}, {}, 0
        self.read_settings(body.get("settings", {}))
        self.read_mappings(body.get("mappings", {}))

    def read_settings(self, settings):
        only(settings, {"index"}, "settings")
        settings = settings.get("index", {})
        only(settings, SETTINGS, "index")
        analysis = settings.get("analysis", {})
        only(analysis, {"filter", "analyzer"}, "analysis")
        self.filters = analysis.get("filter", {})
        for name, made in self.filters.items():
            if made.get("type") != "pattern_capture":
                raise Refusal(400, "illegal_argument_exception", f"Unknown filter type [{made.get('type')}] for [{name}]")
            only(made, {"type", "preserve_original", "patterns"}, name)
        self.analyzers = {"whitespace": []}
        for name, made in analysis.get("analyzer", {}).items():
            only(made, {"type", "tokenizer", "filter", "char_filter"}, name)
            if made.get("type") != "custom" or made.get("tokenizer") != "whitespace":
                raise Refusal(400, "illegal_argument_exception", f"analyzer [{name}] is not one this server knows")
            for wanted in made.get("filter", []):
                if wanted not in self.filters:
                    reason = f"Custom Analyzer [{name}] failed to find filter under name [{wanted}]"
                    raise Refusal(400, "illegal_argument_exception", reason)
            self.analyzers[name] = made.get("filter", [])

    def read_mappings(self, mappings):
        only(mappings, {"dynamic", "_source", "_meta", "properties"}, "mappings")
        source = mappings.get("_source", {})
        only(source, {"enabled", "includes", "excludes"}, "_source")
        self.kept = source.get("includes", ["*"]) if source.get("enabled", True) else []
        self.is_strict = mappings.get("dynamic") == "strict"
        self.properties = mappings.get("properties", {})
        for field, made in self.properties.items():
            if made.get("type") not in TYPES:
                reason = f"No handler for type [{made.get('type')}] declared on field [{field}]"
                raise Refusal(400, "mapper_parsing_exception", reason)
            only(made, TYPES[made["type"]], field)
            for key in ("analyzer", "search_analyzer"):
                if key in made and made[key] not in self.analyzers:
                    raise Refusal(400, "mapper_parsing_exception",
                                  f"analyzer [{made[key]}] has not been configured in mappings")

    def type_of(self, field):
        return self.properties.get(field, {}).get("type")

    def tokens(self, analyzer, text):
        """Tokens with their positions; a filter may put several at one."""
        found = []
        for position, word in enumerate(text.split()):
            made = [word]
            for name in self.analyzers[analyzer]:
                made = [token for one in made for token in self.capture(self.filters[name], one)]
            found.extend((token, position) for token in made)
        return found

    @staticmethod
    def capture(made, token):
        captured = [token] if made.get("preserve_original", True) else []
        for pattern in made["patterns"]:
            captured.extend(group for match in re.finditer(pattern, token) for group in match.groups() if group)
        # Lucene keeps a token of which nothing was captured.
        return captured or [token]

    def write(self, action, doc, params, source):
        """One write, under the rules of versions; the answer without its status."""
        if len(doc.encode()) > 512:
            raise Refusal(400, "action_request_validation_exception", "id is too long")
        kind = params.get("version_type", "internal")
        former = self.versions.get(doc, 0)
        if kind == "internal":
            version = former + 1
        elif kind in ("external", "external_gte"):
            version = int(params["version"])
            if version < former or (version == former and kind == "external"):
                reason = f"[{doc}]: version conflict, current version [{former}] is higher than the one provided [{version}]"
                raise Refusal(409, "version_conflict_engine_exception", reason)
        else:
            raise Refusal(400, "illegal_argument_exception", f"No version type match [{kind}]")
        was_there = doc in self.documents
        if action == "delete":
            self.documents.pop(doc, None)
            status, result = (200, "deleted") if was_there else (404, "not_found")
        else:
            fields = self.analyse(source)
            kept = {key: value for key, value in source.items() if self.is_kept(key)}
            self.documents[doc] = Document(version, self.n_writes, kept, fields)
            status, result = (200, "updated") if was_there else (201, "created")
        self.versions[doc] = version
        self.n_writes += 1
        return status, {"_index": self.name, "_id": doc, "_version": version, "result": result,
                        "_shards": {"total": 2, "successful": 1, "failed": 0},
                        "_seq_no": self.n_writes - 1, "_primary_term": 1}

    def is_kept(self, field):
        return any(re.fullmatch(re.escape(shape).replace(r"\*", ".*"), field) for shape in self.kept)

    def analyse(self, source):
        fields = {}
        for field, value in source.items():
            made = self.properties.get(field)
            if made is None:
                if self.is_strict:
                    reason = f"mapping set to strict, dynamic introduction of [{field}] within [_doc] is not allowed"
                    raise Refusal(400, "strict_dynamic_mapping_exception", reason)
                raise Refusal(400, "contract", f"field [{field}] would be typed by guessing")
            values = [one for one in (value if isinstance(value, list) else [value]) if one is not None]
            for one in values:
                self.check_value(field, made["type"], one)
            if not values:
                continue
            if made["type"] == "text":
                values = [self.tokens(made.get("analyzer", "whitespace"), one) for one in values]
                fields[field] = values[0]
            else:
                fields[field] = values
        return fields

    @staticmethod
    def check_value(field, kind, value):
        fits = {
            "text": lambda: isinstance(value, str),
            "keyword": lambda: isinstance(value, str) and len(value.encode()) <= 32766,
            "boolean": lambda: isinstance(value, bool),
        }.get(kind, lambda: type(value) is int and -BOUNDS[kind] <= value < BOUNDS[kind])
        if not fits():
            raise Refusal(400, "document_parsing_exception", f"failed to parse field [{field}] of type [{kind}]")

    def refresh(self):
        self.searchable = dict(self.documents)
