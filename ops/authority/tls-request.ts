import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { type CertificateRequest, makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { eachChildOf, readDer } from "../../services/trust/der.ts";
import { OID } from "../../services/trust/oid.ts";
import { alternativeNames } from "./certificate-form.ts";

/** Names that a TLS certificate of the mesh bears. */
export interface TlsNames {
  /** `ecert://<node>/<kind>/<name>`, one at least. */
  uris: readonly string[];
  /** Host names. */
  dns: readonly string[];
  /** IPv4 addresses. */
  ip: readonly string[];
}

/**
 * Makes a request (PKCS#10, PEM) for a TLS certificate with the given names, which it asks for as subject alternative names: any
 * authority reads them there. `keyPem` is a P-256 key, PKCS#8; it does not leave its machine.
 */
export function makeTlsRequest(node: string, names: TlsNames, keyPem: string): Promise<string> {
  const key = createPrivateKey(keyPem);
  const commonName = names.uris[0]?.split("/").at(-1) ?? node;
  return makeCertificateRequest({
    subject: { country: "CN", organization: node, commonName },
    spki: createPublicKey(key).export({ type: "spki", format: "der" }),
    sign: (bytes) => sign("sha256", bytes, key),
    extensions: [alternativeNames(names.uris, names.dns, names.ip)],
  });
}

/**
 * The names that a request asks for. Throws `INVALID_FIELD` where it asks for none of the mesh, for one of another node than the
 * operator of the authority has named, or for anything but URIs, host names and IPv4 addresses: nobody gets another one's name by asking.
 */
export function requestedNames({ extensions }: CertificateRequest, node: string): TlsNames {
  const names = { uris: [] as string[], dns: [] as string[], ip: [] as string[] };
  const asked = extensions.get(OID.subjectAltName);
  for (const { tag, content } of asked === undefined ? [] : eachChildOf(readDer(asked.value))) {
    const text = Buffer.from(content).toString("latin1");
    if (tag === 0x86) names.uris.push(text);
    else if (tag === 0x82) names.dns.push(text);
    else if (tag === 0x87 && isIPv4(content.join("."))) names.ip.push(content.join("."));
    else throw refused(`a name of kind 0x${tag.toString(16)}`, "ask for URIs, host names and IPv4 addresses alone");
  }
  const foreign = names.uris.find((uri) => !uri.startsWith(`ecert://${node}/`));
  if (foreign !== undefined) throw refused(`the name ${foreign}`, `name its node, or ask for names of ${node} alone`);
  if (names.uris.length === 0) throw refused("no name of the mesh", "ask for URI:ecert://CODE/service/NAME");
  return names;
}

function refused(what: string, remedy: string) {
  return refuseArgument("INVALID_FIELD", "request", `it asks for ${what}`, remedy);
}
