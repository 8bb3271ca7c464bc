import { createClient } from "@connectrpc/connect";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freePorts } from "../../ops/trial/ports.ts";
import { ErrorReportService } from "../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { PAGE_ADDRESS_HEADER, PAGE_SESSION_HEADER } from "../../services/call/chain/handed-on.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import { callFrom, reasonIn } from "./call-from.ts";
import { makeNodeFiles, type NodeFiles } from "./node-files.ts";
import { COOKIE, identityModule, usageModule } from "./page-modules.ts";

const LIST = "ecert.usage.v1.ErrorReportService/ListErrorReports";
const ANSWER = "ecert.usage.v1.ErrorReportService/AnswerErrorReport";
const LOOK_UP = "ecert.usage.v1.VerifyService/LookUpIdentifier";
const IDENTIFIER = { identifier: "1.2.156.3005.2.11440106MB9DEM11X6001.x" };
const REPORT = "0".repeat(64);

let files: NodeFiles;
let page: RunningNode;
const replicas: RunningNode[] = [];
const identity = identityModule();
const usages = [usageModule(), usageModule()];
const reached = () => usages.flatMap(({ calls }) => calls);

beforeAll(async () => {
  files = makeNodeFiles();
  const meshAlone = { mesh: { address: "127.0.0.1:0" } };
  const [port] = await freePorts(1);
  const mesh = { identity: { addresses: [`127.0.0.1:${port}`] } };
  for (const [index, { module }] of usages.entries()) {
    const config = files.config(["usage"], { mesh, listeners: meshAlone, replica: index === 0 ? "a" : "b" });
    replicas.push(await startNode(config, [module]));
  }
  const addresses = replicas.map(({ addresses: { mesh: one } }) => one ?? "");
  const listeners = { mesh: { address: `127.0.0.1:${port}` }, connect: { address: "127.0.0.1:0" } };
  page = await startNode(files.config(["identity"], { mesh: { usage: { addresses } }, listeners }), [identity.module]);
});
afterAll(async () => {
  await Promise.all([page, ...replicas].map((node) => node?.stop()));
  files.remove();
});
beforeEach(() => {
  for (const { calls } of usages) calls.length = 0;
});

/** A call to the origin of the pages, as a browser makes it where headers say so. */
function call(
  method: string,
  message: object,
  headers: Record<string, string> = {},
  more: { cert?: Buffer; key?: Buffer } = {},
) {
  const { ca } = files.identity(files.certify("service", ["nobody"]));
  return callFrom("127.0.0.2", page.addresses.connect ?? "", method, message, { ca, ...more, headers });
}
const signedIn = { cookie: `__Host-ecert=${COOKIE}`, "sec-fetch-site": "same-origin" };

describe("a page reaches services of other processes at its own origin", () => {
  test("everybody's calls: under the number of the call, with the browser's address", async () => {
    expect(reasonIn(await call(LOOK_UP, IDENTIFIER, { "x-request-id": "one-number" }))).toBe("OK");
    expect(reached()).toMatchObject([{ caller: { kind: "public" }, address: "127.0.0.2", requestId: "one-number" }]);
  });

  test("5.9.2: the receiver judges the session itself, by the cookie that the browser showed", async () => {
    expect(reasonIn(await call(LIST, {}, signedIn))).toBe("OK");
    expect(reached()).toMatchObject([{ caller: { kind: "staff", account: "chen" }, reach: { kind: "department" } }]);
    expect(identity.askers.map(({ caller }) => caller)).toContainEqual(
      expect.objectContaining({ kind: "service", name: "usage" }),
    );
  });

  test("5.9.3: a cookie without a page of this node is nobody's will, and a made-up one nobody's proof", async () => {
    expect(reasonIn(await call(LIST, {}, { ...signedIn, "sec-fetch-site": "cross-site" }))).toBe("PERMISSION_DENIED");
    expect(reasonIn(await call(LIST, {}, { ...signedIn, cookie: `__Host-ecert=${"x".repeat(43)}` }))).toBe(
      "SESSION_ENDED",
    );
    expect(reasonIn(await call(LIST, {}))).toBe("TOKEN_MISSING");
    const claimed = { [PAGE_SESSION_HEADER]: COOKIE, [PAGE_ADDRESS_HEADER]: "192.0.2.1" };
    expect(reasonIn(await call(LIST, {}, claimed))).toBe("TOKEN_MISSING");
    expect(reached()).toEqual([]);
  });

  test("a refusal comes back whole, its fields as the page spells them; too long a request never leaves", async () => {
    const refused = await call(ANSWER, { reportId: REPORT, answer: "refuse" }, signedIn);
    expect(reasonIn(refused)).toBe("CASE_UNKNOWN");
    expect(JSON.stringify(refused.body)).toContain('"field":"reportId"');
    const before = reached().length;
    expect(reasonIn(await call(ANSWER, { answer: "x".repeat(300_000) }, signedIn))).toBe("TOO_LARGE");
    expect(reached()).toHaveLength(before);
  });

  test("5.9.3: who proves himself by a certificate calls the service itself, and services' own methods are handed on to nobody", async () => {
    const operator = files.identity(files.certify("operator", ["anna"]));
    expect(reasonIn(await call(LOOK_UP, IDENTIFIER, {}, operator))).toBe("UNIMPLEMENTED");
    const sync = files.identity(files.certify("service", ["sync"]));
    expect(reasonIn(await call("ecert.event.v1.OutboxService/ListPendingEvents", {}, {}, sync))).toBe("UNIMPLEMENTED");
    expect(reached()).toEqual([]);
  });
});

