import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { ConnectRequest } from "../../call/listen/connect-request.ts";

/** Authorities that may come with a certificate, at most; more are left out. */
const MOST_AUTHORITIES = 4;

/** The certificate that a browser has shown on the listener which asks for one, and those above it that came with it, DER; none where it has shown none. */
export function shownChain({ socket }: Pick<ConnectRequest, "socket">): Uint8Array[] {
  const found: Uint8Array[] = [];
  let next: DetailedPeerCertificate | undefined = (socket as unknown as TLSSocket).getPeerCertificate(true);
  // Node ends the chain with a root that names itself.
  for (; next?.raw && found.length <= MOST_AUTHORITIES; next = next.issuerCertificate) {
    const { raw } = next;
    if (found.some((der) => Buffer.compare(der, raw) === 0)) break;
    found.push(raw);
  }
  return found;
}
