import { createHash, type Hash } from "node:crypto";
import { addressGroup } from "../../call/request/address-group.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";

/** How long a document may be handed in and verified: 20 MiB over a line of 12 KiB a second. */
const LIFE_MS = 30 * 60_000;
/** Announced bytes of all documents of a process: six of the largest. */
const MOST_BYTES = 128 << 20;
/** Documents of one party at a time; see {@link addressGroup}. */
const MOST_OF_ADDRESS = 4;
const RETRY_MS = 60_000;

/** What is told of a document before its parts come. */
interface Announced {
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** A document that is handed in part by part. */
interface HandedDocument extends Announced {
  /** Who hands it in, for the limit alone. */
  readonly from: string;
  readonly content: Uint8Array;
  received: number;
  /** Of what has come: a whole document at once would keep other calls waiting. */
  digest: Hash;
  readonly expires: Date;
}

/**
 * Documents that anybody hands in part by part, in the memory of this process alone: none is written anywhere, and a process that ends has none. How many
 * there are and how long is bounded; whoever is refused sends the document at once, as ever.
 */
export interface HandedDocuments {
  /** Begins one, or finds it again by its id. Throws `OVERLOADED`, and `INVALID_FIELD` for an id that stands for another document. */
  begin(id: string, announced: Announced, address: string | undefined): Pick<HandedDocument, "received" | "expires">;
  /** Takes the part that is wanted next, or one that has come already, and tells how much has come. Throws `UPLOAD_UNKNOWN`, `INVALID_FIELD`. */
  put(id: string, offset: number, content: Uint8Array): number;
  /** A document that has come whole. Throws `UPLOAD_UNKNOWN`, `INVALID_FIELD`. */
  whole(id: string): Uint8Array;
  /** Forgets one, whether or not there is such. */
  drop(id: string): void;
  /** Forgets those whose time is over. */
  sweep(): void;
  /** Bytes that are announced for those that are remembered. */
  held(): number;
}

/** Creates the memory of one process. */
export function createHandedDocuments(now: () => Date): HandedDocuments {
  const documents = new Map<string, HandedDocument>();

  const held = () => [...documents.values()].reduce((sum, { bytes }) => sum + bytes, 0);

  function sweep(): void {
    for (const [id, { expires }] of documents) if (expires <= now()) documents.delete(id);
  }

  function known(id: string): HandedDocument {
    const found = documents.get(id);
    if (found && found.expires > now()) return found;
    const remedy = "begin it again with BeginDocument, or send it with VerifyDocument; it is known for 30 minutes";
    const localized = "该文件的上传不存在或已过期（保留30分钟），请重新上传";
    throw refuseField("UPLOAD_UNKNOWN", "document_id", "no such document is being handed in", remedy, localized);
  }

  function admit({ bytes }: Announced, from: string): void {
    const own = [...documents.values()].filter((one) => one.from === from).length;
    if (own < MOST_OF_ADDRESS && held() + bytes <= MOST_BYTES) return;
    const message = "too many documents are being handed in part by part: send this one with VerifyDocument, or wait";
    const localizedDetail = "正在分段上传的文件过多，请一次发送整个文件，或稍后再试";
    throw new Refusal("OVERLOADED", message, { localizedDetail, retryAfterMs: RETRY_MS });
  }

  return {
    begin(id, announced, address) {
      sweep();
      const same = documents.get(id);
      if (same) {
        if (same.bytes === announced.bytes && same.sha256 === announced.sha256) return same;
        const chinese = "该编号已用于另一个文件，请换用新的随机编号";
        throw refuseField("INVALID_FIELD", "document_id", "stands for another document", "take a new UUID", chinese);
      }
      const from = addressGroup(address);
      admit(announced, from);
      const expires = new Date(now().getTime() + LIFE_MS);
      const content = new Uint8Array(announced.bytes);
      const begun = { ...announced, from, content, received: 0, digest: createHash("sha256"), expires };
      documents.set(id, begun);
      return begun;
    },
    put(id, offset, content) {
      const document = known(id);
      const end = offset + content.length;
      if (offset < document.received && hasCome(document, offset, content)) return document.received;
      requireNext(document, offset, end);
      document.content.set(content, offset);
      document.digest.update(content);
      document.received = end;
      if (end === document.bytes) requireAnnounced(document);
      return end;
    },
    whole(id) {
      const { received, bytes, content } = known(id);
      if (received === bytes) return content;
      const chinese = `已收到${received}字节，共${bytes}字节，请继续上传`;
      const description = `${received} of ${bytes} bytes have come`;
      throw refuseField("INVALID_FIELD", "document_id", description, "send the rest with PutDocumentPart", chinese);
    },
    drop: (id) => void documents.delete(id),
    sweep,
    held,
  };
}

/** Whether this very part has come. */
function hasCome({ content, received }: HandedDocument, offset: number, part: Uint8Array): boolean {
  const end = offset + part.length;
  return end <= received && Buffer.compare(content.subarray(offset, end), part) === 0;
}

function requireNext({ received, bytes }: HandedDocument, offset: number, end: number): void {
  if (offset !== received) {
    const description = `${received} bytes have come: the next part begins there`;
    const remedy = "ask BeginDocument where the next part begins";
    throw refuseField("INVALID_FIELD", "offset", description, remedy, `已收到${received}字节，下一段应由此开始`);
  }
  if (end <= bytes) return;
  const chinese = `超出申报的${bytes}字节，请以新的编号重新上传`;
  const description = `ends at ${end}, of ${bytes} bytes`;
  throw refuseField("INVALID_FIELD", "content", description, "begin this document with a new id", chinese);
}

/** Another document than was announced is empty again: which part is wrong, nobody knows. */
function requireAnnounced(document: HandedDocument): void {
  if (document.digest.digest("hex") === document.sha256) return;
  Object.assign(document, { received: 0, digest: createHash("sha256") });
  const chinese = "文件与申报的摘要不符，请从头重新上传";
  throw refuseField("INVALID_FIELD", "content", "the document is not what was announced", "send it anew", chinese);
}
