import { createRequire } from "node:module";
import type { Ajv2020, Options } from "ajv/dist/2020.js";

const require = createRequire(import.meta.url);

/**
 * A validator of JSON Schema 2020-12. The library is loaded at its first use, here and not by an import: most processes, and most starts,
 * read neither template nor data.
 */
export function schemaValidator(options: Options): () => Ajv2020 {
  let made: Ajv2020 | undefined;
  return () => {
    if (made) return made;
    const { Ajv2020: Validator } = require("ajv/dist/2020.js") as { Ajv2020: typeof Ajv2020 };
    made = new Validator(options);
    return made;
  };
}
