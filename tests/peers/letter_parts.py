"""Writes every part of a letter, decoded, into a folder: letter_parts.py LETTER FOLDER."""

import email
import email.policy
import pathlib
import sys

with open(sys.argv[1], "rb") as file:
    letter = email.message_from_binary_file(file, policy=email.policy.default)
folder = pathlib.Path(sys.argv[2])
head = "\n".join(f"{name}: {value}" for name, value in letter.items())
(folder / "head.txt").write_text(head, encoding="utf-8")
for number, part in enumerate(letter.walk()):
    if part.is_multipart():
        continue
    ending = {"application/pdf": "pdf", "text/html": "html"}.get(part.get_content_type(), "txt")
    (folder / f"{number}.{ending}").write_bytes(part.get_payload(decode=True))
