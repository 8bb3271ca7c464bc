import { sign } from "node:crypto";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BlobPieceSchema,
  EventKind,
  type PendingEvent,
  PendingEventSchema,
  type Receipt,
  ReceiptSchema,
  type SignedEvent,
  SignedEventSchema,
} from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { SetAsidePlace, SetAsideService } from "../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import {
  type CertificateRecord,
  CertificateRecordSchema,
  CertificateState,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import type { EventLink } from "../../services/event/event-link.ts";
import { nodeSignedBytes } from "../../services/statement/node-signed.ts";
import { piecesOf } from "../../services/sync/wire/blob-pieces.ts";
import { eventDigest, FIRST_PREVIOUS, statementOf } from "../../services/sync/wire/signed-event.ts";
import { eventually } from "../node/eventually.ts";
import { type House, openHouse, PROVINCE } from "./house.ts";
import { changed, daysAgo, identifierOf, type LoadCertificate, makeCertificate } from "./records.ts";

const CITY = "440100";
const OTHER = "440300";

/** The test plays the city: it has the city's leaf, its certificate and its node key. */
describe("a hostile or broken city", () => {
  let house: House;
  let link: EventLink;
  const receipts = new Map<string, Receipt>();
  const ending = new AbortController();
  let number = 0;
  let previous = FIRST_PREVIOUS;

  beforeAll(async () => {
    house = await openHouse([CITY, OTHER], [CITY, OTHER]);
    link = house.link(CITY);
    const take = async ({ data }: { data: Uint8Array }) => {
      const receipt = fromBinary(ReceiptSchema, data);
      receipts.set(`${receipt.number}/${receipt.key}`, receipt);
    };
    link.consume(`DOWN_${CITY}`, "receipt", take, ending.signal);
  });
  afterAll(async () => {
    ending.abort();
    await link?.close();
    await house?.close();
  });

  const archive = () => house.node(PROVINCE).usage.client(ArchiveService, "sync");
  const kept = async (name: string) => (await archive().getCertificate({ identifier: identifierOf(name) })).record;
  const linkState = async () => {
    const { operator, address } = house.node(PROVINCE);
    const { links } = await operator.client(LinkService, address).getLinks({});
    return links.find(({ node }) => node === CITY);
  };

  function eventOf(record: CertificateRecord, at: number, before: string, signer = CITY, node = CITY): SignedEvent {
    const event = create(PendingEventSchema, {
      key: `${record.identifier}:${record.revision}`,
      kind: EventKind.CERTIFICATE_CHANGED,
      aggregateId: record.identifier,
      revision: record.revision,
      payload: toBinary(CertificateRecordSchema, record),
      blobs: record.files.map(({ sha256 }) => sha256),
    });
    const signed = create(SignedEventSchema, { node, number: BigInt(at), event, previous: before });
    const statement = nodeSignedBytes("ecert.event.v1", statementOf(signed, PROVINCE));
    signed.signature = sign(null, statement, house.key(signer));
    return signed;
  }

  /** The event with the next number, as an honest city makes it. */
  function next(record: CertificateRecord): SignedEvent {
    number += 1;
    const signed = eventOf(record, number, previous);
    previous = eventDigest(statementOf(signed, PROVINCE));
    return signed;
  }

  async function publish(signed: SignedEvent): Promise<void> {
    await eventually(() =>
      link.publish(`ecert.${CITY}.up.data.event.${signed.number}`, toBinary(SignedEventSchema, signed)),
    );
  }

  async function sendBlobs({ blobs }: LoadCertificate): Promise<void> {
    for (const blob of blobs)
      for (const piece of piecesOf(sha256Hex(blob), blob))
        await eventually(() =>
          link.publish(`ecert.${CITY}.up.data.blob.${piece.sha256}.${piece.index}`, toBinary(BlobPieceSchema, piece)),
        );
  }

  const make = (name: string) => makeCertificate(house.department, { node: CITY, name, issuedAt: daysAgo(1) });
  const receiptFor = (name: string, { number: at }: SignedEvent, revision = 1) =>
    receipts.get(`${at}/${identifierOf(name)}:${revision}`);

  /** An honest event behind the bad one: when its receipt is there, the bad one has been dealt with. */
  async function honest(name: string): Promise<void> {
    const certificate = make(name);
    await sendBlobs(certificate);
    const signed = next(certificate.record);
    await publish(signed);
    await eventually(() => expect(receiptFor(name, signed)?.originNode).toBe(CITY));
    expect((await kept(name))?.revision).toBe(1n);
  }

  test("an honest event is applied and answered with a receipt over its payload", async () => {
    await honest("good-1");
    const [receipt] = receipts.values();
    const record = await kept("good-1");
    expect(receipt?.payloadSha256).toBe(sha256Hex(toBinary(CertificateRecordSchema, record as CertificateRecord)));
  });

  test("a missing number is noticed as a gap, and closes when its event comes", async () => {
    const before = await linkState();
    const certificates = [make("gap-1"), make("gap-2")];
    for (const certificate of certificates) await sendBlobs(certificate);
    const [missing, following] = certificates.map(({ record }) => next(record)) as [SignedEvent, SignedEvent];
    await publish(following);
    await eventually(() => expect(receiptFor("gap-2", following)).toBeDefined());
    expect(await linkState()).toMatchObject({ gaps: (before?.gaps ?? 0n) + 1n, lastReceived: following.number });
    await publish(missing);
    await eventually(() => expect(receiptFor("gap-1", missing)).toBeDefined());
    expect((await linkState())?.gaps).toBe((before?.gaps ?? 0n) + 1n);
  });

  const FORGERIES: [string, (certificate: LoadCertificate) => SignedEvent][] = [
    ["signed with another node's key", ({ record }) => eventOf(record, 900, previous, OTHER)],
    ["of another node, signed by that node", ({ record }) => eventOf(record, 901, previous, OTHER, OTHER)],
    [
      "whose payload was exchanged after signing",
      ({ record }) => {
        const signed = eventOf(record, 902, previous);
        const payload = toBinary(CertificateRecordSchema, changed(record, CertificateState.REVOKED, daysAgo(0)));
        return create(SignedEventSchema, {
          ...signed,
          event: create(PendingEventSchema, { ...(signed.event as PendingEvent), payload }),
        });
      },
    ],
    [
      "whose number was exchanged after signing",
      ({ record }) => create(SignedEventSchema, { ...eventOf(record, 903, previous), number: 904n }),
    ],
    [
      "whose message the department has not signed",
      ({ record }) => {
        const message = Buffer.from(Buffer.from(record.message).toString().replace("营业执照", "建设许可"));
        return eventOf(create(CertificateRecordSchema, { ...record, message, name: "建设许可" }), 905, previous);
      },
    ],
    [
      "whose record tells another holder than its message",
      ({ record }) => {
        const holders = record.holders.map((holder) => ({ ...holder, code: "440101199202020029" }));
        return eventOf(create(CertificateRecordSchema, { ...record, holders }), 906, previous);
      },
    ],
    [
      "that carries a certificate of another node",
      ({ record }) => {
        const { record: foreign } = makeCertificate(house.department, {
          node: OTHER,
          name: "forged-6",
          issuedAt: record.issuedAt,
        });
        return eventOf(foreign, 907, previous);
      },
    ],
  ];

  /** What the operator of the province sees: keys of what was set aside of the city. */
  const setAside = async () => {
    const { operator, address } = house.node(PROVINCE);
    const { rows } = await operator.client(SetAsideService, address).listSetAside({ pageSize: 200 });
    return rows.filter(({ node, place }) => node === CITY && place === SetAsidePlace.INBOX);
  };

  test.each([
    ["an event", `ecert.${CITY}.up.data.event.777`],
    ["a piece of a blob", `ecert.${CITY}.up.data.blob.x.0`],
    ["a receipt", `ecert.${CITY}.up.receipt.777`],
  ])("what comes in the place of %s and cannot be read is set aside and stops nothing", async (_what, subject) => {
    await eventually(() => link.publish(subject, Buffer.from("no message at all")));
    await honest(`behind-${subject.length}`);
    await eventually(async () => expect((await setAside()).map(({ key }) => key)).toContain(subject));
    expect(await linkState()).toMatchObject({ setAside: BigInt((await setAside()).length) });
    const { operator, address } = house.node(PROVINCE);
    const row = (await setAside()).find(({ key }) => key === subject);
    const answer = await operator.client(SetAsideService, address).retrySetAside({ id: row?.id ?? "" });
    expect(answer).toMatchObject({ done: false, row: { key: subject, tries: 2 } });
  });

  test.each(FORGERIES)("an event %s is set aside: not applied, no receipt, shown", async (what, forge) => {
    const before = (await setAside()).length;
    const index = FORGERIES.findIndex(([name]) => name === what);
    const name = `forged-${index}`;
    const certificate = make(name);
    await sendBlobs(certificate);
    const forged = forge(certificate);
    await publish(forged);
    await honest(`behind-${index}`);
    await eventually(async () => expect(await setAside()).toHaveLength(before + 1));
    await expect(kept(name)).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    expect([...receipts.values()].map((receipt) => receipt.number)).not.toContain(forged.number);
  });

  test("an old revision that is played again changes nothing and is confirmed again", async () => {
    const certificate = make("replayed");
    await sendBlobs(certificate);
    const first = next(certificate.record);
    const second = next(changed(certificate.record, CertificateState.REVOKED, daysAgo(0)));
    await publish(first);
    await publish(second);
    await eventually(() => expect(receiptFor("replayed", second, 2)).toBeDefined());
    receipts.delete(`${first.number}/${identifierOf("replayed")}:1`);
    await publish(first);
    await eventually(() => expect(receiptFor("replayed", first)).toBeDefined());
    expect(await kept("replayed")).toMatchObject({ revision: 2n, state: CertificateState.REVOKED });
  });

  test("one revision cannot have two contents: what takes less away is set aside, and that there are two is said", async () => {
    const certificate = make("twofold");
    await sendBlobs(certificate);
    await publish(next(changed(certificate.record, CertificateState.REVOKED, daysAgo(0))));
    await eventually(async () => expect((await kept("twofold"))?.state).toBe(CertificateState.REVOKED));
    const other = changed(certificate.record, CertificateState.SUSPENDED, daysAgo(0));
    const forged = eventOf(other, 950, previous);
    await publish(forged);
    await honest("behind-twofold");
    await eventually(async () => expect((await kept("twofold"))?.forkedSince).not.toBe(""));
    expect((await kept("twofold"))?.state).toBe(CertificateState.REVOKED);
    expect([...receipts.values()].map((receipt) => receipt.number)).not.toContain(forged.number);
  });

  test("an event waits for its blobs, without a receipt, and is applied when it comes again behind them", async () => {
    const certificate = make("bare");
    const signed = next(certificate.record);
    await publish(signed);
    await honest("behind-bare");
    await expect(kept("bare")).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    await sendBlobs(certificate);
    await publish(signed);
    await eventually(() => expect(receiptFor("bare", signed)).toBeDefined());
  });

  test("the hub lets a city publish and read nothing but its own", async () => {
    const other = house.link(OTHER);
    await eventually(() => expect(other.status().connected).toBe(true));
    await expect(other.publish(`ecert.${CITY}.up.data.event.1`, new Uint8Array(1))).rejects.toMatchObject({
      reason: "PEER_AWAY",
    });
    await expect(other.publish(`ecert.${OTHER}.down.data.event.1`, new Uint8Array(1))).rejects.toMatchObject({
      reason: "PEER_AWAY",
    });
    await eventually(() => other.publish(`ecert.${OTHER}.up.data.event.1`, new Uint8Array(1)));
    await other.close();
  });
});
