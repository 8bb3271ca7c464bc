import { fileURLToPath } from "node:url";
import { callsOf, directionOf, SERVICES, type ServiceDescription, takersOf } from "../../services/host/services.ts";

/** The text that holds the picture of the services. */
export const MAP = fileURLToPath(new URL("../../services/README.md", import.meta.url));

const BLOCK = /(<!-- services: npm run pictures -->\n)[\s\S]*?(<!-- \/services -->)/;

/** Draws the services, whom each calls at its own node, and where events go, from the list of services, into a text where its marks stand. */
export function withServicesPicture(text: string): string {
  if (!BLOCK.test(text)) throw new Error("the text has no place for the picture of the services");
  return text.replace(BLOCK, (_, begin: string, end: string) => `${begin}${picture(SERVICES)}${end}`);
}

function picture(services: readonly ServiceDescription[]): string {
  const lines = services.flatMap((service) => {
    const called = callsOf(service);
    return called.length > 0 ? [`  ${service.name} --> ${called.join(" & ")}`] : [`  ${service.name}`];
  });
  const events = services.flatMap(({ name, makes }) =>
    Object.keys(makes).map(
      (kind) => `  ${name} -. "${kind} (${WAY[directionOf(kind) ?? "any"]})" .-> ${takersOf(kind).join(" & ")}`,
    ),
  );
  return ["```mermaid", "flowchart LR", ...lines, ...events, "```", ""].join("\n");
}

const WAY = { up: "to the province", down: "from the province", any: "of whom it decides" };
