"""Readers of others on what the running server gives: strict CSV, feedparser, icalendar, a GeoJSON
validator, an XML parser. Fails with the address of what they refuse."""

import csv
import datetime
import hashlib
import io
import itertools
import json
import os
import pathlib
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree as ElementTree

import feedparser
import geojson_validator
import icalendar

try:
    import frictionless
except ImportError:
    frictionless = None
try:
    import pyarrow.parquet as pyarrow_parquet
except ImportError:
    pyarrow_parquet = None

BASE = sys.argv[1]
REQUEST_FIELDS = """service_request_id status status_notes service_name service_code description
agency_responsible service_notice requested_datetime updated_datetime expected_datetime address address_id
zipcode lat long media_url""".split()


def get(path):
    with urllib.request.urlopen(BASE + path, timeout=30) as answer:
        return answer.read(), answer.headers


def tables():
    paths = """digests signals leagues comparisons grades forecasts shadow silence indicators
    indicators/tickets.on_time units sources concerns search""".split()
    n_rows = 0
    for name in paths:
        body, headers = get(f"/api/v1/{name}?format=csv")
        assert headers["content-type"] == "text/csv; charset=utf-8", name
        assert body.startswith(b"\xef\xbb\xbf"), name
        text = body.decode("utf-8-sig")
        assert text.replace("\r\n", "").count("\r") == 0, name
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert rows and all(len(row) == len(rows[0]) for row in rows), name
        assert len(set(rows[0])) == len(rows[0]), name
        n_rows += len(rows) - 1
    print(f"{len(paths)} tables, {n_rows} rows")


def maps():
    for path in ["units", "signals"]:
        body, headers = get(f"/api/v1/{path}?format=geojson")
        assert headers["content-type"] == "application/geo+json", path
        found = json.loads(body)
        wrong = geojson_validator.validate_structure(found)
        assert not wrong, (path, wrong)
        assert len(found["features"]) == 168, path
    print("2 maps")


def feeds():
    digest = json.loads(get("/api/v1/digests?unit=city")[0])[0]
    concern = digest["top"][0]["concern"]
    for path in ["/tin.atom", "/don-vi/26740/tin.atom", f"/van-de/{concern}/tin.atom"]:
        body, _ = get(path)
        feed = feedparser.parse(body)
        assert not feed.bozo and feed.version == "atom10", (path, feed.get("bozo_exception"))
        assert feed.feed.id and feed.feed.updated_parsed, path
        ids = [entry.id for entry in feed.entries]
        assert len(ids) == len(set(ids)), path
        assert all(entry.updated_parsed and entry.title for entry in feed.entries), path
    print("3 feeds")


def calendars():
    for path in ["/lich.ics", "/don-vi/26740/lich.ics"]:
        body, _ = get(path)
        assert all(len(line) <= 76 for line in body.split(b"\r\n")), path
        found = icalendar.Calendar.from_ical(body)
        events = found.walk("VEVENT")
        assert events and not found.errors, path
        for event in events:
            assert not event.errors and event["UID"] and event["DTSTAMP"] and event["DTSTART"], path
    print("2 calendars")


def open311():
    for path in ["discovery", "services", "services/drainage", "requests"]:
        ElementTree.fromstring(get(f"/open311/v2/{path}.xml")[0])
        json.loads(get(f"/open311/v2/{path}.json")[0])
    found = ElementTree.fromstring(get("/open311/v2/requests.xml")[0])
    assert found.tag == "service_requests" and len(found) > 0
    for request in found:
        assert request.tag == "request"
        assert sorted(field.tag for field in request) == sorted(REQUEST_FIELDS)
    print(f"{len(found)} requests")


def open311_client():
    """The client of Code for America. It was written for Python 2: the one name it misses is lent to it."""
    itertools.ifilter = filter
    try:
        from three import Three
    except ImportError:
        print("no Open311 client of others")
        return
    client = Three(BASE + "/open311/v2")
    services = client.services()
    assert len(services) == 26 and client.services("drainage")["service_code"] == "drainage"
    assert client.discovery()["endpoints"][0]["url"].endswith("/open311/v2")
    found = client.requests(count=20)
    assert 0 < len(found) <= 20
    code = found[0]["service_code"]
    assert all(one["service_code"] == code for one in client.requests(code))
    number = found[0]["service_request_id"]
    assert client.request(number)[0]["service_request_id"] == number
    assert client.token(number)[0]["service_request_id"] == number
    refused = client.post("drainage", description="x", address="y", name="A B", api_key="wrong")
    # The sample city has no desk for requests; a wrong key is refused the same way where there is one.
    assert refused[0]["code"] == 403
    print(f"{len(services)} services and {len(found)} requests by another's client")


