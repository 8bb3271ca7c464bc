import { create } from "@bufbuild/protobuf";
import {
  type FormerRow,
  FormerRowKind,
  FormerRowSchema,
} from "../../../proto/gen/ecert/catalog/v1/former_apps_service_pb.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { Stored } from "../../store/port.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { checkAnswer, type KeptAnswer } from "../apps/kept-answers.ts";
import { checkRefusedTokens, type RefusedTokensDocument } from "../apps/refused-tokens-record.ts";
import { carryApp, readFormer } from "./carried-app.ts";

/** Where rows are set aside that cannot be carried over: they stay in the catalog's store as well. */
const PLACE = { place: "registry", source: "former-apps", node: "" } as const;

/** Carries a row over; resolves to whether it may be dropped where it was. The same row again changes nothing. */
export async function carryRow(room: AppRoom, row: FormerRow): Promise<boolean> {
  const { setAside } = room.runtime;
  const entry = { ...PLACE, key: row.id };
  let carry: () => Promise<void>;
  try {
    carry = readRow(room, row);
  } catch (error) {
    const { message: detail } = error as Error;
    const content = Buffer.from(row.documentJson);
    await setAside.put({ ...entry, reason: "RECORD_UNREADABLE", detail, content });
    return false;
  }
  await carry();
  await setAside.cleared(entry);
  return true;
}

/** What is done with a row. Throws, whatever, for one that cannot be read. */
function readRow(room: AppRoom, { kind, documentJson }: FormerRow): () => Promise<void> {
  const document = JSON.parse(documentJson) as Stored;
  switch (kind) {
    case FormerRowKind.APP: {
      const former = readFormer(document);
      return () => carryApp(room, former);
    }
    case FormerRowKind.REFUSED_TOKENS:
      checkRefusedTokens(document as RefusedTokensDocument);
      return () => carryTokens(room, document as RefusedTokensDocument);
    default:
      checkAnswer(document as KeptAnswer);
      return () => room.answers.carry(document as KeptAnswer);
  }
}

/** The reference by which a row is dropped. */
export function reference({ kind, id, revision }: FormerRow): FormerRow {
  return create(FormerRowSchema, { kind, id, revision });
}

/** Tokens that are refused, beside those that this service has refused meanwhile. */
async function carryTokens({ refusedTokens, bell }: AppRoom, former: RefusedTokensDocument): Promise<void> {
  await changeStored(refusedTokens, former._id, (old) => {
    const known = new Set(old?.tokens.map(({ id }) => id));
    const added = former.tokens.filter(({ id }) => !known.has(id));
    if (old && added.length === 0) return old;
    const until = old && old.until > former.until ? old.until : former.until;
    return { _id: former._id, revision: old?.revision ?? 1, tokens: [...(old?.tokens ?? []), ...added], until };
  });
  bell.ring();
}
