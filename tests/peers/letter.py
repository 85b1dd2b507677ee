"""Reads a letter as another program would and prints what it holds, as JSON."""

import email
import email.policy
import json
import sys

with open(sys.argv[1], "rb") as file:
    letter = email.message_from_binary_file(file, policy=email.policy.default)
defects = [repr(defect) for part in letter.walk() for defect in part.defects]


def body(kind):
    part = letter.get_body((kind,))
    return part.get_content() if part is not None else ""


print(json.dumps({
    "subject": letter["subject"],
    "from": str(letter["from"]),
    "to": str(letter["to"]),
    "id": letter["message-id"],
    "text": body("plain"),
    "html": body("html"),
    "attached": [part.get_filename() for part in letter.iter_attachments()],
    "defects": defects,
}))
