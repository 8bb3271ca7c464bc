import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type FileFormat, LongTerm } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import type { UsageContextSchema } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import {
  type ExtractDataResponse,
  type FetchFileResponse,
  type ListCertificatesResponse,
  type RedeemPresentationResponse,
  UsageService,
  type VerifyCertificateResponse,
} from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { type CallOptions, Deadline } from "./deadline.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Failover } from "./failover.ts";
import type { CheckedOptions, Place } from "./options.ts";

/** Context of a use (用证上下文, 5.4.3). */
export type Context = MessageInitShape<typeof UsageContextSchema>;

/**
 * One case in which certificates are used. Usage codes are got behind the scenes: one per side, again when it has ended.
 * When the home core is away, the province's stand-by serves, with a code of its own for the same context.
 */
export interface UsageSession {
  /** Which side answered last. */
  readonly place: Place;
  /** The usage code in force on the side that serves, for handing to another program of the same app. */
  code(options?: CallOptions): Promise<string>;
  /** The whole list, read page by page, each in a call's time; for the person served each page is a look-up that they can see. */
  list(options?: CallOptions): Promise<CertificateList>;
  /** The same, page by page as it is read: who finds what they look for need not read on. */
  pages(options?: CallOptions): AsyncIterable<CertificateList>;
  verify(identifier: string, options?: CallOptions): Promise<VerifyCertificateResponse>;
  extract(identifier: string, fields: string[], options?: CallOptions): Promise<ExtractDataResponse>;
  /** `longTerm`: with data behind the signature by which the PDF can be verified for decades. */
  fetch(identifier: string, format: FileFormat, longTerm?: LongTerm, options?: CallOptions): Promise<FetchFileResponse>;
  /** Redeems what the person served shows (亮证): the text of the QR code as it was scanned. Needs no usage code. */
  redeem(presentation: string, options?: CallOptions): Promise<RedeemPresentationResponse>;
}

/** Certificates that a code opens, newest first, and the nodes that could not be asked. */
export type CertificateList = Pick<ListCertificatesResponse, "certificates" | "unreachableNodes">;

/** Certificates of one page. */
const PAGE = 200;
/** A code is renewed this long before it ends. */
const RENEW_BEFORE_MS = 30_000;
/** Shorter than any code lives: it stands where a clock is wrong. */
const LEAST_LIFETIME_MS = 120_000;

/**
 * Opens a session; the first call gets the code.
 *
 * @internal
 */
export function createUsageSession(
  context: Context,
  endpoints: { home: Endpoint; standBy: Endpoint | undefined },
  failover: Failover,
  options: CheckedOptions,
): UsageSession {
  const codes = new Map<Place, { code: string; endsAt: number }>();
  let last: Place = failover.place;

  const clientAt = (place: Place) => {
    const endpoint = place === "standBy" ? (endpoints.standBy ?? endpoints.home) : endpoints.home;
    return endpoints.standBy ? endpoint.impatient(UsageService) : endpoint.client(UsageService);
  };

  async function codeAt(place: Place, given: CallOptions): Promise<string> {
    const held = codes.get(place);
    if (held && performance.now() < held.endsAt) return held.code;
    const answer = await clientAt(place).createUsageContext({ requestId: randomUUID(), context }, given);
    // The server's day and ours may differ: where ours is far ahead, the code is kept until it is refused.
    const lifetimeMs = Math.max(LEAST_LIFETIME_MS, instantOf(answer.expiresAt) - Date.now());
    codes.set(place, { code: answer.usageCode, endsAt: performance.now() + lifetimeMs - RENEW_BEFORE_MS });
    return answer.usageCode;
  }

  const anywhere = <T>(ask: (place: Place, rest: () => CallOptions) => Promise<T>, given: CallOptions = {}) => {
    const deadline = new Deadline({ timeoutMs: options.timeoutMs, ...given });
    const at = async (place: Place, timeoutMs: number) => {
      const endsAt = performance.now() + timeoutMs;
      const answer = await ask(place, () => {
        return { signal: deadline.signal, timeoutMs: Math.max(1, endsAt - performance.now()) };
      });
      last = place;
      return answer;
    };
    return failover.run(at, deadline).finally(() => deadline.end());
  };

  // Verify, extract and fetch count as uses: one id wherever and however often one is asked, so that a side counts it once.
  const use = <T>(
    call: (
      client: ReturnType<typeof clientAt>,
      same: { usageCode: string; requestId: string },
      given: CallOptions,
    ) => Promise<T>,
    given?: CallOptions,
  ) => {
    const requestId = randomUUID();
    return anywhere((place, rest) => {
      const ask = async () => call(clientAt(place), { usageCode: await codeAt(place, rest()), requestId }, rest());
      return ask().catch((error: unknown) => {
        if (!(error instanceof Refusal) || error.reason !== "USAGE_CODE_EXPIRED") throw error;
        codes.delete(place);
        return ask();
      });
    }, given);
  };

  // A page's token is a place in the list, which either side understands.
  async function* pages(given?: CallOptions): AsyncGenerator<CertificateList> {
    let pageToken = "";
    do {
      const token = pageToken;
      const page = await use(
        (client, { usageCode }, rest) => client.listCertificates({ usageCode, pageSize: PAGE, pageToken: token }, rest),
        given,
      );
      yield { certificates: page.certificates, unreachableNodes: page.unreachableNodes };
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  }

  return {
    get place() {
      return last;
    },
    code: (given) => use(async (_, { usageCode }) => usageCode, given),
    pages,
    async list(given) {
      const certificates: CertificateList["certificates"] = [];
      const away = new Set<string>();
      for await (const page of pages(given)) {
        certificates.push(...page.certificates);
        for (const node of page.unreachableNodes) away.add(node);
      }
      return { certificates, unreachableNodes: [...away] };
    },
    verify: (identifier, given) =>
      use((client, same, rest) => client.verifyCertificate({ ...same, identifier }, rest), given),
    extract: (identifier, fields, given) =>
      use((client, same, rest) => client.extractData({ ...same, identifier, fields }, rest), given),
    fetch: (identifier, format, longTerm = LongTerm.UNSPECIFIED, given = undefined) =>
      use((client, same, rest) => client.fetchFile({ ...same, identifier, format, longTerm }, rest), given),
    redeem(presentation, given) {
      // One id wherever it is asked, so that the other side gives the answer that was lost.
      const request = { requestId: randomUUID(), presentation, context };
      return anywhere((place, rest) => clientAt(place).redeemPresentation(request, rest()), given);
    },
  };
}
