import { readFileSync } from "node:fs";
import type { PeerCertificate } from "node:tls";
import type { TlsFiles } from "./config.ts";
import { type MachineName, machineNames, machineUri } from "./machine-name.ts";

/** A certificate with its key and the authorities that this side trusts, PEM. */
export interface TlsMaterial {
  certificate: Buffer;
  privateKey: Buffer;
  ca: Buffer;
}

/** Reads TLS files. Throws what the file system throws. */
export function readTls({ certificateFile, privateKeyFile }: TlsFiles, caFile: string): TlsMaterial {
  return {
    certificate: readFileSync(certificateFile),
    privateKey: readFileSync(privateKeyFile),
    ca: readFileSync(caFile),
  };
}

/**
 * A check for TLS clients of the mesh: the server's certificate must carry exactly the name that is meant to be reached. Host
 * names do not matter, so a service may move. Chain and validity are checked by TLS before.
 */
export function serverNameCheck(
  expected: MachineName,
): (host: string, certificate: PeerCertificate) => Error | undefined {
  const uri = machineUri(expected);
  return (_host, certificate) => {
    const names = machineNames(certificate.subjectaltname).map(machineUri);
    if (names.includes(uri)) return undefined;
    return new Error(`the server is not ${uri} but ${names.join(", ") || "nobody of the mesh"}`);
  };
}
