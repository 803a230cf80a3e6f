// What survives a restart: tables of records, kept as a journal of JSON lines in a directory.
//
// Every change is one synchronous append before its caller goes on: SIGKILL loses nothing that was answered.
// The journal is compacted at each start. Files of items are beside it, under files/.

import fs from "node:fs";
import path from "node:path";

class Table {
  constructor(name, state) {
    this.name = name;
    this.state = state;
    this.records = new Map();
    this.groupField = null;
    this.groups = new Map();
  }

  // From now on `group` answers without looking at all records.
  groupBy(field) {
    this.groupField = field;
    for (const record of this.records.values()) this.intoGroup(record);
  }

  intoGroup(record) {
    const key = record[this.groupField];
    if (!this.groups.has(key)) this.groups.set(key, new Map());
    this.groups.get(key).set(record.id, record);
  }

  leaveGroup(record, key) {
    const old = record?.[this.groupField];
    if (old !== undefined && old !== key) this.groups.get(old).delete(record.id);
  }

  // The records whose grouping field is `key`.
  group(key) {
    return [...(this.groups.get(key)?.values() ?? [])];
  }

  get(id) {
    return this.records.get(id);
  }

  // In the order in which they were first put.
  all() {
    return [...this.records.values()];
  }

  find(predicate) {
    for (const record of this.records.values()) if (predicate(record)) return record;
    return undefined;
  }

  filter(predicate) {
    return this.all().filter(predicate);
  }

  put(record) {
    this.leaveGroup(this.records.get(record.id), record[this.groupField]);
    this.records.set(record.id, record);
    if (this.groupField) this.intoGroup(record);
    this.state.append({ table: this.name, id: record.id, record });
    return record;
  }

  delete(id) {
    this.leaveGroup(this.records.get(id), undefined);
    if (this.records.delete(id)) this.state.append({ table: this.name, id });
  }
}

export class State {
  constructor(directory) {
    this.directory = directory;
    this.files = path.join(directory, "files");
    fs.mkdirSync(this.files, { recursive: true });
    this.tables = new Map();
    this.journal = path.join(directory, "state.jsonl");
    this.load();
    this.compact();
  }

  table(name) {
    if (!this.tables.has(name)) this.tables.set(name, new Table(name, this));
    return this.tables.get(name);
  }

  append(change) {
    fs.writeSync(this.descriptor, JSON.stringify(change) + "\n");
  }

  // A last line without its end was cut short by SIGKILL, and nobody was told that it was done.
  load() {
    if (!fs.existsSync(this.journal)) return;
    for (const line of fs.readFileSync(this.journal, "utf8").split("\n").slice(0, -1)) {
      const { table, id, record } = JSON.parse(line);
      if (record) this.table(table).records.set(id, record);
      else this.table(table).records.delete(id);
    }
  }

  compact() {
    const fresh = this.journal + ".new";
    this.descriptor = fs.openSync(fresh, "w");
    for (const table of this.tables.values()) {
      for (const record of table.all()) this.append({ table: table.name, id: record.id, record });
    }
    fs.renameSync(fresh, this.journal);
  }
}
