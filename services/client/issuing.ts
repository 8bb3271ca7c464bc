import { randomUUID } from "node:crypto";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { type File, LongTerm } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { doneAtOnce } from "../base/at-once.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import type { CallOptions } from "./deadline.ts";
import type { Endpoint } from "./endpoint.ts";
import type { CheckedOptions } from "./options.ts";
import { type Order, signedOrder } from "./order.ts";

/**
 * Making and issuing (制证签发, 5.4.2). Every call may be repeated: the business serial names the certificate. All throw
 * `Refusal`; `AGENT_AWAY` after all attempts means that the certificate stays made and a later `issue` will issue it. The time that a
 * call is given counts for all that it does.
 */
export interface Issuing {
  /** Signs the order with the origin key and makes the certificate. */
  make(order: Order, options?: CallOptions): Promise<Certificate>;
  /**
   * Issues what was made. The origin signature of an order lives an hour (as the agent's policy says): where it is too old, the order is
   * signed anew and issued with that, if it is given here (the same as was made, attachments too); else the call is refused with
   * `ORIGIN_STALE`.
   */
  issue(businessSerial: string, order?: Order, options?: CallOptions): Promise<Certificate>;
  /**
   * Makes many, so many at once, each as a call of its own that fails alone; gives what came of each as soon as it is known, in no order.
   * Takes orders from the source only as they are worked on. A source that throws ends it; what was begun by then is made all the same.
   */
  makeMany(orders: Iterable<Order> | AsyncIterable<Order>, options?: ManyOptions): AsyncIterable<ManyOutcome<Order>>;
  /** Issues many that were made, by their business serials, in the same way. */
  issueMany(
    serials: Iterable<string> | AsyncIterable<string>,
    options?: ManyOptions,
  ): AsyncIterable<ManyOutcome<string>>;
  /** Discards what was made but not issued. */
  discard(businessSerial: string, cause: string, options?: CallOptions): Promise<Certificate>;
  /** Makes the next version of an issued certificate, and says why in `cause`; `issue` then supersedes the old one. */
  replace(identifier: string, order: Order, options?: CallOptions & { cause?: string }): Promise<Certificate>;
  revoke(identifier: string, cause: string, options?: CallOptions): Promise<Certificate>;
  suspend(identifier: string, cause: string, options?: CallOptions): Promise<Certificate>;
  resume(identifier: string, cause: string, options?: CallOptions): Promise<Certificate>;
  get(key: { businessSerial: string } | { identifier: string }, options?: CallOptions): Promise<Certificate>;
  /** The face: signed PDF once issued, before that the face to be checked by eye. `longTerm`: with data behind the signature. */
  face(businessSerial: string, longTerm?: LongTerm, options?: CallOptions): Promise<File>;
}

/** How many are worked on at once: 1 to 64, 32 if not given. The time of {@link CallOptions} counts for each. */
export interface ManyOptions extends CallOptions {
  atOnce?: number;
}

/** What came of one of many: the certificate, or why there is none. */
export interface ManyOutcome<T> {
  readonly of: T;
  readonly certificate?: Certificate;
  readonly refusal?: Refusal;
}

/** Together they fill the groups in which a core works. */
const AT_ONCE = 32;
const MOST_AT_ONCE = 64;

/**
 * Issuing at the home core. The stand-by serves usage only.
 *
 * @internal
 */
export function createIssuing(home: Pick<Endpoint, "client">, options: CheckedOptions): Issuing {
  const client = home.client(IssueService);
  const sign = (order: Order, replaces?: string) => {
    const { origin } = options;
    if (!origin)
      throw refuseField(
        "ORIGIN_MISSING",
        "origin",
        "issuing needs an origin key",
        "give origin to createConnector",
        "制证需要来源签名密钥，请在createConnector中提供origin",
      );
    return signedOrder(order, options.appKey, origin, new Date(), replaces);
  };
  const change = (rpc: "revokeCertificate" | "suspendCertificate" | "resumeCertificate") => {
    return (identifier: string, cause: string, given?: CallOptions) => {
      const request = { requestId: randomUUID(), identifier, cause };
      return certificateOf(client[rpc](request, given));
    };
  };
  const make = async (
    order: Order,
    replaces: string,
    { cause = "", ...given }: CallOptions & { cause?: string } = {},
  ) => {
    if (replaces === "") return certificateOf(client.makeCertificate(sign(order), given));
    return certificateOf(client.replaceCertificate({ ...sign(order, replaces), replaces, cause }, given));
  };
  const issue = async (businessSerial: string, order: Order | undefined, given: CallOptions = {}) => {
    const { timeoutMs = options.timeoutMs } = given;
    const endsAt = performance.now() + timeoutMs;
    const rest = () => ({ ...given, timeoutMs: Math.max(1, endsAt - performance.now()) });
    try {
      return await certificateOf(client.issueCertificate({ businessSerial }, rest()));
    } catch (error) {
      if (!order || !(error instanceof Refusal) || error.reason !== "ORIGIN_STALE") throw error;
      const { replaces } = await certificateOf(client.getCertificate({ businessSerial }, rest()));
      await make(order, replaces, rest());
      return certificateOf(client.issueCertificate({ businessSerial }, rest()));
    }
  };
  return {
    make: (order, given) => make(order, "", given),
    issue,
    makeMany: (orders, given) => many(orders, (order, rest) => make(order, "", rest), given),
    issueMany: (serials, given) => many(serials, (serial, rest) => issue(serial, undefined, rest), given),
    discard(businessSerial, cause, given) {
      const request = { requestId: randomUUID(), businessSerial, cause };
      return certificateOf(client.discardCertificate(request, given));
    },
    replace: (identifier, order, given) => make(order, identifier, given),
    revoke: change("revokeCertificate"),
    suspend: change("suspendCertificate"),
    resume: change("resumeCertificate"),
    get: (key, given) => certificateOf(client.getCertificate(key, given)),
    async face(businessSerial, longTerm = LongTerm.UNSPECIFIED, given = undefined) {
      const { file } = await client.getFace({ businessSerial, longTerm }, given);
      return file as File;
    },
  };
}

function many<T>(
  source: Iterable<T> | AsyncIterable<T>,
  call: (of: T, given: CallOptions) => Promise<Certificate>,
  { atOnce = AT_ONCE, ...given }: ManyOptions = {},
): AsyncIterable<ManyOutcome<T>> {
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > MOST_AT_ONCE) {
    throw refuseField(
      "INVALID_FIELD",
      "atOnce",
      `is ${atOnce}`,
      `give a whole number from 1 to ${MOST_AT_ONCE}`,
      `同时处理数须为1至${MOST_AT_ONCE}的整数`,
    );
  }
  return doneAtOnce(source, atOnce, (of) =>
    call(of, given).then(
      (certificate) => ({ of, certificate }),
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        return { of, refusal: error };
      },
    ),
  );
}

async function certificateOf(call: Promise<{ certificate?: Certificate | undefined }>): Promise<Certificate> {
  return (await call).certificate as Certificate;
}