def small_counts():
    """What a reader without an account could add and subtract."""
    k, n_hidden = 5, 0
    silence = json.loads(get("/api/v1/silence")[0])
    cells = [cell for line in silence for cell in line["cells"]]
    for unit in {cell["unit"] for cell in cells}:
        own = [cell for cell in cells if cell["unit"] == unit]
        for name in ["n_incidents", "n_duplicates"]:
            total = [cell[name] for cell in own if cell["topic"] is None]
            parts = [cell[name] for cell in own if cell["topic"] is not None]
            n_hidden += not_told(k, total[0] if total else None, parts, (unit, name))
    for line in json.loads(get("/api/v1/comparisons")[0]):
        parts = [row["n"] for row in line["topics"]]
        n_hidden += not_told(k, line["n"], parts, line["unit"])
    assert n_hidden > 0
    print(f"{n_hidden} small counts, none of which can be told")


def not_told(k, total, parts, where):
    """Each part below k must have two values that fit the total; gives how many there are."""
    small = parts.count(f"<{k}")
    assert all(isinstance(n, str) or n == 0 or n >= k for n in parts), where
    if small == 0 or not isinstance(total, int):
        return small
    rest = total - sum(n for n in parts if isinstance(n, int))
    withheld = parts.count("-")
    fits = set()
    for one in range(1, k):
        low = one + (small - 1) + withheld * k
        high = float("inf") if withheld else one + (small - 1) * (k - 1)
        if low <= rest <= high:
            fits.add(one)
    assert len(fits) > 1, (where, total, parts)
    return small


def dumps():
    """The newest dump, read back by pyarrow and pandas and judged by frictionless where they are there."""
    # Dumps follow once the days are published.
    for _ in range(60):
        listed = json.loads(get("/api/v1/dumps")[0])
        if listed:
            break
        time.sleep(2)
    assert listed, "no dump yet"
    dump = listed[-1]
    with tempfile.TemporaryDirectory() as folder:
        for file in dump["files"]:
            body, headers = get(file["path"])
            assert len(body) == file["bytes"], file
            assert hashlib.sha256(body).hexdigest() == file["sha256"], file
            assert "immutable" in headers["cache-control"], file
            pathlib.Path(folder, file["name"]).write_bytes(body)
        package = json.loads(pathlib.Path(folder, "datapackage.json").read_text("utf-8"))
        by_name = {resource["path"]: resource for resource in package["resources"]}
        assert all(name in by_name or name == "datapackage.json" for name in os.listdir(folder))
        n_rows = 0
        for name, resource in by_name.items():
            n_rows += table_of(pathlib.Path(folder, name), resource, folder)
        report = "no frictionless"
        if frictionless:
            # It counts no bytes of Parquet and reads its empty cells as numbers; those are compared above.
            texts = [one for one in package["resources"] if one["path"].endswith(".csv")]
            pathlib.Path(folder, "datapackage.json").write_text(json.dumps({**package, "resources": texts}), "utf-8")
            verdict = frictionless.Package(str(pathlib.Path(folder, "datapackage.json"))).validate()
            assert verdict.valid, verdict.flatten(["rowNumber", "fieldName", "type", "message"])[:5]
            report = "valid by frictionless"
    print(f"dump of {dump['day']}: {len(by_name)} files, {n_rows} rows in CSV and Parquet, {report}")


def table_of(path, resource, folder):
    """Rows of a CSV file, of which the Parquet file beside it must hold the same."""
    if path.suffix != ".csv":
        return 0
    fields = resource["schema"]["fields"]
    missing = resource["schema"]["missingValues"]
    with open(path, encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file, strict=True)
    assert head == [field["name"] for field in fields], path.name
    assert all(field["title"] and field["description"] for field in fields), path.name
    twin = path.with_suffix(".parquet")
    if not twin.exists() or not pyarrow_parquet:
        return len(rows)
    table = pyarrow_parquet.read_table(twin)
    assert table.column_names == head and table.num_rows == len(rows), twin.name
    for at, field in enumerate(fields):
        column = table.column(at).to_pylist()
        for cell, value in zip((row[at] for row in rows), column, strict=True):
            if cell in missing and field["type"] != "string":
                assert value is None, (twin.name, field["name"], cell, value)
            elif field["type"] == "string":
                assert (value or "") == cell, (twin.name, field["name"], cell, value)
            elif field["type"] in ("integer", "number"):
                assert value == float(cell), (twin.name, field["name"], cell, value)
            elif field["type"] == "date":
                assert value.isoformat() == cell, (twin.name, field["name"], cell, value)
            elif field["type"] == "datetime":
                assert value == datetime.datetime.fromisoformat(cell), (twin.name, cell, value)
            else:
                assert str(value).lower() == cell, (twin.name, field["name"], cell, value)
    return len(rows)


def pages_of_lists():
    seen, path = [], "/api/v1/units?limit=50"
    while path:
        body, headers = get(path)
        seen += [unit["code"] for unit in json.loads(body)]
        link = headers.get("link")
        path = link[1 : link.index(">")] if link else None
    assert len(seen) == len(set(seen)) == 168
    print("168 units in pages")


for check in [tables, maps, feeds, calendars, open311, open311_client, small_counts, dumps, pages_of_lists]:
    check()
