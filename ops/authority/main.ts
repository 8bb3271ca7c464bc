import { join } from "node:path";
import { parseArgs } from "node:util";
import { instantOf } from "../../services/domain/instant.ts";
import { Refusal, refuseArgument } from "../../services/domain/refusal.ts";
import { createAuthority, type PeerKind } from "./authority.ts";
import { makeDirectory, readIfPresent, writeAtomically } from "./disk.ts";
import { isCause } from "./register.ts";

const HELP = `Trial certificate authority: a root, a mesh (TLS) authority, a signing authority, and one of staff.

usage: node ops/launch.mjs authority COMMAND --dir DIRECTORY [options]

  init [--national]                       make the authority, with --national also a root and a signing authority with
                                          SM2 keys; run again with --national it adds those
  tls --node 440100 --kind service --name issue [--also NAME]… [--dns HOST]… [--ip ADDRESS]…
      [--days 90] [--key p256|ed25519] --out DIR
                                          write DIR/NAME.crt.pem (with the mesh authority) and DIR/NAME.key.pem
  tls --node 440100 --request FILE [--days 365] --out FILE
                                          answer a PKCS#10 request for names of this node; its key stays where it is
  signing --request FILE [--days 365] --out FILE
                                          answer a PKCS#10 request with a signing certificate
  staff --name 张三 --organization NAME --code CODE [--key p256|rsa] [--days 365] --out DIR
                                          write DIR/SERIAL.crt.pem and DIR/SERIAL.key.pem: a certificate to sign in with
  revoke --serial HEX [--reason keyCompromise] [--at TIME]
                                          mark a certificate revoked; publish with "crl"
  crl [--days 30] --out DIR               write DIR/{root,mesh,signing,staff}.crl.pem, and the national ones
  list                                    one certificate a line

kinds: service agent operator node
`;

const OPTIONS = {
  dir: { type: "string" },
  node: { type: "string" },
  kind: { type: "string" },
  name: { type: "string" },
  organization: { type: "string" },
  code: { type: "string" },
  also: { type: "string", multiple: true },
  dns: { type: "string", multiple: true },
  ip: { type: "string", multiple: true },
  days: { type: "string" },
  key: { type: "string" },
  request: { type: "string" },
  serial: { type: "string" },
  reason: { type: "string" },
  at: { type: "string" },
  out: { type: "string" },
  national: { type: "boolean", default: false },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parse>["values"];

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw refuseArgument("INVALID_FIELD", "arguments", error instanceof Error ? error.message : "not understood");
  }
}

