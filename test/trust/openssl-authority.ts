import { parseCertificate } from "../../services/trust/certificate.ts";
import type { RevocationCause } from "../../services/trust/crl.ts";
import { fromPem } from "../../services/trust/pem.ts";
import type { Bench } from "./openssl.ts";

/** A revoked certificate, for a list. */
export interface Revoked {
  certPem: string;
  cause: RevocationCause;
  at: Date;
}

/** One key of a certificate authority that OpenSSL runs. Another one of the same name may be the same authority, or an impostor. */
export interface OpensslAuthority {
  certPem: string;
  /** Certifies a PKCS#10 request: a signer's, or that of an authority below. */
  certify(requestPem: string, use?: "signer" | "authority"): string;
  /** A revocation list by this key alone. */
  list(revoked: readonly Revoked[], made: Date, ends: Date): string;
}

const CONFIG = `[ca]
default_ca = d
[d]
database = DB
serial = DB.serial
crlnumber = DB.number
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
[signer]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
`;

let made = 0;

/**
 * Makes a key of an authority and its certificate, self-signed or by the authority `above`. Everything it certifies is valid from
 * `from` on, for `days`.
 */
export function openOpensslAuthority(
  bench: Bench,
  commonName: string,
  { above, from, days = 365 }: { above?: OpensslAuthority; from: Date; days?: number },
): OpensslAuthority {
  const id = `authority-${++made}`;
  const file = (kind: string) => `${id}.${kind}`;
  const until = new Date(from.getTime() + days * 86_400_000);
  bench.file(file("cnf"), CONFIG.replaceAll("DB", id));
  bench.file(id, "");
  // Serials of several keys never meet by chance: they begin with the number of the key.
  bench.file(file("serial"), `${(0x10 + made).toString(16)}000001\n`);
  bench.file(file("number"), "01\n");
  bench.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", file("key"));
  const subject = `/C=CN/O=Trial authorities/CN=${commonName}`;
  bench.openssl("req", "-new", "-key", file("key"), "-subj", subject, "-out", file("csr"));
  const dates = ["-startdate", stamp(from), "-enddate", stamp(until)];
  const ca = (...args: string[]) => bench.openssl("ca", "-config", file("cnf"), "-batch", "-notext", ...args);
  const own = ["-keyfile", file("key"), "-cert", file("pem")];
  if (above === undefined) {
    const self = ["-selfsign", "-keyfile", file("key"), "-in", file("csr"), "-out", file("pem")];
    ca("-preserveDN", "-extensions", "authority", ...dates, ...self);
  } else bench.file(file("pem"), above.certify(bench.read(file("csr")), "authority"));

  return {
    certPem: bench.read(file("pem")),
    certify(requestPem, use = "signer") {
      bench.file(file("request"), requestPem);
      ca("-preserveDN", "-extensions", use, ...dates, ...own, "-in", file("request"), "-out", file("out"));
      return bench.read(file("out"));
    },
    list(revoked, time, ends) {
      const rows = revoked.map(({ certPem, cause, at }) => {
        const [der = new Uint8Array()] = fromPem("CERTIFICATE", certPem);
        const serial = parseCertificate(der).serial.toUpperCase();
        return `R\t${stamp(until).slice(2)}\t${stamp(at).slice(2)},${cause}\t${serial}\tunknown\t/CN=x\n`;
      });
      bench.file(id, rows.join(""));
      const times = ["-crl_lastupdate", stamp(time), "-crl_nextupdate", stamp(ends)];
      ca("-gencrl", ...times, ...own, "-out", file("crl"));
      return bench.read(file("crl"));
    },
  };
}

function stamp(time: Date): string {
  return time.toISOString().replace(/[-:T]|\.\d+/g, "");
}
