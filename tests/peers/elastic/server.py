"""A contract server: the part of the HTTP interface of Elasticsearch 8 and OpenSearch 2 that Lắng Nghe
speaks, over documents held in memory. No live cluster: it refuses what the documentation does not allow
(unknown parameters, keys, fields, types), answers in the documented shapes, and finds what is asked for.

    python3 server.py [--flavour elasticsearch|opensearch] [--number 8.15.0] [--auth VALUE] [--record FILE]

The address comes on the first line of stdout. It ends when its standard input is closed.
`POST /_contract/faults` makes it fail: a list of {"path", "status", "retry_after", "type", "times", "item"}.
"""

import argparse
import json
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from documents import Index, Refusal, check_name, only
from queries import search

MAX_BODY_BYTES = 1 << 20
OPTIONS = None


class Cluster:
    """All indexes, one request at a time."""

    def __init__(self):
        self.indices = {}
        self.lock = threading.Lock()
        self.faults = []

    def resolve(self, name):
        """Indexes under a name, an alias or a pattern."""
        if "*" in name:
            shape = re.compile(re.escape(name).replace(r"\*", ".*") + r"\Z")
            return [index for key, index in self.indices.items() if shape.match(key)]
        if name in self.indices:
            return [self.indices[name]]
        found = [index for index in self.indices.values() if name in index.aliases]
        if not found:
            raise Refusal(404, "index_not_found_exception", f"no such index [{name}]")
        return found

    def is_alias(self, name):
        return any(name in index.aliases for index in self.indices.values())

    def to_write(self, name, must_be_alias):
        if must_be_alias and not self.is_alias(name):
            reason = f"no such index [{name}] and [require_alias] request flag is [true] and [{name}] is not an alias"
            raise Refusal(404, "index_not_found_exception", reason)
        # A cluster makes a missing index by itself, with types of its own choice: nobody wants that.
        found = self.resolve(name)
        if len(found) > 1:
            raise Refusal(400, "illegal_argument_exception", f"no write index is defined for alias [{name}]")
        return found[0]

    # Routes.

    def root(self, _params, _body):
        version = {
            "number": OPTIONS.number, "build_type": "tar", "build_hash": "0" * 40, "build_date": "2024-08-05T10:05:34Z",
            "build_snapshot": False, "lucene_version": "9.11.1",
            "minimum_wire_compatibility_version": "7.17.0", "minimum_index_compatibility_version": "7.0.0",
        }
        if OPTIONS.flavour == "opensearch":
            version["distribution"] = "opensearch"
            tagline = "The OpenSearch Project: https://opensearch.org/"
        else:
            version["build_flavor"] = "default"
            tagline = "You Know, for Search"
        return 200, {"name": "contract", "cluster_name": "contract", "cluster_uuid": "c0ntract", "version": version,
                     "tagline": tagline}

    def create(self, params, body, name):
        only(params, {"wait_for_active_shards", "timeout", "master_timeout", "cluster_manager_timeout"}, name)
        check_name(name)
        if name in self.indices:
            raise Refusal(400, "resource_already_exists_exception", f"index [{name}/c0ntract] already exists")
        if self.is_alias(name):
            raise Refusal(400, "invalid_index_name_exception",
                          f"Invalid index name [{name}], already exists as alias")
        index = Index(name, body or {})
        for alias in index.aliases:
            self.check_alias(alias)
        self.indices[name] = index
        return 200, {"acknowledged": True, "shards_acknowledged": True, "index": name}

    def check_alias(self, alias):
        check_name(alias)
        if alias in self.indices:
            raise Refusal(400, "invalid_alias_name_exception",
                          f"Invalid alias name [{alias}]: an index or data stream exists with the same name as the alias")

    def delete(self, params, _body, name):
        only(params, {"timeout", "master_timeout", "ignore_unavailable", "allow_no_indices", "expand_wildcards"}, name)
        if "*" in name:
            raise Refusal(400, "illegal_argument_exception", "Wildcard expressions or all indices are not allowed")
        if name not in self.indices:
            self.resolve(name)
            raise Refusal(400, "illegal_argument_exception",
                          f"The provided expression [{name}] matches an alias, specify the corresponding concrete indices instead.")
        del self.indices[name]
        return 200, {"acknowledged": True}

    def aliases_of(self, params, _body, name):
        only(params, {"ignore_unavailable", "allow_no_indices", "expand_wildcards", "local"}, name)
        return 200, {index.name: {"aliases": {alias: {} for alias in sorted(index.aliases)}}
                     for index in self.resolve(name)}

    def change_aliases(self, params, body):
        only(params, {"timeout", "master_timeout"}, "_aliases")
        only(body, {"actions"}, "aliases")
        # All or nothing.
        steps = []
        for action in body.get("actions", []):
            (kind, what), = action.items()
            if kind == "remove_index":
                only(what, {"index", "indices", "must_exist"}, kind)
                if what["index"] not in self.indices:
                    raise Refusal(404, "index_not_found_exception", f"no such index [{what['index']}]")
                steps.append((kind, what["index"], None))
                continue
            if kind not in ("add", "remove"):
                raise Refusal(400, "x_content_parse_exception", f"[alias_action] unknown field [{kind}]")
            only(what, {"index", "indices", "alias", "aliases", "filter", "is_write_index", "is_hidden", "must_exist",
                        "routing", "index_routing", "search_routing"}, kind)
            index = self.resolve(what["index"])[0]
            if kind == "add":
                self.check_alias(what["alias"])
            elif what["alias"] not in index.aliases:
                raise Refusal(404, "aliases_not_found_exception", f"aliases [{what['alias']}] missing")
            steps.append((kind, index.name, what["alias"]))
        for kind, index, alias in steps:
            if kind == "add":
                self.indices[index].aliases.add(alias)
            elif kind == "remove":
                self.indices[index].aliases.discard(alias)
            else:
                del self.indices[index]
        return 200, {"acknowledged": True, "errors": False} if OPTIONS.flavour == "elasticsearch" else {"acknowledged": True}

    def refresh(self, params, _body, name):
        only(params, {"ignore_unavailable", "allow_no_indices", "expand_wildcards"}, name)
        for index in self.resolve(name):
            index.refresh()
        return 200, {"_shards": {"total": 2, "successful": 1, "failed": 0}}

    def read(self, params, _body, name, doc):
        only(params, {"_source", "_source_includes", "_source_excludes", "preference", "realtime", "refresh", "routing",
                      "stored_fields", "version", "version_type"}, name)
        index = self.resolve(name)[0]
        kept = index.documents.get(doc)
        if kept is None:
            return 404, {"_index": index.name, "_id": doc, "found": False}
        return 200, {"_index": index.name, "_id": doc, "_version": kept.version, "_seq_no": kept.seq_no,
                     "_primary_term": 1, "found": True, "_source": kept.source}

    def write(self, params, body, name, doc):
        only(params, {"version", "version_type", "require_alias", "refresh", "routing", "timeout", "pipeline", "op_type",
                      "if_seq_no", "if_primary_term", "wait_for_active_shards"}, name)
        index = self.to_write(name, params.get("require_alias") == "true")
        status, outcome = index.write("index", doc, params, body)
        return status, outcome

    def bulk(self, params, body, name=None):
        only(params, {"require_alias", "refresh", "timeout", "pipeline", "routing", "_source", "wait_for_active_shards"}, name)
        if not body.endswith(b"\n"):
            raise Refusal(400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]")
        lines = body.split(b"\n")[:-1]
        items, at, has_errors = [], 0, False
        while at < len(lines):
            (action, meta), = json.loads(lines[at]).items()
            at += 1
            if action not in ("index", "create", "delete", "update"):
                reason = f"Malformed action/metadata line [{at}], expected one of [create, delete, index, update] but found [{action}]"
                raise Refusal(400, "illegal_argument_exception", reason)
            only(meta, {"_index", "_id", "version", "version_type", "routing", "require_alias", "if_seq_no",
                        "if_primary_term", "pipeline", "dynamic_templates"}, "bulk")
            source = None
            if action != "delete":
                source = json.loads(lines[at])
                at += 1
            try:
                fault = self.fault_of_item(meta.get("_id"))
                if fault:
                    raise Refusal(fault["status"], fault["type"], "made to fail")
                index = self.to_write(meta.get("_index", name), params.get("require_alias") == "true")
                status, outcome = index.write(action, meta["_id"], meta, source)
                items.append({action: {**outcome, "status": status}})
            except Refusal as refusal:
                has_errors = True
                items.append({action: {"_index": name, "_id": meta.get("_id"), "status": refusal.status,
                                       "error": {"type": refusal.kind, "reason": refusal.reason}}})
        return 200, {"took": 1, "errors": has_errors, "items": items}

    def fault_of_item(self, doc):
        for fault in self.faults:
            if fault.get("item") == doc and fault["times"] > 0:
                fault["times"] -= 1
                return fault
        return None

    def find(self, params, body, name):
        only(params, {"search_type", "allow_partial_search_results", "preference", "routing", "request_cache", "timeout",
                      "ignore_unavailable", "allow_no_indices", "expand_wildcards", "track_total_hits", "typed_keys",
                      "rest_total_hits_as_int", "batched_reduce_size", "ccs_minimize_roundtrips"}, name)
        if params.get("search_type", "query_then_fetch") not in ("query_then_fetch", "dfs_query_then_fetch"):
            raise Refusal(400, "illegal_argument_exception", f"No search type for [{params['search_type']}]")
        return 200, search(self.resolve(name), body or {})

    def count(self, params, body, name):
        only(params, {"ignore_unavailable", "allow_no_indices", "expand_wildcards", "preference", "routing", "min_score",
                      "terminate_after"}, name)
        only(body or {}, {"query"}, "count")
        found = search(self.resolve(name), {**(body or {}), "size": 0, "track_total_hits": True})
        return 200, {"count": found["hits"]["total"]["value"],
                     "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0}}

    def make_fail(self, _params, body):
        self.faults = [{"times": 1, **fault} for fault in body]
        return 200, {"acknowledged": True}


NAME = r"([^/_][^/]*)"
ROUTES = [
    ("GET", r"/", Cluster.root, None),
    ("PUT", rf"/{NAME}", Cluster.create, "json"),
    ("DELETE", rf"/{NAME}", Cluster.delete, None),
    ("GET", rf"/{NAME}/_alias", Cluster.aliases_of, None),
    ("POST", r"/_aliases", Cluster.change_aliases, "json"),
    ("POST", rf"/{NAME}/_refresh", Cluster.refresh, None),
    ("GET", rf"/{NAME}/_doc/([^/]+)", Cluster.read, None),
    ("PUT", rf"/{NAME}/_doc/([^/]+)", Cluster.write, "json"),
    ("POST", rf"/{NAME}/_bulk", Cluster.bulk, "ndjson"),
    ("PUT", r"/_bulk", Cluster.bulk, "ndjson"),
    ("POST", r"/_bulk", Cluster.bulk, "ndjson"),
    ("POST", rf"/{NAME}/_search", Cluster.find, "json"),
    ("POST", rf"/{NAME}/_count", Cluster.count, "json"),
    ("POST", r"/_contract/faults", Cluster.make_fail, "json"),
]
CONTENT_TYPES = {"json": ("application/json",), "ndjson": ("application/x-ndjson", "application/json")}
CLUSTER = Cluster()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with CLUSTER.lock:
            extra = {}
            try:
                status, answer = self.answer(body, extra)
            except Refusal as refusal:
                status, answer = refusal.status, refusal.answer()
            if OPTIONS.record and not self.path.startswith("/_contract"):
                self.record(body, status, answer)
        raw = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        if OPTIONS.flavour == "elasticsearch":
            self.send_header("X-elastic-product", "Elasticsearch")
        for name, value in extra.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PUT = do_DELETE = handle_request

    def answer(self, body, extra):
        parts = urlsplit(self.path)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        path = unquote(parts.path)
        if OPTIONS.auth and self.headers.get("Authorization") != OPTIONS.auth and not path.startswith("/_contract"):
            extra["WWW-Authenticate"] = 'Basic realm="security" charset="UTF-8"'
            raise Refusal(401, "security_exception", "unable to authenticate")
        for fault in [] if path.startswith("/_contract") else CLUSTER.faults:
            if "path" in fault and fault["path"] in path and fault["times"] > 0:
                fault["times"] -= 1
                if "retry_after" in fault:
                    extra["Retry-After"] = fault["retry_after"]
                if "sleep_ms" in fault:
                    time.sleep(fault["sleep_ms"] / 1000)
                raise Refusal(fault["status"], fault.get("type", "es_rejected_execution_exception"), "made to fail")
        if len(body) > MAX_BODY_BYTES:
            raise Refusal(413, "too_large", "")
        for method, shape, handler, kind in ROUTES:
            matched = re.fullmatch(shape, path)
            if method != self.command or not matched:
                continue
            return handler(CLUSTER, params, self.read_body(body, kind), *matched.groups())
        raise Refusal(400, None, f"no handler found for uri [{self.path}] and method [{self.command}]")

    def read_body(self, body, kind):
        if kind is None:
            if body:
                raise Refusal(400, "illegal_argument_exception", f"request [{self.command} {self.path}] does not support having a body")
            return None
        # The clients of Elastic ask for their own names of the same types.
        given = self.headers.get("Content-Type", "").split(";")[0].replace("vnd.elasticsearch+", "")
        if body and given not in CONTENT_TYPES[kind]:
            raise Refusal(406, None, f"Content-Type header [{given}] is not supported")
        if kind == "ndjson":
            return body
        try:
            return json.loads(body) if body else None
        except ValueError:
            raise Refusal(400, "x_content_parse_exception", "not JSON") from None

    def record(self, body, status, answer):
        line = {"flavour": OPTIONS.flavour, "method": self.command, "path": self.path, "body": body.decode(),
                "status": status, "answer": answer}
        with open(OPTIONS.record, "a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def main():
    global OPTIONS
    parser = argparse.ArgumentParser()
    parser.add_argument("--flavour", default="elasticsearch", choices=["elasticsearch", "opensearch"])
    parser.add_argument("--number", default="8.15.0")
    parser.add_argument("--auth")
    parser.add_argument("--record")
    parser.add_argument("--port", type=int, default=0)
    OPTIONS = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", OPTIONS.port), Handler)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
