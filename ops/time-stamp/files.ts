import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Keys that an authority for trials may have. */
export type StampKey = "p256" | "p384" | "rsa-2048";

/** Files of a time stamp authority for trials. */
export interface StampFiles {
  directory: string;
  /** Its root (PEM): what verifiers trust, for time stamps alone. */
  rootFile: string;
  /** Its revocation list (PEM). */
  revocationListFile: string;
  /** Configuration of `openssl ts -reply`. */
  configFile: string;
}

const KEYS: Readonly<Record<StampKey, readonly string[]>> = {
  p256: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  p384: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
  "rsa-2048": ["-newkey", "rsa:2048"],
};

/**
 * Makes a root, a time stamp authority below it, and an empty revocation list, all by OpenSSL's command line; leaves what is
 * there. For trials and tests: tokens from it are made by a program that is not ours.
 */
export function makeStampFiles(directory: string, key: StampKey = "p256"): StampFiles {
  const file = (name: string) => join(directory, name);
  const files: StampFiles = {
    directory,
    rootFile: file("root.pem"),
    revocationListFile: file("root.crl.pem"),
    configFile: file("openssl.cnf"),
  };
  // Written last: where it is there, the rest is.
  if (existsSync(files.revocationListFile)) return files;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(files.configFile, key === "p384" ? CONFIG.replace(/^(signer_digest = ).*$/m, "$1sha384") : CONFIG);
  writeFileSync(file("serial"), "01\n");
  writeFileSync(file("index.txt"), "");
  writeFileSync(file("crlnumber"), "01\n");
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  const fresh = ["req", "-config", "openssl.cnf", "-nodes", ...KEYS[key]];
  const root = ["-x509", "-days", "3650", "-extensions", "root", "-subj", "/C=CN/O=Trial authority/CN=Trial time root"];
  openssl(...fresh, ...root, "-keyout", "root.key", "-out", "root.pem");
  const subject = ["-subj", "/C=CN/O=Trial authority/CN=Trial time stamp authority"];
  openssl(...fresh, ...subject, "-keyout", "tsa.key", "-out", "tsa.csr");
  const issue = ["x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "1825", "-sha256"];
  openssl(...issue, "-set_serial", "0x1001", "-extfile", "openssl.cnf", "-extensions", "tsa", "-out", "tsa.pem");
  openssl("ca", "-config", "openssl.cnf", "-gencrl", "-out", "root.crl.pem");
  return files;
}

const CONFIG = `# A time stamp authority for trials (RFC 3161): see man ts.
[req]
distinguished_name = name
prompt = no
[name]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ca]
default_ca = root_ca
[root_ca]
database = index.txt
crlnumber = crlnumber
certificate = root.pem
private_key = root.key
default_md = sha256
default_crl_days = 365
[tsa_default]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = root.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.156.3005.2.99.1
digests = sha256, sha384, sha512, sm3
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;
