import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sha256Hex } from "../services/domain/canonical.ts";
import { openJournal } from "../services/journal/journal.ts";
import { openIndexFile } from "./index-file.ts";
import { bringUpToDate } from "./index-recovery.ts";

/** The tables of the earlier form, as its program makes them in whatever file it opens. */
const EARLIER = `
  CREATE TABLE IF NOT EXISTS serials (app TEXT, serial TEXT, digest TEXT, identifier TEXT, PRIMARY KEY (app, serial)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS identifiers ON serials (identifier);
  CREATE TABLE IF NOT EXISTS days (app TEXT, serial TEXT, day TEXT, message TEXT, shown TEXT, PRIMARY KEY (app, serial)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS heads (one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER, hash TEXT);
  CREATE TABLE IF NOT EXISTS confirmations (assertion TEXT PRIMARY KEY, credential TEXT, counter INTEGER) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS counters ON confirmations (credential, counter);
  CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID;
`;
const digest = (of: string) => sha256Hex(Buffer.from(of));
const identifier = (number: string) => `1.2.156.3005.2.TYPE.UNIT.${number}.001.S`;

describe("an index of the earlier form", () => {
  let directory: string;
  const path = () => join(directory, "agent.index.sqlite");
  const byEarlierProgram = <Result>(work: (db: DatabaseSync) => Result): Result => {
    const db = new DatabaseSync(path());
    db.exec(EARLIER);
    const result = work(db);
    db.close();
    return result;
  };
  const insert = (db: DatabaseSync, serial: string, of = serial) =>
    db.prepare("INSERT INTO serials VALUES ('app', ?, ?, ?)").run(serial, of && digest(of), identifier(serial));
  const setHead = (db: DatabaseSync, n: number, hash: string) =>
    db.prepare("INSERT OR REPLACE INTO heads VALUES (1, ?, ?)").run(n, hash);
  const insertDay = (db: DatabaseSync, serial: string, day: string, of: string) =>
    db.prepare("INSERT INTO days VALUES ('app', ?, ?, ?, ?)").run(serial, day, digest(of), digest("shown"));

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "ecert-earlier-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("is taken over as it is opened: serials, days, confirmations, documents and how far it goes", () => {
    byEarlierProgram((db) => {
      insert(db, "s1");
      insertDay(db, "s1", "2026-11-24", "m1");
      // A program before it told no digest and no day.
      insert(db, "s2", "");
      db.prepare("INSERT INTO confirmations VALUES (?, 'key', 7)").run(digest("assertion"));
      db.prepare("INSERT INTO documents VALUES ('node-keys', ?)").run(Buffer.from("list"));
      setHead(db, 4, digest("head"));
    });
    for (const opening of ["as it is taken over", "ever after"]) {
      const index = openIndexFile(path());
      const latest = { day: "2026-11-24", message: digest("m1"), shown: digest("shown") };
      const first = { app: "app", businessSerial: "s1", digest: digest("s1"), identifier: identifier("s1"), latest };
      expect(index.bySerial("app", "s1"), opening).toEqual(first);
      expect(index.byIdentifier(identifier("s1"))).toEqual(first);
      expect(index.bySerial("app", "s2")).toEqual({
        ...{ app: "app", businessSerial: "s2", digest: "", identifier: identifier("s2") },
      });
      expect([index.knowsAssertion(digest("assertion")), index.counterOf("key")]).toEqual([true, 7]);
      expect(index.document("node-keys")).toEqual(new Uint8Array(Buffer.from("list")));
      expect(index.head()).toEqual({ n: 4, hash: digest("head") });
      index.close();
    }
  });

  test("leaves no head to an earlier program that is put back, and what that writes is taken over in turn", async () => {
    const journal = await openJournal({ directory, name: "agent", now: () => new Date(0) });
    const intend = (serial: string) =>
      journal.append("intended", {
        ...{ app: "app", businessSerial: serial, identifier: identifier(serial), order: digest(serial) },
      });
    await intend("s1");
    const index = openIndexFile(path());
    await bringUpToDate(index, { directory, name: "agent", head: journal.head() });
    index.close();
    // Without a head it reads the journal from its beginning: it cannot take a serial for free that was signed.
    const seen = byEarlierProgram((db) => db.prepare("SELECT n FROM heads").all());
    expect(seen).toEqual([]);
    await intend("s2");
    byEarlierProgram((db) => {
      insert(db, "s1");
      insert(db, "s2");
      setHead(db, journal.head().n, journal.head().hash);
    });
    const again = openIndexFile(path());
    expect(again.head()).toEqual(journal.head());
    expect(["s1", "s2"].map((serial) => again.bySerial("app", serial)?.digest)).toEqual([digest("s1"), digest("s2")]);
    again.close();
    await journal.close();
  });

  test("never takes the index back behind what it knew: a shorter journal is still found", () => {
    const index = openIndexFile(path());
    index.add([], { n: 9, hash: digest("ninth") });
    index.close();
    byEarlierProgram((db) => setHead(db, 3, digest("third")));
    const again = openIndexFile(path());
    expect(again.head()).toEqual({ n: 9, hash: digest("ninth") });
    again.close();
  });
});

test("a row of the index takes no more than 200 bytes beside what an order itself is called", () => {
  const directory = mkdtempSync(join(tmpdir(), "ecert-rows-"));
  const index = openIndexFile(join(directory, "index.sqlite"));
  const count = 5_000;
  const rows = Array.from({ length: count }, (_, at) => ({
    ...{ app: "440100-scjg", businessSerial: `${100_000 + at}`, digest: digest(`o${at}`) },
    identifier: identifier(digest(`n${at}`).slice(0, 24)),
    latest: { day: "2026-12-03", message: digest(`m${at}`), shown: digest("shown") },
  }));
  index.add(rows, { n: count, hash: digest("head") });
  index.close();
  const db = new DatabaseSync(join(directory, "index.sqlite"), { readOnly: true });
  const { page_count: pages } = db.prepare("PRAGMA page_count").get() as { page_count: number };
  const { page_size: size } = db.prepare("PRAGMA page_size").get() as { page_size: number };
  db.close();
  rmSync(directory, { recursive: true });
  // Its serial (6) stands twice, its number (30) twice.
  const perRow = (pages * size) / count;
  expect(perRow).toBeLessThan(2 * (6 + 30) + 200);
});
