import type { Limits } from "../../host/limits.ts";
import type { IntakeMetrics } from "../../host/metrics.ts";
import type { CallChain } from "../chain/call-chain.ts";
import type { Authenticator } from "../chain/proof.ts";
import type { RouteTable } from "../chain/routes.ts";
import type { Intake } from "../request/body-account.ts";
import type { RequestParser } from "../request/request-parser.ts";
import type { Elsewhere } from "./hand-on.ts";

/** What the listeners of a process have in common. */
export interface ListenerShare {
  /** Division code of this node. */
  node: string;
  routes: RouteTable;
  /** Where calls of pages are handed on to; absent where nothing is. */
  elsewhere?: Elsewhere | undefined;
  chain: CallChain;
  authenticate: Authenticator;
  limits: Limits;
  intake: Intake;
  parser: RequestParser;
  metrics: IntakeMetrics;
}
