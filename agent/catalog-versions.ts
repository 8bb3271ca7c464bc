import { BoundedMemory } from "../services/base/bounded-memory.ts";
import { sha256Hex } from "../services/domain/canonical.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { type CatalogStatement, readCatalogStatement } from "../services/trust/catalog-version.ts";
import type { CatalogWord, NewerVersion } from "./check-catalog.ts";
import type { Province } from "./province.ts";

/** A statement as it came from a core. */
export interface ReceivedStatement {
  statement: Uint8Array;
  signature: Uint8Array;
}

/** What outlives the process of all versions that were ever seen here. */
export interface SeenVersions {
  note(code: string, version: NewerVersion): void;
  /** The first version behind one, by number. */
  behind(code: string, version: number): NewerVersion | undefined;
}

/** Versions of catalog items, believed by the province's signature alone. */
export interface CatalogVersions {
  /** Takes what a core sent. What the province has not signed is remembered as that. */
  hold(received: readonly ReceivedStatement[]): void;
  /**
   * The version that a job names by its digest, and the first one behind it. Throws `DOCUMENT_MISSING` where it is not held, or the
   * refusal of {@link readCatalogStatement} where what came was not the province's.
   */
  find(sha256: string): CatalogWord;
}

/** Bytes of statements that are held; beyond them the ones unused for longest go, and are asked for again. */
const HELD = 16 << 20;
/** No statement is larger: schema, template and example are in it by digest. */
const LARGEST = 64 << 10;

/** Makes an empty memory of versions over what was seen before. */
export function createCatalogVersions(province: Province, seen: SeenVersions): CatalogVersions {
  const statements = new BoundedMemory<string, CatalogStatement | Refusal>(HELD);
  /** By code and version, for as long as no other version comes. */
  const behind = new Map<string, NewerVersion | undefined>();

  function newerThan({ code, version }: CatalogStatement): NewerVersion | undefined {
    const key = `${version} ${code}`;
    if (!behind.has(key)) behind.set(key, seen.behind(code, version));
    return behind.get(key);
  }

  return {
    hold(received) {
      for (const { statement: bytes, signature } of received) {
        if (bytes.length > LARGEST) continue;
        const sha256 = sha256Hex(bytes);
        // Of one statement a good signature stays good: a core cannot take it back by sending a bad one.
        if (isStatement(statements.use(sha256))) continue;
        const read = readOf(bytes, signature, province);
        statements.renew(sha256, read, bytes.length);
        if (isStatement(read)) seen.note(read.code, read);
        behind.clear();
      }
    },
    find(sha256) {
      const statement = statements.use(sha256);
      if (statement instanceof Refusal) throw statement;
      if (statement) return { statement, newer: newerThan(statement) };
      const text = `catalog_version_sha256 ${sha256}: the version of the catalog item is not held`;
      throw new Refusal("DOCUMENT_MISSING", text, { metadata: { missing: sha256, member: "catalog_version_sha256" } });
    },
  };
}

function isStatement(held: CatalogStatement | Refusal | undefined): held is CatalogStatement {
  return held !== undefined && !(held instanceof Refusal);
}

function readOf(bytes: Uint8Array, signature: Uint8Array, { node, verifies }: Province): CatalogStatement | Refusal {
  try {
    return readCatalogStatement(bytes, signature, node, verifies);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const remedy =
      "see that `province` of agent.json names the province's key, and that the node's catalog has its signature";
    return new Refusal(error.reason, `catalog_version_sha256: ${error.message}: ${remedy}`, {
      metadata: { member: "catalog_version_sha256" },
    });
  }
}
