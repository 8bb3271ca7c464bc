import type { MessageInitShape } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import {
  type IssueCertificatesResponse,
  IssueService,
  type MakeCertificatesRequestSchema,
  type MakeCertificatesResponse,
} from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Status } from "../../proto/gen/google/rpc/status_pb.ts";
import { refusalFromDetails, unpackAny } from "../../services/call/refusal/refusal-details.ts";
import type { Refusal } from "../../services/domain/refusal.ts";
import { chainCaller } from "../fixtures/chain-client.ts";
import { APP, ISSUER } from "./catalog.ts";
import type { House, Instance } from "./house.ts";
import type { Scene } from "./scene.ts";

type Element = MessageInitShape<typeof MakeCertificatesRequestSchema>;

const app = { kind: "app", app: APP, department: ISSUER, node: "440100" } as const;

/** The refusal that an outcome tells. */
function refusalIn({ code, message, details }: Status): Refusal | number {
  return refusalFromDetails(message, details.map(unpackAny)) ?? code;
}

/** What came of each element, by its id: the state of its certificate, or reason and field of the refusal. */
async function outcomes(answers: AsyncIterable<MakeCertificatesResponse | IssueCertificatesResponse>) {
  const found = new Map<string, unknown>();
  for await (const { elementId, outcome } of answers) {
    if (outcome.case === "answer") found.set(elementId, outcome.value.certificate?.state);
    else if (outcome.case === "refusal") {
      const refusal = refusalIn(outcome.value);
      found.set(elementId, typeof refusal === "number" ? refusal : `${refusal.reason} ${refusal.fields[0]?.field}`);
    }
  }
  return found;
}

/** What holds of batches, through the real chain. */
export function batchScenarios(scene: () => Scene): void {
  let house: House;
  let city: Instance;
  let caller: ReturnType<typeof chainCaller>;
  beforeEach(() => {
    ({ house, city } = scene());
    caller = chainCaller("issue", city.running, "440100");
  });
  const client = (scopes: string[]) => caller.as(IssueService, { ...app, scopes });
  const elements = (count: number): { elementId: string; request: ReturnType<House["order"]> }[] =>
    Array.from({ length: count }, (_, index) => ({ elementId: `e-${index}`, request: house.order() }));

  describe("4.4.4 making and issuing many (批量制证签发)", () => {
    test("each element is made by itself, a bad one is refused alone, and what was told is there", async () => {
      const good = elements(18);
      const [first, second] = good as [(typeof good)[0], (typeof good)[0]];
      const { issueDate: _, ...rest } = second.request.order as { issueDate: string };
      const bad: Element[] = [
        { elementId: "no-request" },
        { elementId: "no-date", request: { ...second.request, order: rest } as never },
        {
          elementId: "too-long",
          request: { order: { ...second.request.order, businessSerial: "x".repeat(101) } } as never,
        },
        { elementId: "again", request: first.request },
      ];
      const all: Element[] = [...good.slice(0, 9), ...bad, ...good.slice(9)];
      const made = await outcomes(client(["issue.make"]).makeCertificates(from(all)));
      expect(made.size).toBe(all.length);
      for (const { elementId } of good) expect(made.get(elementId), elementId).toBe(CertificateState.MADE);
      expect(made.get("again")).toBe(CertificateState.MADE);
      expect(made.get("no-request")).toBe("INVALID_FIELD request");
      expect(made.get("no-date")).toMatch(/^INVALID_FIELD order\./);
      expect(made.get("too-long")).toBe("INVALID_FIELD order.business_serial");
      for (const { request } of good) {
        const { businessSerial } = request.order;
        expect((await city.issue.getCertificate({ businessSerial })).certificate?.state).toBe(CertificateState.MADE);
      }
      // Each is a call of its own in the log, with its own outcome.
      const logged = caller.logged.filter(({ method }) => method.endsWith("/MakeCertificate"));
      expect(logged.filter(({ outcome }) => outcome === "OK")).toHaveLength(good.length + 1);
      expect(logged.filter(({ outcome }) => outcome === "INVALID_FIELD")).toHaveLength(2);

      const agent = await city.connectAgent();
      const serials = good
        .slice(0, 3)
        .map(({ request }) => ({ elementId: request.order.businessSerial, request: request.order }));
      const wanted = [...serials, { elementId: "nobody", request: { businessSerial: "nobody" } }];
      const issued = await outcomes(client(["issue.issue"]).issueCertificates(from(wanted)));
      for (const { elementId } of serials) expect(issued.get(elementId)).toBe(CertificateState.ISSUED);
      expect(issued.get("nobody")).toBe("CERTIFICATE_UNKNOWN business_serial");
      await agent.stop();
    });

    test("who may not make one may not make many, and four batches of one app run at once", async () => {
      const refused = outcomes(client(["issue.read"]).makeCertificates(from(elements(1))));
      await expect(refused).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
      const done = Promise.withResolvers<void>();
      async function* held(): AsyncGenerator<Element> {
        yield { elementId: "first", request: house.order() };
        await done.promise;
      }
      const open = Array.from({ length: 4 }, () =>
        client(["issue.make"]).makeCertificates(held())[Symbol.asyncIterator](),
      );
      await Promise.all(open.map((batch) => batch.next()));
      const fifth = outcomes(client(["issue.make"]).makeCertificates(from(elements(1))));
      await expect(fifth).rejects.toMatchObject({ reason: "RATE_EXCEEDED" });
      done.resolve();
      for (const batch of open) expect((await batch.next()).done).toBe(true);
      expect((await outcomes(client(["issue.make"]).makeCertificates(from(elements(1))))).size).toBe(1);
    });

    test("a caller who takes no outcomes is read no further than what is worked on", async () => {
      let read = 0;
      async function* many(): AsyncGenerator<Element> {
        for (const element of elements(40)) {
          read++;
          yield element;
        }
      }
      const batch = client(["issue.make"]).makeCertificates(many())[Symbol.asyncIterator]();
      await batch.next();
      expect(read).toBeLessThanOrEqual(18);
      await batch.return?.();
    });
  });
}

async function* from<E>(elements: readonly E[]): AsyncGenerator<E> {
  yield* elements;
}
