import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { CertificateUse } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import type { NodeConfig, TlsFiles } from "../../host/config.ts";

/** A TLS certificate of the node, as it lies on its disk now. */
export interface FoundCertificate {
  readonly use: CertificateUse;
  readonly subject: string;
  /** Without the folder. */
  readonly file: string;
  readonly notAfter: Date;
}

/** Certificates of one process at most. */
const MOST = 100;
const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Reads when the TLS certificates of a process and the authorities that it trusts end, the first end first, each file once. What cannot be read now is left
 * out: a process whose files are not good does not start.
 */
export async function readNodeCertificates(
  config: Pick<NodeConfig, "tls" | "listeners" | "nats">,
): Promise<FoundCertificate[]> {
  const found = await Promise.all([...filesOf(config)].map(([file, use]) => readOne(file, use)));
  return found
    .flat()
    .toSorted((one, other) => one.notAfter.getTime() - other.notAfter.getTime())
    .slice(0, MOST);
}

/** What each file is there for; of several uses the first. */
function filesOf({
  tls,
  listeners,
  nats,
}: Pick<NodeConfig, "tls" | "listeners" | "nats">): Map<string, CertificateUse> {
  const { public: forApps, connect, mutual, signIn } = listeners;
  const own = [forApps, connect, mutual, signIn].flatMap((listener): TlsFiles[] =>
    listener?.tls ? [listener.tls] : [],
  );
  const named: [string, CertificateUse][] = [
    [tls.certificateFile, CertificateUse.NODE],
    ...own.map(({ certificateFile }): [string, CertificateUse] => [certificateFile, CertificateUse.LISTENER]),
    ...(nats ? [[nats.tls.certificateFile, CertificateUse.BROKER] as [string, CertificateUse]] : []),
    [tls.caFile, CertificateUse.AUTHORITY],
    ...(nats ? [[nats.tls.caFile, CertificateUse.AUTHORITY] as [string, CertificateUse]] : []),
  ];
  const uses = new Map<string, CertificateUse>();
  for (const [file, use] of named) if (!uses.has(file)) uses.set(file, use);
  return uses;
}

async function readOne(path: string, use: CertificateUse): Promise<FoundCertificate[]> {
  try {
    const blocks = (await readFile(path, "utf8")).match(PEM) ?? [];
    // Behind a certificate of the node stand its issuers: the first alone is its own.
    const wanted = use === CertificateUse.AUTHORITY ? blocks : blocks.slice(0, 1);
    return wanted.map((block) => {
      const { subject, subjectAltName = "", validTo } = new X509Certificate(block);
      const name = (subject || subjectAltName).replaceAll("\n", ", ");
      return { use, subject: name, file: basename(path), notAfter: new Date(validTo) };
    });
  } catch {
    return [];
  }
}
