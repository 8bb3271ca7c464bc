import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../../../ops/authority/authority.ts";
import { AlarmKind, Urgency } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { makeNodeFiles, type NodeFiles } from "../../../test/node/node-files.ts";
import type { TlsFiles } from "../../host/config.ts";
import { type ProcessWatchParts, watchProcess } from "./process-watch.ts";

const GIB = 2 ** 30;
const DAY_MS = 86_400_000;
let files: NodeFiles;
let ending: TlsFiles;

beforeAll(() => {
  files = makeNodeFiles();
  const authority = createAuthority(join(files.directory, "ending"));
  const { certPem, keyPem } = authority.issueTls({ node: "440100", kind: "service", name: "issue", days: 20 });
  ending = { certificateFile: join(files.directory, "core.pem"), privateKeyFile: join(files.directory, "core.key") };
  writeFileSync(ending.certificateFile, certPem);
  writeFileSync(ending.privateKeyFile, keyPem);
});
afterAll(() => files.remove());

/** Alarms of a process of no service, as one look at it finds them. */
async function alarmsOf(changes: Partial<ProcessWatchParts>) {
  const parts: ProcessWatchParts = {
    config: files.config(["issue"]),
    services: [],
    clock: { notices: () => [] },
    disk: { room: () => ({ free: 90 * GIB, total: 100 * GIB }) },
    now: () => new Date(),
  };
  const watch = watchProcess({ ...parts, ...changes });
  const { alarms } = await watch.look().finally(() => watch.stop());
  return alarms ?? [];
}
const named = async (changes: Partial<ProcessWatchParts>) =>
  (await alarmsOf(changes)).map(({ $typeName: _, kind, urgency, subject, localizedCause }) => ({
    kind: kind as unknown,
    urgency: urgency as unknown,
    subject,
    localizedCause,
  }));

describe("5.7.2: what needs care of a process", () => {
  test("nothing, where all is well", async () => {
    expect(await alarmsOf({})).toEqual([]);
  });

  test("DISK_LOW: less than 1 GiB, or less than 5 %, of its disk is free; not where that cannot be told", async () => {
    const config = files.config(["issue"]);
    const told = { kind: AlarmKind.DISK_LOW, urgency: Urgency.NOW, subject: config.dataDirectory };
    for (const room of [
      { free: GIB - 1, total: 2 * GIB },
      { free: 4 * GIB, total: 100 * GIB },
    ])
      expect(await named({ config, disk: { room: () => room } })).toMatchObject([told]);
    expect(await named({ disk: { room: () => undefined } })).toEqual([]);
  });

  test("CLOCK_WRONG: by the name of the process, while its clock watch has anything to say", async () => {
    const clock = { notices: () => ["clock: 40 s ahead"] };
    const told = { kind: AlarmKind.CLOCK_WRONG, urgency: Urgency.NOW, subject: "a" };
    expect(await named({ clock })).toMatchObject([told]);
  });

  test("CERTIFICATE_ENDING: soon from 30 days ahead, now from 7, as its file lies there; of an authority as well", async () => {
    const config = files.config(["issue"], { tls: { ...ending, caFile: files.caFile } });
    const told = { kind: AlarmKind.CERTIFICATE_ENDING, subject: expect.stringMatching(/^core\.pem · /) };
    const [soon] = await named({ config });
    expect(soon).toMatchObject({ ...told, urgency: Urgency.SOON });
    expect(soon?.localizedCause).toMatch(/还有 (19|20) 天到期/);
    const late = () => new Date(Date.now() + 14 * DAY_MS);
    expect(await named({ config, now: late })).toMatchObject([{ ...told, urgency: Urgency.NOW }]);
    const years = () => new Date(Date.now() + 40 * 365 * DAY_MS);
    const all = (await named({ config, now: years })).map(({ subject }) => subject?.split(" · ")[0]);
    expect(all.toSorted()).toEqual(["ca.pem", "core.pem"]);
  });
});
