"""Searching in the contract server: the query language, BM25, sorting, pages and counts."""

import math
from collections import Counter

from documents import Refusal, only

K1, B = 1.2, 0.75
MAX_WINDOW = 10_000
MAX_BUCKETS = 65_536
QUERY_KEYS = {"query", "size", "from", "sort", "search_after", "track_total_hits", "track_scores", "_source", "aggs",
              "aggregations", "timeout", "min_score", "stored_fields", "docvalue_fields", "fields", "version",
              "seq_no_primary_term", "explain", "post_filter", "rescore", "highlight", "collapse", "pit", "profile",
              "script_fields", "suggest", "terminate_after", "indices_boost", "ext", "stats", "slice"}


class Shard:
    """What one index holds, with the figures BM25 needs."""

    def __init__(self, index):
        self.index = index
        self.documents = index.searchable
        self.figures, self.frequencies = {}, {}

    def figures_of(self, field):
        """Documents with the field, and their mean length; tokens at one position count once."""
        if field not in self.figures:
            lengths = [len({at for _, at in doc.fields[field]}) for doc in self.documents.values() if field in doc.fields]
            counted = Counter(token for doc in self.documents.values() if field in doc.fields
                              for token in {token for token, _ in doc.fields[field]})
            self.frequencies[field] = counted
            self.figures[field] = (len(lengths), sum(lengths) / len(lengths) if lengths else 1.0)
        return self.figures[field]

    def weight(self, field, terms, n_found, doc):
        """BM25 of terms that stand in a document so many times together."""
        n_docs, mean = self.figures_of(field)
        idf = sum(math.log(1 + (n_docs - self.frequencies[field][term] + 0.5) / (self.frequencies[field][term] + 0.5))
                  for term in terms)
        length = len({at for _, at in doc.fields[field]})
        return idf * n_found / (n_found + K1 * (1 - B + B * length / mean))


def one_field(name, body):
    if not isinstance(body, dict) or len(body) != 1:
        raise Refusal(400, "parsing_exception", f"[{name}] query doesn't support multiple fields")
    return next(iter(body.items()))


def refuse(name, key):
    raise Refusal(400, "parsing_exception", f"[{name}] query does not support [{key}]")


def parameters(name, given, allowed):
    for key in given:
        if key not in allowed:
            refuse(name, key)
    return given


def compile_query(shard, query):
    """A function from a document to its score; None where it does not match."""
    if not isinstance(query, dict) or len(query) != 1:
        raise Refusal(400, "parsing_exception", "[_na] query malformed, empty clause found")
    (name, body), = query.items()
    made = QUERIES.get(name)
    if made is None:
        raise Refusal(400, "parsing_exception", f"unknown query [{name}]")
    return made(shard, body)


def clauses(shard, given):
    return [compile_query(shard, one) for one in (given if isinstance(given, list) else [given])]


def bool_query(shard, body):
    parameters("bool", body, {"must", "must_not", "should", "filter", "minimum_should_match", "boost"})
    must, must_not = clauses(shard, body.get("must", [])), clauses(shard, body.get("must_not", []))
    should, keep = clauses(shard, body.get("should", [])), clauses(shard, body.get("filter", []))
    least = int(body.get("minimum_should_match", 0 if must or keep else 1)) if should else 0
    boost = float(body.get("boost", 1.0))

    def score(doc):
        scores = [one(doc) for one in must]
        if None in scores or any(one(doc) is None for one in keep) or any(one(doc) is not None for one in must_not):
            return None
        wanted = [found for found in (one(doc) for one in should) if found is not None]
        return boost * (sum(scores) + sum(wanted)) if len(wanted) >= least else None
    return score


def term_query(shard, body):
    field, given = one_field("term", body)
    given = given if isinstance(given, dict) else {"value": given}
    parameters("term", given, {"value", "boost", "case_insensitive"})
    value, boost = given["value"], float(given.get("boost", 1.0))

    def score(doc):
        if field not in doc.fields:
            return None
        if shard.index.type_of(field) == "text":
            n_found = sum(token == value for token, _ in doc.fields[field])
            return boost * shard.weight(field, [value], n_found, doc) if n_found else None
        return boost if any(same(kept, value) for kept in doc.fields[field]) else None
    return score