describe("5.9.3: nobody but the page service of this very node hands calls on", () => {
  const handing = (names: [string, ...string[]], headers: Record<string, string>, node?: string) => {
    const { ca, key, cert } = files.identity(files.certify("service", names, node));
    const client = new GrpcClient(replicas[0]?.addresses.mesh ?? "", ChannelCredentials.createSsl(ca, key, cert));
    const transport = grpcTransport(client, headers);
    const reasonOf = (calling: Promise<unknown>) =>
      calling.then(
        () => "OK",
        (error) => refusalFromError(error).reason,
      );
    const called = Promise.all([
      reasonOf(createClient(ErrorReportService, transport).listErrorReports({})),
      reasonOf(createClient(VerifyService, transport).lookUpIdentifier(IDENTIFIER)),
    ]);
    return called.finally(() => client.close());
  };
  const session = { [PAGE_ADDRESS_HEADER]: "192.0.2.1", [PAGE_SESSION_HEADER]: COOKIE };

  test("another service, or that of another node, is refused, whatever session it knows", async () => {
    for (const [names, node] of [[["issue"]], [["identity"], "440300"]] as [[string, ...string[]], string?][])
      expect(await handing(names, session, node)).toEqual(["PERMISSION_DENIED", "PERMISSION_DENIED"]);
    expect(reached()).toEqual([]);
  });

  test("and it is believed no more than a browser: without a session that holds it is everybody", async () => {
    expect(await handing(["identity"], session)).toEqual(["OK", "OK"]);
    expect(reached().at(-1)).toMatchObject({ address: "192.0.2.1" });
    const { [PAGE_SESSION_HEADER]: _, ...nobody } = session;
    expect(await handing(["identity"], nobody)).toEqual(["TOKEN_MISSING", "OK"]);
    const madeUp = { ...session, [PAGE_SESSION_HEADER]: "y".repeat(43) };
    expect(await handing(["identity"], madeUp)).toEqual(["SESSION_ENDED", "SESSION_ENDED"]);
  });
});

describe("replicas, and services that are away", () => {
  test("calls go round, on to the one that is left, and are refused by name where none is", async () => {
    await expect
      .poll(async () => {
        await call(LOOK_UP, IDENTIFIER);
        return usages.every(({ calls }) => calls.length > 0);
      })
      .toBe(true);
    await replicas[0]?.stop();
    for (let n = 0; n < 3; n++) expect(reasonIn(await call(LOOK_UP, IDENTIFIER))).toBe("OK");
    await replicas[1]?.stop();
    const refused = await call(LOOK_UP, IDENTIFIER, { "connect-timeout-ms": "1500" });
    expect(reasonIn(refused)).toBe("PEER_AWAY");
    expect(JSON.stringify(refused.body)).toContain('"service":"usage"');
  });
});
