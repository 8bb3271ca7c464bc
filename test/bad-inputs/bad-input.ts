import type { JsonValue } from "@bufbuild/protobuf";
import type { Reason } from "../../services/domain/reason.ts";
import type { Scene } from "./scene.ts";

/** Nodes of the trial that are called. */
export type At = "linghai" | "pengwan" | "province";

/** Who calls: an app or a holder with a token, the operator of a node with a certificate, or nobody. */
export type As = "approval" | "estate" | "counter" | "window" | "once" | "holder" | "operator" | "stranger" | "nobody";

/** What is sent in place of a good call of the Connect protocol. */
export interface RawCall {
  method?: string;
  path?: string;
  headers?: Record<string, string | undefined>;
  body?: Uint8Array | string;
}

/** One kind of bad input and what must be answered to it. */
export interface BadInput {
  /** What is wrong, as the table says it. */
  is: string;
  /** `<Service>/<Method>`; default: that of its group. */
  rpc?: string;
  at?: At;
  as?: As;
  /** The request in JSON. It goes out in the binary form over gRPC too, unless JSON alone can be wrong like this. */
  send?: (scene: Scene) => JsonValue;
  /** Only JSON, or only HTTP, can be wrong like this. */
  jsonOnly?: boolean;
  raw?: (scene: Scene) => RawCall | Promise<RawCall>;
  reason: Reason;
  /** The field as a caller in JSON spells it; absent: no field is at fault. */
  field?: string;
}

/** Bad inputs that have a subject in common. */
export interface BadInputs {
  title: string;
  rpc: string;
  at: At;
  as: As;
  inputs: readonly BadInput[];
}
