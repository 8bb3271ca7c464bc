/**
 * Measures status bundles: `node ops/bench/status.ts` makes one for ten million certificates of which 2 % are not in force, looks
 * each of them up, and prints size, time and memory, and the share not in force at which a bundle is as large as it may be.
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { cpus } from "node:os";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { encodeRiceSet, type RiceSet } from "../../services/domain/rice-set.ts";
import { LISTED_STATES, type ListedState } from "../../services/statement/status-bundle.ts";
import {
  composeStatusBundle,
  LISTED_DAYS_AFTER_END,
  listedNumber,
  readStatusBundle,
} from "../../services/trust/status-bundle.ts";

const CERTIFICATES = 10_000_000;
/** Of each thousand certificates so many are in a state. */
const LISTED: Readonly<Record<ListedState, number>> = { suspended: 1, revoked: 5, superseded: 14 };
const ALL_LISTED = LISTED_STATES.reduce((sum, state) => sum + LISTED[state], 0);
/** Aim of the issue, in bytes. */
const MOST_BYTES = 3_000_000;

const ISSUER = "11440100MB2C91870E";
const TYPE = "11100000MB03271699001";
const prefix = certificateIdentifier({ typeCode: TYPE, issuer: ISSUER, serial: "0", version: 1 })
  .split(".")
  .slice(0, -3);

/** Identifiers as the platform makes them, but for the check character: it would take longest of all. */
function identifierOf(index: number): string {
  return `${prefix.join(".")}.440100${String(index).padStart(10, "0")}.001.X`;
}

function stateOf(index: number): ListedState | undefined {
  let place = index % 1_000;
  for (const state of LISTED_STATES) {
    if (place < LISTED[state]) return state;
    place -= LISTED[state];
  }
  return undefined;
}

/** Bytes of the sets where so many of all certificates are listed, each state by its part. Digests are as good as random. */
function bytesAt(listedCertificates: number): number {
  return LISTED_STATES.reduce((sum, state) => {
    const count = Math.round((listedCertificates * LISTED[state]) / ALL_LISTED);
    const random = randomBytes(count * 8);
    const numbers = new BigUint64Array(random.buffer, random.byteOffset, count);
    return sum + encodeRiceSet(numbers).bytes.length;
  }, 0);
}

/** Share of all certificates whose listing takes so many bytes, to a hundredth of a percent. */
function shareAt(bytes: number): number {
  let [low, high] = [0, 1_000];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (bytesAt((CERTIFICATES * middle) / 10_000) <= bytes) low = middle;
    else high = middle;
  }
  return low / 10_000;
}

function seconds<T>(step: () => T): [T, string] {
  const before = process.cpuUsage();
  const result = step();
  const { user, system } = process.cpuUsage(before);
  return [result, `${((user + system) / 1e6).toFixed(1)} s of processor time`];
}

const print = (line: string) => process.stdout.write(`${line}\n`);
print(`${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, one thread`);
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const salt = new Uint8Array(16).fill(7);

const [numbers, hashing] = seconds(() => {
  const found: Record<ListedState, bigint[]> = { suspended: [], revoked: [], superseded: [] };
  for (let index = 0; index < CERTIFICATES; index++) {
    const state = stateOf(index);
    if (state !== undefined) found[state].push(listedNumber(salt, identifierOf(index)));
  }
  return found;
});
const [sets, coding] = seconds(
  () =>
    Object.fromEntries(
      LISTED_STATES.map((state) => [state, encodeRiceSet(BigUint64Array.from(numbers[state]))]),
    ) as Record<ListedState, RiceSet>,
);
const [bytes, signing] = seconds(() => {
  const nodes = [{ node: "440100", records: CERTIFICATES, root: "0".repeat(64) }];
  const head = { publisher: "440000", builtAt: "2026-11-25T00:00:00.000Z", nodes };
  return composeStatusBundle(head, sets, salt, (text) => sign(null, text, privateKey));
});
const listed = LISTED_STATES.reduce((sum, state) => sum + sets[state].count, 0);
print(
  `${bytes.length.toLocaleString("en-US")} bytes for ${CERTIFICATES.toLocaleString("en-US")} certificates, ${listed.toLocaleString("en-US")} of them not in force: ${((bytes.length * 8) / listed).toFixed(1)} bits each (aim ≤ ${MOST_BYTES.toLocaleString("en-US")} bytes)${bytes.length <= MOST_BYTES ? " ✓" : " ✗"}`,
);
print(`made: hashing ${hashing}, coding in a thread ${coding}, putting together and signing ${signing}`);
const [bundle, reading] = seconds(() => readStatusBundle(bytes, new Map([["440000", publicKey]])));
print(`read and verified in ${reading}`);
const [wrong, asking] = seconds(() => {
  let count = 0;
  for (let index = 0; index < CERTIFICATES; index++) {
    if (bundle.stateOf(identifierOf(index)) !== stateOf(index)) count++;
  }
  return count;
});
print(
  `all ${CERTIFICATES.toLocaleString("en-US")} looked up in ${asking}; ${wrong} with another state than they have${wrong === 0 ? " ✓" : " ✗"}`,
);
const share = shareAt(MOST_BYTES);
const lasting = `of certificates whose validity has not ended more than ${LISTED_DAYS_AFTER_END} days ago`;
print(
  `${MOST_BYTES.toLocaleString("en-US")} bytes are reached where ${(share * 100).toFixed(2)} % ${lasting} are not in force`,
);
print(`most memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
