import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { PaperKind } from "../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { UploadService } from "../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import type { StaffActor } from "../../services/domain/actor.ts";
import { governanceService } from "../../services/governance/main.ts";
import { issueService } from "../../services/issue/main.ts";
import { MOST_OPEN } from "../../services/issue/uploads/uploads.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { RunningService, ServiceModule } from "../../services/node/runtime.ts";
import { CITY_BODY } from "../fixtures/governance-house.ts";
import { directClient } from "../fixtures/runtime.ts";
import { refusalOf } from "../issue/house.ts";
import { makeNodeFiles } from "../node/node-files.ts";

const PART = 1 << 20;
const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
/** A scanned paper of so many bytes. */
const scan = (bytes: number) => Buffer.concat([Buffer.from("%PDF-"), randomBytes(bytes - 5)]);

const files = makeNodeFiles();
const running = new Map<string, RunningService>();
let node: RunningNode;

/** A node whose services speak with each other through the chain of every call. */
beforeAll(async () => {
  const path = (name: string) => join(files.directory, name);
  const authority = createAuthority(path("departments"));
  writeFileSync(path("root.pem"), authority.certificates.root);
  const kept = ({ name, start }: ServiceModule): ServiceModule => ({
    name,
    async start(runtime) {
      const started = await start(runtime);
      running.set(name, started);
      return started;
    },
  });
  const config = { ...files.config(["issue", "governance"]), signers: { anchorFiles: [path("root.pem")] } };
  node = await startNode(config, [kept(issueService), kept(governanceService)]);
});
afterAll(async () => {
  await node.stop();
  files.remove();
});

const person = (account: string): StaffActor => ({
  ...{ kind: "staff", node: "440100", account: `440100-${account}`, name: account, roles: ["implementer"] },
  ...CITY_BODY,
});
const of = (account: string) => ({
  papers: directClient(running.get("governance") as RunningService, PaperService, person(account)),
  uploads: directClient(running.get("issue") as RunningService, UploadService, person(account)),
});
const paperOf = (given: { content?: Uint8Array; uploadId?: string }) => ({
  ...{ name: "登记表.pdf", mediaType: "application/pdf", kind: PaperKind.REGISTRATION_FORM, ...given },
});

async function begun(file: Uint8Array, account: string): Promise<string> {
  const { upload } = await of(account).uploads.beginUpload({ bytes: file.length, sha256: sha256(file) });
  return upload?.uploadId ?? "";
}

async function sent(file: Uint8Array, account: string): Promise<string> {
  const { uploads } = of(account);
  const uploadId = await begun(file, account);
  for (let offset = 0; offset < file.length; offset += PART) {
    const content = file.subarray(offset, offset + PART);
    await uploads.putPart({ uploadId, offset, sha256: sha256(content), content });
  }
  await uploads.finishUpload({ uploadId });
  return uploadId;
}

test("6.4.1.1: a paper of 5 MiB that came part by part is what it would be had it come at once, also when it is handed in again", async () => {
  const file = scan(5 << 20);
  const { papers } = of("filler");
  const uploadId = await sent(file, "filler");
  const { paper } = await papers.putPaper(paperOf({ uploadId }));
  expect(paper).toMatchObject({ sha256: sha256(file), size: BigInt(file.length), name: "登记表.pdf" });
  expect(Buffer.compare((await papers.getPaper({ sha256: sha256(file) })).content, file)).toBe(0);
  expect((await papers.putPaper(paperOf({ uploadId }))).paper).toEqual(paper);
  expect((await papers.putPaper(paperOf({ content: file }))).paper).toEqual(paper);
});

test("an upload that became a paper counts no more among the open ones of its caller", async () => {
  const { papers } = of("many");
  for (let count = 0; count <= MOST_OPEN; count++)
    await papers.putPaper(paperOf({ uploadId: await sent(scan(1_000 + count), "many") }));
});

test("an upload that is not whole, unknown, somebody else's or beside a content is refused at its field, and so is a paper without either", async () => {
  const { papers } = of("filler");
  const file = scan(2_000);
  const refused = async (given: { content?: Uint8Array; uploadId?: string }, reason: string, account = "filler") => {
    const refusal = await refusalOf(of(account).papers.putPaper(paperOf(given)), reason as never);
    return refusal.fields.map(({ field }) => field);
  };
  expect(await refused({ uploadId: await begun(file, "filler") }, "ATTACHMENT_REFUSED")).toEqual(["upload_id"]);
  expect(await refused({ uploadId: "none" }, "UPLOAD_UNKNOWN")).toEqual(["upload_id"]);
  const uploadId = await sent(file, "filler");
  expect(await refused({ uploadId }, "UPLOAD_UNKNOWN", "other")).toEqual(["upload_id"]);
  expect(await refused({ uploadId, content: file }, "INVALID_FIELD")).toEqual(["upload_id"]);
  expect(await refused({}, "INVALID_FIELD")).toEqual(["content"]);
  expect((await papers.putPaper(paperOf({ uploadId }))).paper?.sha256).toBe(sha256(file));
});

test("what came part by part is judged as what comes at once: a file of another type is refused, and may be handed in as what it is", async () => {
  const file = Buffer.from("服务手册");
  const uploadId = await sent(file, "filler");
  const { papers } = of("filler");
  const refusal = await refusalOf(papers.putPaper(paperOf({ uploadId })), "ATTACHMENT_REFUSED");
  expect(refusal.fields.map(({ field }) => field)).toEqual(["paper[0].content"]);
  const text = { ...paperOf({ uploadId }), name: "手册.txt", mediaType: "text/plain" };
  expect((await papers.putPaper(text)).paper?.sha256).toBe(sha256(file));
});
