import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  LocalizedMessageSchema,
} from "../../proto/gen/google/rpc/error_details_pb.ts";
import type { Both } from "./language.ts";

/** Why something was not done, for people. */
export interface Fault {
  /** What happened and what to do. */
  readonly text: Both;
  /** What is wrong with single fields, where the English text does not tell. */
  readonly fields: readonly string[];
  /** The same with the paths of the fields in the request, for whoever shows each at its place. */
  readonly places: readonly { readonly path: string; readonly text: Both }[];
  /** Identifier of the call, for whoever helps; empty where nothing was called. */
  readonly callId: string;
  /** The server's reason, of the closed list; empty where it has not refused. */
  readonly reason: string;
  /** What the server tells beside it, by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Thrown where something was not done. */
export class Faulty extends Error {
  readonly fault: Fault;

  constructor(text: Both, { fields = [], places = [], callId = "", reason = "", metadata = {} }: Partial<Fault> = {}) {
    super(text[1]);
    this.fault = { text, fields, places, callId, reason, metadata };
  }
}

/** A refusal as the Connect protocol writes it. */
interface Written {
  message?: unknown;
  details?: unknown;
}

const UNREAD: Both = [
  "服务器的答复不能识别，未能完成。请稍后再试。",
  "The server's answer cannot be read. Try again later.",
];

/** Reads what the server says of a call that it has not done. */
export function faultOf(body: Uint8Array, callId: string): Faulty {
  const written = read(body);
  const info = detailOf(written, ErrorInfoSchema);
  const localized = detailOf(written, LocalizedMessageSchema)?.message;
  const english = typeof written.message === "string" ? written.message : "";
  if (!info || !english) return new Faulty(UNREAD, { callId });
  const [bad, inChinese] = detailsOf(written, BadRequestSchema).map(({ fieldViolations }) => fieldViolations);
  // The Chinese sentence tells the fields already, the English one does not.
  const fields = (bad ?? []).map(({ description }) => description);
  const places = (bad ?? []).map(({ field, description }, index): Fault["places"][number] => ({
    path: field,
    text: [inChinese?.[index]?.localizedMessage?.message || description, description],
  }));
  return new Faulty([localized || english, english], {
    fields,
    places,
    callId,
    reason: info.reason,
    metadata: info.metadata,
  });
}

function read(body: Uint8Array): Written {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function detailOf<D extends DescMessage>({ details }: Written, schema: D): MessageShape<D> | undefined {
  return detailsOf({ details }, schema)[0];
}

function detailsOf<D extends DescMessage>({ details }: Written, schema: D): MessageShape<D>[] {
  if (!Array.isArray(details)) return [];
  const found = details.filter((one) => one?.type === schema.typeName && typeof one.value === "string");
  try {
    return found.map(({ value }) => fromBinary(schema, base64Decode(value)));
  } catch {
    return [];
  }
}
