import { randomUUID } from "node:crypto";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { type File, LongTerm } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import { withAttempts } from "./attempts.ts";
import type { Endpoint } from "./endpoint.ts";
import type { CheckedOptions } from "./options.ts";
import { type Order, signedOrder } from "./order.ts";

/**
 * Making and issuing (制证签发, 5.4.2). Every call may be repeated: the business serial names the certificate. All throw
 * `Refusal`; `AGENT_AWAY` after all attempts means that the certificate stays made and a later `issue` will issue it.
 */
export interface Issuing {
  /** Signs the order with the origin key and makes the certificate. */
  make(order: Order): Promise<Certificate>;
  /**
   * Issues what was made. The origin signature of an order lives an hour (as the agent's policy says): where it is too old, the order is
   * signed anew and issued with that, if it is given here (the same as was made, attachments too); else the call is refused with
   * `ORIGIN_STALE`.
   */
  issue(businessSerial: string, order?: Order): Promise<Certificate>;
  /** Discards what was made but not issued. */
  discard(businessSerial: string, cause: string): Promise<Certificate>;
  /** Makes the next version of an issued certificate; `issue` then supersedes the old one. */
  replace(identifier: string, order: Order): Promise<Certificate>;
  revoke(identifier: string, cause: string): Promise<Certificate>;
  suspend(identifier: string, cause: string): Promise<Certificate>;
  resume(identifier: string, cause: string): Promise<Certificate>;
  get(key: { businessSerial: string } | { identifier: string }): Promise<Certificate>;
  /** The face: signed PDF once issued, before that the face to be checked by eye. `longTerm`: with data behind the signature. */
  face(businessSerial: string, longTerm?: LongTerm): Promise<File>;
}

/** Issuing at the home core. The stand-by serves usage only. */
export function createIssuing(home: Endpoint, options: CheckedOptions): Issuing {
  const client = home.client(IssueService);
  const call = async (send: () => Promise<{ certificate?: Certificate | undefined }>): Promise<Certificate> => {
    const { certificate } = await withAttempts(options.attempts, send);
    return certificate as Certificate;
  };
  const sign = (order: Order, replaces?: string) => {
    const { origin } = options;
    if (!origin)
      throw refuseField("ORIGIN_MISSING", "origin", "issuing needs an origin key", "give origin to createConnector");
    return signedOrder(order, options.appKey, origin, new Date(), replaces);
  };
  const change = (rpc: "revokeCertificate" | "suspendCertificate" | "resumeCertificate") => {
    return (identifier: string, cause: string) => {
      const request = { requestId: randomUUID(), identifier, cause };
      return call(() => client[rpc](request));
    };
  };
  const make = (order: Order, replaces = "") => {
    if (replaces === "") {
      const request = sign(order);
      return call(() => client.makeCertificate(request));
    }
    const request = { ...sign(order, replaces), replaces };
    return call(() => client.replaceCertificate(request));
  };
  const issue = (businessSerial: string) => call(() => client.issueCertificate({ businessSerial }));
  return {
    make: async (order) => make(order),
    async issue(businessSerial, order) {
      try {
        return await issue(businessSerial);
      } catch (error) {
        if (!order || !(error instanceof Refusal) || error.reason !== "ORIGIN_STALE") throw error;
        const { replaces } = await call(() => client.getCertificate({ businessSerial }));
        await make(order, replaces);
        return issue(businessSerial);
      }
    },
    discard(businessSerial, cause) {
      const request = { requestId: randomUUID(), businessSerial, cause };
      return call(() => client.discardCertificate(request));
    },
    replace: async (identifier, order) => make(order, identifier),
    revoke: change("revokeCertificate"),
    suspend: change("suspendCertificate"),
    resume: change("resumeCertificate"),
    get: (key) => call(() => client.getCertificate(key)),
    async face(businessSerial, longTerm = LongTerm.UNSPECIFIED) {
      const { file } = await withAttempts(options.attempts, () => client.getFace({ businessSerial, longTerm }));
      return file as File;
    },
  };
}
