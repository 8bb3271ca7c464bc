/** A name in a mesh certificate: subject alternative name `URI:ecert://<node>/<kind>/<name>`. */
export interface MachineName {
  node: string;
  kind: "service" | "agent" | "operator";
  name: string;
}

const NAME = /^ecert:\/\/([0-9A-Za-z-]{1,40})\/(service|agent|operator)\/([0-9A-Za-z._-]{1,64})$/;

/** The URI that stands for a name in certificates. */
export function machineUri({ node, kind, name }: MachineName): string {
  return `ecert://${node}/${kind}/${name}`;
}

/**
 * The names in a certificate, from Node's text form of its subject alternative names. An entry that Node had to quote holds
 * characters that no name of ours has, so it is passed over whole: text inside it can never be taken for an entry.
 */
export function machineNames(subjectAltName: string | undefined): MachineName[] {
  const names: MachineName[] = [];
  for (const [, type, value] of (subjectAltName ?? "").matchAll(/([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)) {
    const match = type === "URI" ? NAME.exec(value ?? "") : null;
    if (match) names.push({ node: match[1], kind: match[2], name: match[3] } as MachineName);
  }
  return names;
}
