import { create } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { afterEach, describe, expect, test, vi } from "vitest";
import { CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { ErrorInfoSchema } from "../../../proto/gen/google/rpc/error_details_pb.ts";
import { issueAll, type Outcome, type RunParts, type Step, type ToIssue } from "./issue-run.ts";

const ROWS: ToIssue[] = ["a", "b", "c"].map((one) => ({
  ...{ businessSerial: one, identifier: `id-${one}`, itemCode: one === "c" ? "FREE" : "ASKED" },
  ...{ name: "证", number: one, holder: "某" },
}));

function refused(reason: string, metadata: Record<string, string> = {}): ConnectError {
  const error = new ConnectError(reason, Code.FailedPrecondition);
  error.details.push({ desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, metadata }) });
  return error;
}

/** A node whose agent asks for an officer's word for the items that are not `FREE`, and a browser with a security key that answers. */
function house(faults: Record<string, ConnectError> = {}, free = "AGENT_AWAY") {
  const issued: { serial: string; confirmed: boolean }[] = [];
  const asked: string[][] = [];
  const issue = {
    getCertificate: async ({ identifier }: { identifier: string }) => {
      const done = issued.some(({ serial }) => `id-${serial}` === identifier);
      return { certificate: { state: done ? CertificateState.ISSUED : CertificateState.MADE } };
    },
    prepareConfirmation: async ({ businessSerials }: { businessSerials: string[] }) => {
      if (businessSerials.includes("c")) throw refused(free, { item: "FREE" });
      asked.push(businessSerials);
      const orders = businessSerials.map((businessSerial) => ({
        ...{ businessSerial, identifier: `id-${businessSerial}`, sha256: businessSerial, faceSha256: "face" },
      }));
      const octets = new Uint8Array(32);
      return { challenge: octets, rpId: "x", credentialIds: [octets], signedAt: "now", orders, maxAgeSeconds: 3_600n };
    },
    issueCertificate: async ({ businessSerial, confirmation }: { businessSerial: string; confirmation?: object }) => {
      const fault = faults[businessSerial];
      if (fault) throw fault;
      issued.push({ serial: businessSerial, confirmed: confirmation !== undefined });
      return {};
    },
  } as unknown as Client<typeof IssueService>;
  const response = { authenticatorData: [1], clientDataJSON: [2], signature: [3] };
  const get = vi.fn(async (_: unknown) => ({ rawId: [4], response }));
  vi.stubGlobal("navigator", { credentials: { get } });
  const steps: Step[] = [];
  const outcomes = new Map<string, Outcome>();
  const stop = new AbortController();
  const parts: RunParts = {
    ...{ issue, shown: new Map(), allShown: false, signal: stop.signal },
    step: (step) => void steps.push(step),
    outcome: (identifier, outcome) => void outcomes.set(identifier, outcome),
  };
  return { issued, asked, get, steps, outcomes, stop, parts, faults };
}

afterEach(() => vi.unstubAllGlobals());

describe("issuing several certificates from a page (5.9.5)", () => {
  test.each(["AGENT_AWAY", "POLICY_REFUSED"])(
    "one confirmation for all that the agent asks it for; kinds of which it is refused with %s are issued without one",
    async (free) => {
      const { parts, issued, asked, get, steps } = house({}, free);
      await issueAll(ROWS, undefined, parts);
      expect(asked).toEqual([["a", "b"]]);
      expect(get).toHaveBeenCalledTimes(1);
      expect(issued).toEqual([
        { serial: "a", confirmed: true },
        { serial: "b", confirmed: true },
        { serial: "c", confirmed: false },
      ]);
      expect(steps.map(({ at }) => at)).toEqual(["preparing", "touch", "issuing", "done"]);
    },
  );

  test("what is refused is told in its row and the rest goes on; gone on with, only that is issued again, by the same confirmation", async () => {
    const { parts, issued, get, outcomes, faults } = house({ a: refused("AGENT_AWAY") });
    const held = await issueAll(ROWS, undefined, parts);
    expect(outcomes.get("id-a")).toMatchObject({ error: faults.a });
    expect(outcomes.get("id-b")).toBe("issued");
    delete faults.a;
    await issueAll(ROWS.slice(0, 2), held, parts);
    expect(issued.map(({ serial }) => serial)).toEqual(["b", "c", "a"]);
    expect(get).toHaveBeenCalledTimes(1);
  });

  test("a confirmation that has become too old stops the run, and the rest is confirmed anew", async () => {
    const { parts, issued, get, steps, faults } = house({ b: refused("ORIGIN_STALE") });
    const held = await issueAll(ROWS, undefined, parts);
    expect(held).toBeUndefined();
    expect(steps.at(-1)).toEqual({ at: "stopped", why: "stale" });
    expect(issued.map(({ serial }) => serial)).toEqual(["a"]);
    delete faults.b;
    await issueAll(ROWS, held, parts);
    expect(issued.map(({ serial }) => serial)).toEqual(["a", "b", "c"]);
    expect(get).toHaveBeenCalledTimes(2);
  });

  test("a face that was not shown, or is another one by now, is not confirmed", async () => {
    const { parts, issued, get, steps } = house();
    await issueAll(ROWS, undefined, { ...parts, shown: new Map([["id-b", "another"]]) });
    expect(steps.at(-1)).toEqual({ at: "stopped", why: { otherFaces: ["id-b"] } });
    await issueAll(ROWS, undefined, { ...parts, shown: new Map([["id-a", "face"]]), allShown: true });
    expect(steps.at(-1)).toEqual({ at: "stopped", why: { otherFaces: ["id-b"] } });
    expect({ issued, asked: get.mock.calls }).toEqual({ issued: [], asked: [] });
  });

  test("given up, refused by the key, or on a page that the list does not name: nothing is issued", async () => {
    const { parts, issued, get, steps } = house();
    for (const [name, key] of [
      ["AbortError", "given-up"],
      ["NotAllowedError", "refused"],
      ["SecurityError", "other-page"],
    ] as const) {
      get.mockRejectedValueOnce(new DOMException("", name));
      await issueAll(ROWS, undefined, parts);
      expect(steps.at(-1)).toEqual({ at: "stopped", why: { key } });
    }
    expect(issued).toEqual([]);
  });
});