def same(kept, value):
    if isinstance(kept, bool):
        return value in (kept, str(kept).lower())
    return str(kept) == str(value)


def terms_query(_shard, body):
    given = {key: value for key, value in body.items() if key != "boost"}
    field, values = one_field("terms", given)
    if not isinstance(values, list):
        raise Refusal(400, "parsing_exception", "[terms] query requires an array")
    return lambda doc: 1.0 if any(same(kept, value) for kept in doc.fields.get(field, []) for value in values) else None


def range_query(shard, body):
    field, given = one_field("range", body)
    parameters("range", given, {"gt", "gte", "lt", "lte", "boost", "format", "time_zone", "relation"})
    if shard.index.type_of(field) not in ("long", "integer"):
        raise Refusal(400, "contract", "ranges are tried over numbers only")
    checks = [(key, bound) for key, bound in given.items() if key in ("gt", "gte", "lt", "lte")]
    compare = {"gt": lambda one, other: one > other, "gte": lambda one, other: one >= other,
               "lt": lambda one, other: one < other, "lte": lambda one, other: one <= other}

    def score(doc):
        fits = any(all(compare[key](value, bound) for key, bound in checks) for value in doc.fields.get(field, []))
        return 1.0 if fits else None
    return score


def exists_query(_shard, body):
    parameters("exists", body, {"field", "boost"})
    return lambda doc: 1.0 if body["field"] in doc.fields else None


def match_phrase_query(shard, body):
    field, given = one_field("match_phrase", body)
    given = given if isinstance(given, dict) else {"query": given}
    parameters("match_phrase", given, {"query", "slop", "boost", "analyzer", "zero_terms_query"})
    if int(given.get("slop", 0)) != 0:
        raise Refusal(400, "contract", "phrases are tried without slop only")
    made = shard.index.properties.get(field, {})
    analyzer = given.get("analyzer", made.get("search_analyzer", made.get("analyzer", "whitespace")))
    terms = shard.index.tokens(analyzer, given["query"])
    boost = float(given.get("boost", 1.0))

    def score(doc):
        standing = set(doc.fields.get(field, []))
        starts = {at for token, at in standing if terms and token == terms[0][0]}
        n_found = sum(all((token, start + offset) in standing for token, offset in terms) for start in starts)
        return boost * shard.weight(field, [token for token, _ in terms], n_found, doc) if n_found else None
    return score


def match_all_query(_shard, body):
    parameters("match_all", body, {"boost"})
    return lambda doc: float(body.get("boost", 1.0))


QUERIES = {"bool": bool_query, "term": term_query, "terms": terms_query, "range": range_query, "exists": exists_query,
           "match_phrase": match_phrase_query, "match_all": match_all_query}


def sort_keys(shard, sort):
    """Functions from (document, score) to the values of a sort, with their directions."""
    keys = []
    for one in sort:
        field, given = one_field("sort", one) if isinstance(one, dict) else (one, {})
        given = given if isinstance(given, dict) else {"order": given}
        parameters("sort", given, {"order", "missing", "unmapped_type", "mode", "numeric_type"})
        order = given.get("order", "desc" if field == "_score" else "asc")
        if order not in ("asc", "desc"):
            raise Refusal(400, "illegal_argument_exception", f"Unknown SortOrder [{order}]")
        kind = shard.index.type_of(field)
        if field != "_score" and kind is None:
            raise Refusal(400, "query_shard_exception", f"No mapping found for [{field}] in order to sort on")
        if kind == "text":
            raise Refusal(400, "illegal_argument_exception", f"Fielddata is disabled on [{field}]")
        keys.append((field, -1 if order == "desc" else 1))
    return keys


