import { type Operator, openOperator } from "../trial/operator.ts";
import { readInput } from "./arguments.ts";
import type { OperatorAccess } from "./operator-options.ts";
import { personOf } from "./person.ts";

/** Opens the connection, as an operator or as a person. The files are read first, so that a wrong name is told as such. */
export function operatorOf({ tls, person }: OperatorAccess): Operator {
  if (person) return personOf(person);
  for (const file of Object.values(tls)) readInput(file);
  return openOperator(tls);
}
