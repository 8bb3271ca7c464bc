import { join } from "node:path";
import type { FaceAssets } from "../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { Logger } from "../services/host/log.ts";
import type { Journal } from "../services/journal/journal.ts";
import { type CatalogVersions, createCatalogVersions } from "./catalog-versions.ts";
import type { FaceCheck } from "./face-check.ts";
import { type IndexFile, openIndexFile, type RecentIntent } from "./index-file.ts";
import { bringUpToDate } from "./index-recovery.ts";
import { type JournalStanding, openJournalStanding } from "./journal-standing.ts";
import { NODE_KEYS, type NodeKeys, openNodeKeys } from "./node-keys.ts";
import { loadNodeKey, loadProvince } from "./province.ts";
import { createSerialIndex, type SerialIndex } from "./serial-index.ts";

/** The name under which an agent's journal stands in its directory. */
export const JOURNAL_NAME = "agent";

/** What an agent knows beside its policy: what the province signed, and which message each serial stands for. */
export interface AgentMemory {
  catalog: CatalogVersions;
  nodeKeys: NodeKeys;
  serials: SerialIndex;
  standing: JournalStanding;
  /** What lists of officers are kept in. */
  index: Pick<IndexFile, "document" | "putDocument">;
  /** The last identifiers that were begun to be signed, newest first: what cores are told at each connection. */
  recent(): RecentIntent[];
  /** Takes what a core sent along with jobs. */
  hold(assets: Pick<FaceAssets, "documents" | "attachments" | "catalogVersions" | "nodeKeys">): void;
  /** Writes what is confirmed and closes the index. The journal is its owner's to close, before or after. */
  close(): void;
}

/** What the memory is opened over. */
export interface MemoryParts {
  province: { node: string; publicKeyFile: string };
  nodeKeyFile?: string | undefined;
  journalDirectory: string;
  /** The journal in that directory, open. */
  journal: Pick<Journal, "head">;
  faces: Pick<FaceCheck, "hold" | "expect">;
  log: Pick<Logger, "error" | "warn">;
}

/** The index beside a journal. */
export function indexPath(journalDirectory: string): string {
  return join(journalDirectory, `${JOURNAL_NAME}.index.sqlite`);
}

/** Opens the memory and brings its index up to the journal; throws as {@link bringUpToDate} and the loaders of keys do. */
export async function openMemory(parts: MemoryParts): Promise<AgentMemory> {
  const { journalDirectory, journal, faces, log } = parts;
  const province = loadProvince(parts.province);
  const ownKey = parts.nodeKeyFile === undefined ? undefined : loadNodeKey(parts.nodeKeyFile);
  const index = openIndexFile(indexPath(journalDirectory));
  try {
    const read = await bringUpToDate(index, { directory: journalDirectory, name: JOURNAL_NAME, head: journal.head() });
    if (read > 0) log.warn({ entries: read }, "the index of serials was brought up to the journal");
    const onFault = (error: unknown) => log.error({ error }, "the index beside the journal cannot be written");
    /** What cannot be written now is not kept over a restart; the core that sent it must not end the agent by it. */
    const attempt = (write: () => void) => {
      try {
        write();
      } catch (error) {
        onFault(error);
      }
    };
    const catalog = createCatalogVersions(province, {
      note: (code, version) => attempt(() => index.noteVersion(code, version)),
      behind: index.versionBehind,
    });
    const kept = {
      get: () => index.document(NODE_KEYS),
      set: (list: Uint8Array) => attempt(() => index.putDocument(NODE_KEYS, list)),
    };
    const nodeKeys = openNodeKeys(province, kept, ownKey);
    const serials = createSerialIndex(index, onFault);
    const documents = {
      document: index.document,
      putDocument: (name: string, content: Uint8Array) => attempt(() => index.putDocument(name, content)),
    };
    const standing = await openJournalStanding({
      index: documents,
      journal,
      directory: journalDirectory,
      name: JOURNAL_NAME,
      log,
    });
    return {
      catalog,
      nodeKeys,
      serials,
      standing,
      index: documents,
      recent() {
        attempt(serials.flush);
        return index.recent();
      },
      hold({ documents, attachments, catalogVersions, nodeKeys: list }) {
        faces.expect();
        faces.hold(documents, attachments);
        catalog.hold(catalogVersions);
        if (list.length > 0) nodeKeys.hold(list);
      },
      close() {
        serials.flush();
        index.close();
      },
    };
  } catch (error) {
    index.close();
    throw error;
  }
}
