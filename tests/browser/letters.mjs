// A mail server that takes every letter and writes it down, a line of JSON each: node letters.mjs FILE
// Prints its port. It knows as much of RFC 5321 as a well-behaved client needs.
import { appendFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";

const file = process.argv[2];
writeFileSync(file, "");

/** Words of a header, decoded (RFC 2047). */
const decoded = (text) =>
  text.replace(/\r\n(?=[ \t])/g, "").replace(/\?=\s+=\?/g, "?==?").replace(/=\?utf-8\?(b|q)\?([^?]*)\?=/gi, (_, how, words) =>
    how.toLowerCase() === "b"
      ? Buffer.from(words, "base64").toString("utf8")
      : Buffer.from(words.replace(/_/g, " ").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1").toString("utf8"),
  );

const server = createServer((socket) => {
  let rest = "";
  let to = [];
  let letter = null;
  const say = (line) => socket.write(`${line}\r\n`);
  say("220 letters");
  socket.on("data", (bytes) => {
    rest += bytes.toString("latin1");
    for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (letter !== null) {
        if (line !== ".") {
          letter += `${line.replace(/^\.\./, ".")}\r\n`;
          continue;
        }
        const head = letter.split("\r\n\r\n")[0];
        const subject = /^Subject:((?:.|\r\n[ \t])*)/im.exec(head)?.[1] ?? "";
        appendFileSync(file, `${JSON.stringify({ to, subject: decoded(subject.trim()) })}\n`);
        letter = null;
        to = [];
        say("250 taken");
      } else if (/^(EHLO|HELO)/i.test(line)) say("250 letters");
      else if (/^RCPT/i.test(line)) {
        to.push(/<([^>]*)>/.exec(line)?.[1] ?? "");
        say("250 ok");
      } else if (/^DATA/i.test(line)) {
        letter = "";
        say("354 go on");
      } else if (/^QUIT/i.test(line)) {
        say("221 bye");
        socket.end();
      } else say("250 ok");
    }
  });
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