function run(args: readonly string[]): string {
  const { values, positionals } = parse(args);
  const [command, surplus] = positionals;
  if (values.help || command === undefined) return HELP;
  if (surplus !== undefined) throw refuseArgument("INVALID_FIELD", "arguments", `"${surplus}" is not expected`);
  const directory = needed(values, "dir");
  if (command === "init") return initialise(directory, values.national);
  if (readIfPresent(join(directory, "signing.crt.pem")) === undefined) {
    throw refuseArgument("INVALID_FIELD", "--dir", "holds no authority", 'run "init" first');
  }
  const authority = createAuthority(directory);
  const days = values.days === undefined ? {} : { days: Number(values.days) };
  switch (command) {
    case "tls": {
      if (values.request !== undefined) {
        const out = needed(values, "out");
        const order = { node: needed(values, "node"), ...days };
        const { certPem, serial, uris } = authority.answerTls(requestIn(values.request), order);
        writeAtomically(out, certPem);
        return `${serial} ${uris.join(" ")}\n`;
      }
      const name = needed(values, "name");
      const { also, dns, ip } = values;
      const hosts = {
        ...(also !== undefined && { also }),
        ...(dns !== undefined && { dns }),
        ...(ip !== undefined && { ip }),
      };
      const order = { node: needed(values, "node"), kind: kindOf(needed(values, "kind")), name, ...hosts, ...days };
      const issued = authority.issueTls({ ...order, key: keyOf(values.key) });
      const out = outDirectory(values);
      writeAtomically(join(out, `${name}.key.pem`), issued.keyPem);
      writeAtomically(join(out, `${name}.crt.pem`), issued.certPem);
      return `${issued.serial} ${issued.uri}\n`;
    }
    case "signing": {
      const out = needed(values, "out");
      const { certPem, serial } = authority.issueSigning(requestIn(needed(values, "request")), days);
      writeAtomically(out, certPem);
      return `${serial}\n`;
    }
    case "staff": {
      const names = { name: needed(values, "name"), organization: needed(values, "organization") };
      const order = { ...names, organizationCode: needed(values, "code"), ...days };
      const issued = authority.issueStaff({ ...order, key: staffKeyOf(values.key) });
      const out = outDirectory(values);
      writeAtomically(join(out, `${issued.serial}.key.pem`), issued.keyPem);
      writeAtomically(join(out, `${issued.serial}.crt.pem`), issued.certPem);
      return `${issued.serial}\n`;
    }
    case "revoke": {
      const { serial, revoked } = authority.revoke(needed(values, "serial"), causeOf(values.reason), timeOf(values.at));
      return `${serial} revoked at ${revoked?.at} (${revoked?.cause})\n`;
    }
    case "crl": {
      const out = outDirectory(values);
      for (const [name, pem] of Object.entries(authority.crl(days))) writeAtomically(join(out, `${name}.crl.pem`), pem);
      return `${out}\n`;
    }
    case "list":
      return authority
        .list()
        .map(({ serial, issuer, notAfter, revoked, subject }) => {
          const state = revoked === undefined ? `until ${notAfter}` : `revoked ${revoked.at}`;
          return `${serial}  ${issuer.padEnd(11)}  ${state}  ${subject}\n`;
        })
        .join("");
    default:
      throw refuseArgument("INVALID_FIELD", "command", `"${command}" is unknown`, "see --help");
  }
}

function initialise(directory: string, national: boolean): string {
  const last = national ? "root-sm2" : "root";
  if (readIfPresent(join(directory, `${last}.crt.pem`)) !== undefined) {
    throw refuseArgument("ALREADY_EXISTS", "--dir", "holds an authority already");
  }
  createAuthority(directory, { national });
  return `${directory}\n`;
}

type Needed = "dir" | "node" | "kind" | "name" | "organization" | "code" | "request" | "serial" | "out";

function needed(values: Values, name: Needed): string {
  const value = values[name];
  if (value === undefined || value === "")
    throw refuseArgument("INVALID_FIELD", `--${name}`, "is needed", "see --help");
  return value;
}

function requestIn(path: string): string {
  const pem = readIfPresent(path);
  if (pem === undefined) throw refuseArgument("INVALID_FIELD", "--request", "there is no such file");
  return pem;
}

function outDirectory(values: Values): string {
  const out = needed(values, "out");
  makeDirectory(out);
  return out;
}

const KINDS: readonly PeerKind[] = ["service", "agent", "operator", "node"];

function kindOf(text: string): PeerKind {
  const kind = KINDS.find((known) => known === text);
  if (kind === undefined) throw refuseArgument("INVALID_FIELD", "--kind", `must be one of ${KINDS.join(", ")}`);
  return kind;
}

function keyOf(text = "p256"): "p256" | "ed25519" {
  if (text !== "p256" && text !== "ed25519") throw refuseArgument("INVALID_FIELD", "--key", "must be p256 or ed25519");
  return text;
}

function staffKeyOf(text = "p256"): "p256" | "rsa" {
  if (text !== "p256" && text !== "rsa") throw refuseArgument("INVALID_FIELD", "--key", "must be p256 or rsa");
  return text;
}

function causeOf(text = "unspecified") {
  if (!isCause(text)) throw refuseArgument("INVALID_FIELD", "--reason", `"${text}" is unknown`, "see RFC 5280 §5.3.1");
  return text;
}

function timeOf(text: string | undefined): Date {
  const time = text === undefined ? new Date() : new Date(instantOf(text));
  if (Number.isNaN(time.getTime())) throw refuseArgument("INVALID_FIELD", "--at", "must be an ISO 8601 time");
  return time;
}

try {
  process.stdout.write(run(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(
    `${error.reason} ${error.message}${error.fields[0]?.remedy ? `; ${error.fields[0].remedy}` : ""}\n`,
  );
  process.exitCode = 1;
}
