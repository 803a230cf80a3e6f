// Every request as two lines of requests.jsonl: one before it is executed, one when it was answered.
//
// One that was executed but never answered (killed, connection dropped) is still there, without a status.

import fs from "node:fs";
import path from "node:path";

const LONGEST_BODY = 64 * 1024;

export class RequestLog {
  constructor(directory) {
    this.descriptor = fs.openSync(path.join(directory, "requests.jsonl"), "a");
    fs.writeSync(this.descriptor, "\n"); // ends a line that SIGKILL cut short
    this.run = `${process.pid}-${Date.now()}`;
    this.count = 0;
  }

  // `helper`: the tests' own call, not that of the program under test.
  begin({ method, path: target, query, headers, user, rawBody, fault, helper }) {
    const id = `${this.run}-${++this.count}`;
    const text = rawBody.subarray(0, LONGEST_BODY).toString("utf8");
    this.write({
      id, time: Date.now() / 1000, method, path: target, query, headers, user: user?.username ?? null,
      body: text, fault: fault?.kind ?? null, helper,
    });
    return id;
  }

  end(id, status) {
    this.write({ id, ended: Date.now() / 1000, status });
  }

  write(entry) {
    fs.writeSync(this.descriptor, JSON.stringify(entry) + "\n");
  }
}
