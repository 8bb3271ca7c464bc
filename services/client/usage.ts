import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type FileFormat, LongTerm } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import type { UsageContextSchema } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import {
  type ExtractDataResponse,
  type FetchFileResponse,
  type ListCertificatesResponse,
  UsageService,
  type VerifyCertificateResponse,
} from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { withAttempts } from "./attempts.ts";
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
  code(): Promise<string>;
  /** The whole list, read page by page; for the person served each page is a look-up that they can see. */
  list(): Promise<CertificateList>;
  /** The same, page by page as it is read: who finds what they look for need not read on. */
  pages(): AsyncIterable<CertificateList>;
  verify(identifier: string): Promise<VerifyCertificateResponse>;
  extract(identifier: string, fields: string[]): Promise<ExtractDataResponse>;
  /** `longTerm`: with data behind the signature by which the PDF can be verified for decades. */
  fetch(identifier: string, format: FileFormat, longTerm?: LongTerm): Promise<FetchFileResponse>;
}

/** Certificates that a code opens, newest first, and the nodes that could not be asked. */
export type CertificateList = Pick<ListCertificatesResponse, "certificates" | "unreachableNodes">;

/** Certificates of one page. */
const PAGE = 200;
/** A code is renewed this long before it ends. */
const RENEW_BEFORE_MS = 30_000;

/** Opens a session; the first call gets the code. */
export function createUsageSession(
  context: Context,
  endpoints: { home: Endpoint; standBy: Endpoint | undefined },
  failover: Failover,
  options: CheckedOptions,
): UsageSession {
  const codes = new Map<Place, { code: string; endsAt: number }>();
  let last: Place = failover.place;

  const clientAt = (place: Place) =>
    (place === "standBy" ? (endpoints.standBy ?? endpoints.home) : endpoints.home).client(UsageService);

  async function codeAt(place: Place): Promise<string> {
    const held = codes.get(place);
    if (held && Date.now() < held.endsAt - RENEW_BEFORE_MS) return held.code;
    const request = { requestId: randomUUID(), context };
    const answer = await withAttempts(options.attempts, () => clientAt(place).createUsageContext(request));
    codes.set(place, { code: answer.usageCode, endsAt: Date.parse(answer.expiresAt) });
    return answer.usageCode;
  }

  // Verify, extract and fetch count as uses, so one side is asked once: only a connection that failed is tried elsewhere.
  const use = <T>(call: (client: ReturnType<typeof clientAt>, usageCode: string) => Promise<T>) =>
    failover.run(async (place) => {
      const answer = await call(clientAt(place), await codeAt(place));
      last = place;
      return answer;
    });

  // A page's token is a place in the list, which either side understands.
  async function* pages(): AsyncGenerator<CertificateList> {
    let pageToken = "";
    do {
      const token = pageToken;
      const page = await use((client, usageCode) =>
        client.listCertificates({ usageCode, pageSize: PAGE, pageToken: token }),
      );
      yield { certificates: page.certificates, unreachableNodes: page.unreachableNodes };
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
  }

  return {
    get place() {
      return last;
    },
    code: () => failover.run(codeAt),
    pages,
    async list() {
      const certificates: CertificateList["certificates"] = [];
      const away = new Set<string>();
      for await (const page of pages()) {
        certificates.push(...page.certificates);
        for (const node of page.unreachableNodes) away.add(node);
      }
      return { certificates, unreachableNodes: [...away] };
    },
    verify: (identifier) => use((client, usageCode) => client.verifyCertificate({ usageCode, identifier })),
    extract: (identifier, fields) => use((client, usageCode) => client.extractData({ usageCode, identifier, fields })),
    fetch: (identifier, format, longTerm = LongTerm.UNSPECIFIED) =>
      use((client, usageCode) => client.fetchFile({ usageCode, identifier, format, longTerm })),
  };
}
