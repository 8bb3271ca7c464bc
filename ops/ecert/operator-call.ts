import { type Operator, openOperator } from "../trial/operator.ts";
import { readInput } from "./arguments.ts";
import type { OperatorAccess } from "./operator-options.ts";

/** Opens the connection. The files are read first, so that a wrong name is told as such. */
export function operatorOf({ tls }: OperatorAccess): Operator {
  for (const file of Object.values(tls)) readInput(file);
  return openOperator(tls);
}