def read_page(body):
    size, start = int(body.get("size", 10)), int(body.get("from", 0))
    if size < 0 or start < 0:
        raise Refusal(400, "illegal_argument_exception", "[size] parameter cannot be negative")
    if size + start > MAX_WINDOW:
        raise Refusal(400, "illegal_argument_exception",
                      f"Result window is too large, from + size must be less than or equal to: [{MAX_WINDOW}]")
    after = body.get("search_after")
    if after is not None:
        if start > 0:
            raise Refusal(400, "action_request_validation_exception", "`from` parameter must be set to 0 when `search_after` is used")
        if len(after) != len(body.get("sort", [])):
            raise Refusal(400, "illegal_argument_exception",
                          f"search_after has {len(after)} value(s) but sort has {len(body.get('sort', []))}.")
    return size, start, after


def search(indices, body):
    for key in body:
        if key not in QUERY_KEYS:
            raise Refusal(400, "parsing_exception", f"unknown key [{key}] for a search")
    size, start, after = read_page(body)
    sort = body.get("sort", [])
    found = []
    for index in indices:
        shard = Shard(index)
        score = compile_query(shard, body.get("query", {"match_all": {}}))
        keys = sort_keys(shard, sort) or [("_score", -1)]
        for doc_id, doc in index.searchable.items():
            scored = score(doc)
            if scored is not None:
                values = [scored if field == "_score" else doc.fields[field][0] for field, _ in keys]
                rank = [direction * value for (_, direction), value in zip(keys, values)]
                found.append((rank, doc_id, index, doc, scored, values))
    found.sort(key=lambda one: one[0])
    page = found
    if after is not None:
        bound = [direction * value for (_, direction), value in zip(keys, after)]
        page = [one for one in found if one[0] > bound]
    shows_score = not sort or any(field == "_score" for field, _ in keys)
    hits = [hit(one, bool(sort), shows_score, body) for one in page[start:start + size]]
    answer = {"took": 1, "timed_out": False, "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
              "hits": {"max_score": None if sort else max((one[4] for one in found), default=None), "hits": hits}}
    tracked = body.get("track_total_hits", 10_000)
    if tracked is not False:
        bound = math.inf if tracked is True else int(tracked)
        answer["hits"]["total"] = {"value": min(len(found), bound) if bound < math.inf else len(found),
                                   "relation": "eq" if len(found) <= bound else "gte"}
    wanted = body.get("aggs", body.get("aggregations"))
    if wanted:
        answer["aggregations"] = {name: aggregate(indices, found, one) for name, one in wanted.items()}
    return answer


def hit(one, is_sorted, shows_score, body):
    _, doc_id, index, doc, scored, values = one
    made = {"_index": index.name, "_id": doc_id, "_score": scored if shows_score else None}
    if body.get("_source", True) is not False:
        made["_source"] = doc.source
    if is_sorted:
        made["sort"] = values
    return made


def aggregate(indices, found, wanted):
    (kind, given), = wanted.items()
    if kind != "terms":
        raise Refusal(400, "parsing_exception", f"Unknown aggregation type [{kind}]")
    only(given, {"field", "size", "order", "min_doc_count", "shard_size", "missing", "show_term_doc_count_error",
                 "execution_hint", "collect_mode", "include", "exclude"}, "terms")
    field, size = given["field"], int(given.get("size", 10))
    kinds = {index.type_of(field) for index in indices}
    if "text" in kinds:
        raise Refusal(400, "illegal_argument_exception", f"Fielddata is disabled on [{field}]")
    counts = Counter(value for one in found for value in set(one[3].fields.get(field, [])))
    shown = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
    if len(shown) > MAX_BUCKETS:
        raise Refusal(400, "too_many_buckets_exception", "Trying to create too many buckets")
    buckets = [{"key": value, "doc_count": n} for value, n in shown]
    return {"doc_count_error_upper_bound": 0, "sum_other_doc_count": sum(counts.values()) - sum(n for _, n in shown),
            "buckets": buckets}
