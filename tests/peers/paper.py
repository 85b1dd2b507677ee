"""Looks at a PDF as a reader of tags does and prints what it found, as JSON."""

import json
import sys
from collections import Counter

from pypdf import PdfReader

pdf = PdfReader(sys.argv[1])
root = pdf.trailer["/Root"]
tags, bare_figures, problems = Counter(), 0, []


def walk(element):
    global bare_figures
    element = element.get_object()
    if isinstance(element, list):
        for child in element:
            walk(child)
        return
    if not isinstance(element, dict):
        return
    kind = element.get("/S")
    if kind is not None:
        tags[kind] += 1
        if kind == "/Figure" and not str(element.get("/Alt", "")).strip():
            bare_figures += 1
    if "/K" in element:
        child = element["/K"]
        walk(child if hasattr(child, "get_object") else child)


if "/StructTreeRoot" not in root:
    problems.append("no structure tree")
else:
    walk(root["/StructTreeRoot"])
if not root.get("/MarkInfo", {}).get("/Marked"):
    problems.append("not marked")
if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
    problems.append("the title is not displayed")
metadata = root["/Metadata"].get_object().get_data().decode()
if "pdfuaid:part" not in metadata:
    problems.append("does not say PDF/UA")
for page in pdf.pages:
    if page.get("/Tabs") != "/S":
        problems.append("tab order is not that of the structure")
        break
print(json.dumps({
    "title": pdf.metadata.title,
    "lang": str(root.get("/Lang")),
    "pages": len(pdf.pages),
    "tags": dict(tags),
    "bare_figures": bare_figures,
    "problems": problems,
}))
