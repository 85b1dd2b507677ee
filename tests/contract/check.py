"""Readers of others on what the running server gives: strict CSV, feedparser, icalendar, a GeoJSON
validator, an XML parser. Fails with the address of what they refuse."""

import csv
import io
import json
import sys
import urllib.request
import xml.etree.ElementTree as ElementTree

import feedparser
import geojson_validator
import icalendar

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


def pages_of_lists():
    seen, path = [], "/api/v1/units?limit=50"
    while path:
        body, headers = get(path)
        seen += [unit["code"] for unit in json.loads(body)]
        link = headers.get("link")
        path = link[1 : link.index(">")] if link else None
    assert len(seen) == len(set(seen)) == 168
    print("168 units in pages")


for check in [tables, maps, feeds, calendars, open311, pages_of_lists]:
    check()
